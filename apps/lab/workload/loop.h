/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include <stdbool.h>
#include <stdint.h>

/* One file descriptor in the event loop. Embedded as first member in whatever waits. */
struct watch {
	int fd;
	int64_t deadline_ms;	/* of the monotonic clock; 0: none */
	/* events: what epoll said; 0: the deadline has passed */
	void (*ready)(struct watch *watch, uint32_t events);
	bool closed;
	struct watch *next;
	struct watch **link;
};

int64_t loop_now_ms(void);

/* Adds the watch; its fd must be non-blocking. */
void loop_add(struct watch *watch, uint32_t events);

/* Waits for other events from now on. */
void loop_change(struct watch *watch, uint32_t events);

/* Waits for nothing, not even for the other side to hang up. */
void loop_pause(struct watch *watch);

/* Closes the fd and frees the watch once the current batch of events is through. */
void loop_close(struct watch *watch);

/* Runs until a fatal error. */
int loop_run(void);
