/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#define _GNU_SOURCE
#include "probe.h"
#include "loop.h"
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
	NAME_MAX_SIZE = 256,
	ANSWER_SIZE = NAME_MAX_SIZE + 16,
	TIMEOUT_MS_MAX = 60000,
	/* Connected is not blocked: a busy machine may take its time to answer. */
	NAME_TIMEOUT_MS = 5000,
	/* A datagram may be lost while neighbours are looked up. */
	UDP_TRIES = 2,
};

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
	bool udp;
	bool connected;
	int tries;
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

static void attempt_expired(struct attempt *attempt)
{
	if (attempt->udp && attempt->tries < UDP_TRIES) {
		attempt->tries++;
		send(attempt->watch.fd, "?\n", 2, MSG_NOSIGNAL);
		attempt->watch.deadline_ms = loop_now_ms() + attempt->job->timeout_ms / UDP_TRIES;
		return;
	}
	/* Connected and silent is not blocked: there may be a server that waits for the client to speak. */
	attempt_done(attempt, !attempt->udp && attempt->connected ? "allowed" : "blocked", "");
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
	if (attempt->connected) {
		attempt_name(attempt);
		return;
	}
	attempt->connected = true;
	watch->deadline_ms = loop_now_ms() + NAME_TIMEOUT_MS;
	loop_change(watch, EPOLLIN);
}

/* "tcp fd00::1 80" -> a socket that is connecting; -1 and errno when it failed at once, -2 when not understood. */
static int attempt_connect(const char *target, bool *udp)
{
	char protocol[8], address[64];
	unsigned int port;
	struct sockaddr_in6 six = { .sin6_family = AF_INET6 };
	struct sockaddr_in four = { .sin_family = AF_INET };
	bool is_six;

	if (sscanf(target, "%7s %63s %u", protocol, address, &port) != 3 || port < 1 || port > 65535)
		return -2;
	*udp = strcmp(protocol, "udp") == 0;
	is_six = inet_pton(AF_INET6, address, &six.sin6_addr) == 1;
	if ((!is_six && inet_pton(AF_INET, address, &four.sin_addr) != 1) || (!*udp && strcmp(protocol, "tcp") != 0))
		return -2;
	six.sin6_port = four.sin_port = htons(port);
	int fd = socket(is_six ? AF_INET6 : AF_INET, (*udp ? SOCK_DGRAM : SOCK_STREAM) | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	int result = is_six ? connect(fd, (struct sockaddr *)&six, sizeof(six)) :
			      connect(fd, (struct sockaddr *)&four, sizeof(four));
	if (result != 0 && errno != EINPROGRESS) {
		int error = errno;

		close(fd);
		errno = error;
		return -1;
	}
	return fd;
}

static void job_attempt(struct job *job, size_t index, const char *target)
{
	struct attempt *attempt = calloc(1, sizeof(*attempt));

	if (!attempt)
		abort();
	attempt->job = job;
	attempt->index = index;
	attempt->watch.ready = attempt_ready;
	attempt->watch.fd = attempt_connect(target, &attempt->udp);
	if (attempt->watch.fd < 0) {
		if (attempt->watch.fd == -2)
			snprintf(job->answers[index], ANSWER_SIZE, "error cannot understand '%.100s'", target);
		else
			snprintf(job->answers[index], ANSWER_SIZE, "refused %s", strerrorname_np(errno));
		free(attempt);
		return;
	}
	job->pending++;
	attempt->watch.deadline_ms = loop_now_ms() + job->timeout_ms / (attempt->udp ? UDP_TRIES : 1);
	if (attempt->udp) {
		attempt->connected = true;
		attempt->tries = 1;
		send(attempt->watch.fd, "?\n", 2, MSG_NOSIGNAL);
	}
	loop_add(&attempt->watch, attempt->udp ? EPOLLIN : EPOLLOUT);
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
