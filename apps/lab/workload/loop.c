/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#define _GNU_SOURCE
#include "loop.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

enum { BATCH = 256 };

static int epoll_fd = -1;
static struct watch *watches;
static struct watch *garbage;

int64_t loop_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void loop_control(int operation, struct watch *watch, uint32_t events)
{
	struct epoll_event event = { .events = events, .data.ptr = watch };

	if (epoll_fd < 0)
		epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (epoll_ctl(epoll_fd, operation, watch->fd, &event) != 0) {
		perror("workload: epoll_ctl");
		exit(1);
	}
}

void loop_add(struct watch *watch, uint32_t events)
{
	loop_control(EPOLL_CTL_ADD, watch, events);
	watch->next = watches;
	watch->link = &watches;
	if (watches)
		watches->link = &watch->next;
	watches = watch;
}

void loop_change(struct watch *watch, uint32_t events)
{
	loop_control(EPOLL_CTL_MOD, watch, events);
}

void loop_pause(struct watch *watch)
{
	loop_control(EPOLL_CTL_DEL, watch, 0);
}

void loop_close(struct watch *watch)
{
	if (watch->closed)
		return;
	watch->closed = true;
	close(watch->fd);
	*watch->link = watch->next;
	if (watch->next)
		watch->next->link = watch->link;
	watch->next = garbage;
	garbage = watch;
}

static int loop_timeout_ms(void)
{
	int64_t nearest = INT64_MAX;

	for (struct watch *watch = watches; watch; watch = watch->next)
		if (watch->deadline_ms && watch->deadline_ms < nearest)
			nearest = watch->deadline_ms;
	if (nearest == INT64_MAX)
		return -1;
	nearest -= loop_now_ms();
	return nearest < 0 ? 0 : (int)nearest;
}

static void loop_expire(void)
{
	int64_t now = loop_now_ms();
	struct watch *watch = watches;

	while (watch) {
		if (!watch->deadline_ms || watch->deadline_ms > now) {
			watch = watch->next;
			continue;
		}
		watch->deadline_ms = 0;
		watch->ready(watch, 0);
		watch = watches;	/* the callback may have closed any of them */
	}
}

static void loop_collect(void)
{
	while (garbage) {
		struct watch *watch = garbage;

		garbage = watch->next;
		free(watch);
	}
}

int loop_run(void)
{
	struct epoll_event events[BATCH];

	for (;;) {
		int count = epoll_wait(epoll_fd, events, BATCH, loop_timeout_ms());

		if (count < 0 && errno != EINTR)
			return -1;
		for (int i = 0; i < count; i++) {
			struct watch *watch = events[i].data.ptr;

			if (!watch->closed)
				watch->ready(watch, events[i].events);
		}
		/* Nothing is late as long as there may be an answer that was not looked at yet. */
		if (count < BATCH)
			loop_expire();
		loop_collect();
	}
}
