// What the programs of chaos traffic share.
#ifndef TRAFFIC_H
#define TRAFFIC_H

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MAGIC 0x77656674
#define FLOWS 16

/* One datagram: which flow, and its number in it. Both ends are on one machine. */
struct datagram {
	uint32_t magic;
	uint32_t flow;
	uint64_t number;
};

void fail(const char *what);
uint64_t now_ns(void);
void sleep_until(uint64_t ns);
/* Whether standard input has ended: the sign to stop. Never waits. */
bool told_to_stop(void);
struct sockaddr_in6 address_of(const char *text, int port);
/* A TCP connection with time limits of 5 s, or -1. */
int dial(const struct sockaddr_in6 *to);

void serve(int port, const char *directory);
void send_numbered(const struct sockaddr_in6 *to, int flow, int per_second, const char *directory);
void talk(const struct sockaddr_in6 *to, int connections);
void connect_again_and_again(const struct sockaddr_in6 *to, int per_second);
int knock(const struct sockaddr_in6 *to);

#endif
