/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#define _GNU_SOURCE
#include "serve.h"
#include "loop.h"
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

/* How long a client that does not close may keep its connection. */
enum { LINGER_MS = 5000, BACKLOG = 1024 };

static char line[300];
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

int serve_listen(const char *port, const char *name)
{
	bool tcp = strncmp(port, "tcp/", 4) == 0;
	int number = atoi(port + 4), off = 0, on = 1;
	struct sockaddr_in6 any = { .sin6_family = AF_INET6, .sin6_port = htons(number) };
	struct watch *watch = calloc(1, sizeof(*watch));
	int type = (tcp ? SOCK_STREAM : SOCK_DGRAM) | SOCK_NONBLOCK | SOCK_CLOEXEC;

	if (!watch || (!tcp && strncmp(port, "udp/", 4) != 0) || number < 1 || number > 65535) {
		fprintf(stderr, "workload: '%s' is not tcp/PORT or udp/PORT\n", port);
		return -1;
	}
	line_size = snprintf(line, sizeof(line), "%s\n", name);
	watch->fd = socket(AF_INET6, type, 0);
	watch->ready = tcp ? listener_ready : datagrams_ready;
	if (watch->fd < 0 || setsockopt(watch->fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off)) != 0 ||
	    setsockopt(watch->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
	    bind(watch->fd, (struct sockaddr *)&any, sizeof(any)) != 0 || (tcp && listen(watch->fd, BACKLOG) != 0)) {
		fprintf(stderr, "workload: cannot listen on %s: %s\n", port, strerror(errno));
		return -1;
	}
	loop_add(watch, EPOLLIN);
	return 0;
}
