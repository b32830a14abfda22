/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#define _GNU_SOURCE
#include "serve.h"
#include "loop.h"
#include "sctp.h"
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

/* How long a client that does not close may keep its connection. */
enum { LINGER_MS = 5000, BACKLOG = 1024 };

static char line[SCTP_NAME_MAX];
static size_t line_size;

/* Reads what the client still sends: closing with unread data would send RST and lose our line. */
static void connection_ready(struct watch *watch, uint32_t events)
{
	char waste[4096];
	ssize_t size;

	if (!events) {
		loop_close(watch);
		return;
	}
	while ((size = recv(watch->fd, waste, sizeof(waste), 0)) > 0)
		;
	if (size == 0 || errno != EAGAIN)
		loop_close(watch);
}

static void listener_ready(struct watch *listener, uint32_t events)
{
	int fd;

	(void)events;
	while ((fd = accept4(listener->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
		struct watch *watch = calloc(1, sizeof(*watch));

		if (!watch)
			abort();
		watch->fd = fd;
		watch->ready = connection_ready;
		watch->deadline_ms = loop_now_ms() + LINGER_MS;
		loop_add(watch, EPOLLIN);
		if (send(fd, line, line_size, MSG_NOSIGNAL) < 0 || shutdown(fd, SHUT_WR) != 0)
			loop_close(watch);
	}
}

static void datagrams_ready(struct watch *watch, uint32_t events)
{
	char waste[65536];
	struct sockaddr_in6 from;
	socklen_t size = sizeof(from);

	(void)events;
	while (recvfrom(watch->fd, waste, sizeof(waste), 0, (struct sockaddr *)&from, &size) >= 0) {
		sendto(watch->fd, line, line_size, 0, (struct sockaddr *)&from, size);
		size = sizeof(from);
	}
}

static uint64_t sctp_ports[65536 / 64];

static bool sctp_is_open(uint16_t port)
{
	return sctp_ports[port / 64] >> port % 64 & 1;
}

static void associations_ready(struct watch *watch, uint32_t events)
{
	struct sockaddr_storage from;
	struct sctp_packet packet;
	socklen_t size;
	int result;

	(void)events;
	while ((result = sctp_receive(watch->fd, &packet, &from, &size)) >= 0) {
		uint16_t port = packet.destination_port;

		if (result == 0 || packet.type != SCTP_INIT || packet.tag != 0 || packet.initiate_tag == 0)
			continue;
		packet.destination_port = packet.source_port;
		packet.source_port = port;
		packet.type = sctp_is_open(port) ? SCTP_INIT_ACK : SCTP_ABORT;
		packet.tag = packet.initiate_tag;
		packet.initiate_tag = sctp_tag();
		packet.name_size = line_size - 1;
		memcpy(packet.name, line, packet.name_size);
		sctp_send(watch->fd, &packet, (struct sockaddr *)&from, size);
	}
}

/* One raw socket of each family serves all ports: nothing else in the container would answer an INIT. */
static int serve_sctp(uint16_t port)
{
	static const int families[] = { AF_INET, AF_INET6 };
	static bool answering;

	sctp_ports[port / 64] |= 1ULL << port % 64;
	for (int i = 0; i < 2 && !answering; i++) {
		struct watch *watch = calloc(1, sizeof(*watch));

		if (!watch || (watch->fd = sctp_socket(families[i])) < 0)
			return -1;
		watch->ready = associations_ready;
		loop_add(watch, EPOLLIN);
	}
	answering = true;
	return 0;
}

static int serve_socket(bool tcp, uint16_t port)
{
	int off = 0, on = 1;
	struct sockaddr_in6 any = { .sin6_family = AF_INET6, .sin6_port = htons(port) };
	struct watch *watch = calloc(1, sizeof(*watch));
	int type = (tcp ? SOCK_STREAM : SOCK_DGRAM) | SOCK_NONBLOCK | SOCK_CLOEXEC;

	if (!watch)
		return -1;
	watch->fd = socket(AF_INET6, type, 0);
	watch->ready = tcp ? listener_ready : datagrams_ready;
	if (watch->fd < 0 || setsockopt(watch->fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off)) != 0 ||
	    setsockopt(watch->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
	    bind(watch->fd, (struct sockaddr *)&any, sizeof(any)) != 0 || (tcp && listen(watch->fd, BACKLOG) != 0))
		return -1;
	loop_add(watch, EPOLLIN);
	return 0;
}

int serve_listen(const char *port, const char *name)
{
	char protocol[8];
	int number, result;

	if (sscanf(port, "%7[a-z]/%d", protocol, &number) != 2 || number < 1 || number > 65535)
		protocol[0] = 0;
	line_size = snprintf(line, sizeof(line), "%s\n", name);
	if (line_size >= sizeof(line)) {
		fprintf(stderr, "workload: the name is longer than %zu\n", sizeof(line) - 2);
		return -1;
	}
	if (strcmp(protocol, "tcp") == 0 || strcmp(protocol, "udp") == 0) {
		result = serve_socket(protocol[0] == 't', number);
	} else if (strcmp(protocol, "sctp") == 0) {
		result = serve_sctp(number);
	} else {
		fprintf(stderr, "workload: '%s' is not tcp/PORT, udp/PORT or sctp/PORT\n", port);
		return -1;
	}
	if (result != 0)
		fprintf(stderr, "workload: cannot listen on %s: %s\n", port, strerror(errno));
	return result;
}
