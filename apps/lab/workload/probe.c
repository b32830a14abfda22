/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#define _GNU_SOURCE
#include "probe.h"
#include "loop.h"
#include "sctp.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum {
	REQUEST_MAX = 1 << 20,
	NAME_MAX_SIZE = SCTP_NAME_MAX + 1,
	ANSWER_SIZE = NAME_MAX_SIZE + 16,
	TIMEOUT_MS_MAX = 60000,
	/* Connected is not blocked: a busy machine may take its time to answer. */
	NAME_TIMEOUT_MS = 5000,
	/* A datagram or an INIT may be lost while neighbours are looked up. */
	DATAGRAM_TRIES = 2,
};

enum protocol { TCP, UDP, SCTP };

struct job {
	struct watch watch;
	char *request;
	size_t size;
	size_t count;
	size_t pending;
	int timeout_ms;
	char (*answers)[ANSWER_SIZE];
};

struct attempt {
	struct watch watch;
	struct job *job;
	size_t index;
	enum protocol protocol;
	bool connected;
	int tries;
	struct sctp_packet init;
	char name[NAME_MAX_SIZE];
	size_t name_size;
};

static void job_finish(struct job *job)
{
	FILE *out = fdopen(dup(job->watch.fd), "w");
	struct timeval patience = { .tv_sec = 2 };

	/* The answer is small and its reader waits for it: writing may block, but not for ever. */
	setsockopt(job->watch.fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	if (out) {
		for (size_t i = 0; i < job->count; i++)
			fprintf(out, "%s\n", job->answers[i]);
		fclose(out);
	}
	free(job->request);
	free(job->answers);
	loop_close(&job->watch);
}

static void attempt_done(struct attempt *attempt, const char *verdict, const char *detail)
{
	struct job *job = attempt->job;

	snprintf(job->answers[attempt->index], ANSWER_SIZE, "%s%s%s", verdict, *detail ? " " : "", detail);
	loop_close(&attempt->watch);
	if (--job->pending == 0)
		job_finish(job);
}

static void attempt_name(struct attempt *attempt)
{
	char *end = attempt->name + attempt->name_size;
	ssize_t size = recv(attempt->watch.fd, end, NAME_MAX_SIZE - 1 - attempt->name_size, 0);

	if (size < 0 && errno == EAGAIN)
		return;
	if (size < 0) {
		attempt_done(attempt, "refused", strerrorname_np(errno));
		return;
	}
	attempt->name_size += size;
	attempt->name[attempt->name_size] = 0;
	if (size > 0 && !memchr(end, '\n', size) && attempt->name_size < NAME_MAX_SIZE - 1)
		return;
	attempt->name[strcspn(attempt->name, "\n")] = 0;
	attempt_done(attempt, "allowed", attempt->name);
}

/* The answer to our INIT is the one with our tag; the socket sees everything that comes from the other side. */
static void attempt_association(struct attempt *attempt)
{
	const struct sctp_packet *init = &attempt->init;
	struct sockaddr_storage from;
	struct sctp_packet packet;
	socklen_t size;
	int result;

	while ((result = sctp_receive(attempt->watch.fd, &packet, &from, &size)) >= 0) {
		if (result == 0 || packet.type == SCTP_INIT || packet.tag != init->initiate_tag ||
		    packet.source_port != init->destination_port || packet.destination_port != init->source_port)
			continue;
		attempt_done(attempt, packet.type == SCTP_ABORT ? "refused" : "allowed",
			     packet.type == SCTP_ABORT ? "ABORT" : packet.name);
		return;
	}
}

static void attempt_send(struct attempt *attempt)
{
	attempt->tries++;
	attempt->watch.deadline_ms = loop_now_ms() + attempt->job->timeout_ms / DATAGRAM_TRIES;
	if (attempt->protocol == SCTP)
		sctp_send(attempt->watch.fd, &attempt->init, NULL, 0);
	else
		send(attempt->watch.fd, "?\n", 2, MSG_NOSIGNAL);
}

static void attempt_expired(struct attempt *attempt)
{
	if (attempt->protocol != TCP && attempt->tries < DATAGRAM_TRIES) {
		attempt_send(attempt);
		return;
	}
	/* Connected and silent is not blocked: there may be a server that waits for the client to speak. */
	attempt_done(attempt, attempt->connected ? "allowed" : "blocked", "");
}

static void attempt_ready(struct watch *watch, uint32_t events)
{
	struct attempt *attempt = (struct attempt *)watch;
	int error = 0;
	socklen_t size = sizeof(error);

	if (!events) {
		attempt_expired(attempt);
		return;
	}
	getsockopt(watch->fd, SOL_SOCKET, SO_ERROR, &error, &size);
	if (error) {
		attempt_done(attempt, error == ETIMEDOUT ? "blocked" : "refused", strerrorname_np(error));
		return;
	}
	if (attempt->protocol == SCTP) {
		attempt_association(attempt);
		return;
	}
	if (attempt->protocol == UDP || attempt->connected) {
		attempt_name(attempt);
		return;
	}
	attempt->connected = true;
	watch->deadline_ms = loop_now_ms() + NAME_TIMEOUT_MS;
	loop_change(watch, EPOLLIN);
}

/* "tcp fd00::1 80" or "tcp fd00::1 80 4000", taken apart; the ports go into init, whatever the protocol. */
static bool attempt_parse(const char *target, struct attempt *attempt, struct sockaddr_storage *to)
{
	static const char *const protocols[] = { [TCP] = "tcp", [UDP] = "udp", [SCTP] = "sctp" };
	struct sockaddr_in6 *six = (struct sockaddr_in6 *)to;
	struct sockaddr_in *four = (struct sockaddr_in *)to;
	char protocol[8], address[64];
	unsigned int number, from = 0;

	if (sscanf(target, "%7s %63s %u %u", protocol, address, &number, &from) < 3 || number < 1 || number > 65535 ||
	    from > 65535)
		return false;
	attempt->init.source_port = from;
	attempt->init.destination_port = number;
	for (attempt->protocol = TCP; strcmp(protocol, protocols[attempt->protocol]) != 0; attempt->protocol++)
		if (attempt->protocol == SCTP)
			return false;
	/* A raw socket has no ports; where one stands here, IPv6 takes it for the protocol. */
	memset(to, 0, sizeof(*to));
	six->sin6_family = AF_INET6;
	six->sin6_port = attempt->protocol == SCTP ? 0 : htons(number);
	if (inet_pton(AF_INET6, address, &six->sin6_addr) == 1)
		return true;
	four->sin_family = AF_INET;
	return inet_pton(AF_INET, address, &four->sin_addr) == 1;
}

/* The source port of several attempts may be the same one: their targets tell them apart. */
static int attempt_bind(int fd, int family, uint16_t port)
{
	struct sockaddr_in6 six = { .sin6_family = AF_INET6, .sin6_port = htons(port) };
	struct sockaddr_in four = { .sin_family = AF_INET, .sin_port = htons(port) };
	int on = 1;

	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0)
		return -1;
	return family == AF_INET6 ? bind(fd, (struct sockaddr *)&six, sizeof(six)) :
				    bind(fd, (struct sockaddr *)&four, sizeof(four));
}

