/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What runs in every container of the lab: answers on its ports, and opens real connections when asked.
 *   workload --name NAME --netns PATH --control PATH [--listen tcp/80]...
 * Goes into the background when every port is open, and prints the process id; exit 1 and a reason otherwise. */
#define _GNU_SOURCE
#include "loop.h"
#include "probe.h"
#include "serve.h"
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int enter_netns(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || setns(fd, CLONE_NEWNET) != 0) {
		fprintf(stderr, "workload: cannot enter %s: %s\n", path, strerror(errno));
		return -1;
	}
	return close(fd);
}

static int usage(void)
{
	fprintf(stderr, "usage: workload --name NAME --netns PATH --control PATH [--listen tcp/PORT|udp/PORT|sctp/PORT]...\n");
	return 1;
}

/* Applies the options in order of need: namespace, control socket, ports. */
static int configure(int count, char **arguments, const char *name)
{
	static const char *const order[] = { "--netns", "--control", "--listen" };

	for (int step = 0; step < 3; step++)
		for (int i = 1; i + 1 < count; i += 2) {
			const char *value = arguments[i + 1];
			int result = 0;

			if (strcmp(arguments[i], order[step]) != 0)
				continue;
			if (step == 0)
				result = enter_netns(value);
			else if (step == 1)
				result = probe_listen(value);
			else
				result = serve_listen(value, name);
			if (result != 0)
				return -1;
		}
	return 0;
}

static int background(void)
{
	pid_t pid = fork();
	int nowhere;

	if (pid < 0)
		return -1;
	if (pid > 0) {
		printf("%d\n", pid);
		fflush(stdout);
		_exit(0);
	}
	setsid();
	nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
	for (int fd = 0; fd < 3; fd++)
		dup2(nowhere, fd);
	return chdir("/");
}

int main(int count, char **arguments)
{
	const char *name = NULL;

	for (int i = 1; i + 1 < count; i += 2)
		if (strcmp(arguments[i], "--name") == 0)
			name = arguments[i + 1];
	if (!name || count % 2 == 0)
		return usage();
	signal(SIGPIPE, SIG_IGN);
	umask(0077);
	if (configure(count, arguments, name) != 0 || background() != 0)
		return 1;
	return loop_run() == 0 ? 0 : 1;
}