/* A socket that is connecting; -1 and errno when it failed at once. */
static int attempt_connect(const struct attempt *attempt, const struct sockaddr_storage *to)
{
	int type = (attempt->protocol == UDP ? SOCK_DGRAM : SOCK_STREAM) | SOCK_NONBLOCK | SOCK_CLOEXEC;
	int fd = attempt->protocol == SCTP ? sctp_socket(to->ss_family) : socket(to->ss_family, type, 0);
	bool bound = attempt->protocol == SCTP || attempt->init.source_port == 0;
	int error;

	if (fd < 0)
		return -1;
	if ((bound || attempt_bind(fd, to->ss_family, attempt->init.source_port) == 0) &&
	    (connect(fd, (const struct sockaddr *)to, sizeof(*to)) == 0 || errno == EINPROGRESS))
		return fd;
	error = errno;
	close(fd);
	errno = error;
	return -1;
}

static void job_attempt(struct job *job, size_t index, const char *target)
{
	struct attempt *attempt = calloc(1, sizeof(*attempt));
	struct sockaddr_storage to;

	if (!attempt)
		abort();
	if (!attempt_parse(target, attempt, &to)) {
		snprintf(job->answers[index], ANSWER_SIZE, "error cannot understand '%.100s'", target);
		free(attempt);
		return;
	}
	attempt->watch.fd = attempt_connect(attempt, &to);
	if (attempt->watch.fd < 0) {
		snprintf(job->answers[index], ANSWER_SIZE, "refused %s", strerrorname_np(errno));
		free(attempt);
		return;
	}
	job->pending++;
	attempt->job = job;
	attempt->index = index;
	attempt->watch.ready = attempt_ready;
	attempt->watch.deadline_ms = loop_now_ms() + job->timeout_ms;
	attempt->init.type = SCTP_INIT;
	if (attempt->init.source_port == 0)
		attempt->init.source_port = sctp_port();
	attempt->init.initiate_tag = sctp_tag();
	if (attempt->protocol != TCP)
		attempt_send(attempt);
	loop_add(&attempt->watch, attempt->protocol == TCP ? EPOLLOUT : EPOLLIN);
}

static void job_refuse(struct job *job, const char *reason)
{
	dprintf(job->watch.fd, "error %s\n", reason);
	free(job->request);
	free(job->answers);
	loop_close(&job->watch);
}

static void job_start(struct job *job)
{
	char *next = job->request, *line = strsep(&next, "\n");
	size_t count = 0;

	job->timeout_ms = atoi(line);
	for (char *c = next; c && *c; c++)
		count += *c == '\n';
	job->answers = calloc(count + 1, ANSWER_SIZE);
	if (job->timeout_ms < 1 || job->timeout_ms > TIMEOUT_MS_MAX || !job->answers) {
		job_refuse(job, "the first line must be a time-out in milliseconds");
		return;
	}
	/* One pending of our own, so that attempts that end at once do not end the job. */
	job->pending = 1;
	while ((line = strsep(&next, "\n")) && *line)
		job_attempt(job, job->count++, line);
	if (--job->pending == 0)
		job_finish(job);
}

static void job_ready(struct watch *watch, uint32_t events)
{
	struct job *job = (struct job *)watch;
	ssize_t size;

	(void)events;
	while ((size = recv(watch->fd, job->request + job->size, REQUEST_MAX - 1 - job->size, 0)) > 0)
		job->size += size;
	if (size < 0 && errno == EAGAIN)
		return;
	if (size < 0 || job->size == REQUEST_MAX - 1) {
		job_refuse(job, "request too long");
		return;
	}
	loop_pause(watch);
	job->request[job->size] = 0;
	job_start(job);
}

static void control_ready(struct watch *control, uint32_t events)
{
	int fd;

	(void)events;
	while ((fd = accept4(control->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
		struct job *job = calloc(1, sizeof(*job));

		if (!job || !(job->request = malloc(REQUEST_MAX)))
			abort();
		job->watch.fd = fd;
		job->watch.ready = job_ready;
		loop_add(&job->watch, EPOLLIN);
	}
}

int probe_listen(const char *path)
{
	struct sockaddr_un where = { .sun_family = AF_UNIX };
	struct watch *watch = calloc(1, sizeof(*watch));

	if (!watch || strlen(path) >= sizeof(where.sun_path)) {
		fprintf(stderr, "workload: the path of the control socket is too long: %s\n", path);
		return -1;
	}
	strcpy(where.sun_path, path);
	watch->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	watch->ready = control_ready;
	if (watch->fd < 0 || bind(watch->fd, (struct sockaddr *)&where, sizeof(where)) != 0 ||
	    listen(watch->fd, 64) != 0) {
		fprintf(stderr, "workload: cannot listen on %s: %s\n", path, strerror(errno));
		return -1;
	}
	loop_add(watch, EPOLLIN);
	return 0;
}
