// Request-response over TCP, one byte each way, both ends pinned to one CPU so that the path is measured and not the
// wake-up across CPUs.
//   pingpong server PORT CPU
//   pingpong rr|crr|stream ADDRESS PORT CPU SECONDS     prints {"operations":N,"seconds":S,"p50_us":..,"p99_us":..}
// rr keeps one connection; crr connects, sends a byte, reads one and closes each time; stream sends as many bytes as it
// can (operations are bytes). The server answers a single byte and swallows more.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define SAMPLES_MAX (1 << 22)
#define STREAM_BYTES (128 << 10)

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static void pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		fail("sched_setaffinity");
}

static void no_delay(int fd)
{
	int one = 1;

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
}

static double now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
}

static void serve(int port)
{
	struct sockaddr_in6 at = { .sin6_family = AF_INET6, .sin6_port = htons(port) };
	struct epoll_event event = { .events = EPOLLIN }, ready[64];
	int one = 1, off = 0, listener = socket(AF_INET6, SOCK_STREAM, 0), poll = epoll_create1(0);
	static char bytes[STREAM_BYTES];

	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	setsockopt(listener, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
	if (bind(listener, (void *)&at, sizeof(at)) || listen(listener, 1024))
		fail("listen");
	event.data.fd = listener;
	epoll_ctl(poll, EPOLL_CTL_ADD, listener, &event);
	puts("ready");
	fflush(stdout);
	for (;;) {
		int count = epoll_wait(poll, ready, 64, -1);

		for (int i = 0; i < count; i++) {
			int fd = ready[i].data.fd;
			ssize_t count_read;

			if (fd == listener) {
				event.data.fd = accept(listener, NULL, NULL);
				no_delay(event.data.fd);
				epoll_ctl(poll, EPOLL_CTL_ADD, event.data.fd, &event);
				continue;
			}
			count_read = read(fd, bytes, sizeof(bytes));
			if (count_read <= 0 || (count_read == 1 && write(fd, bytes, 1) != 1))
				close(fd);
		}
	}
}

static int dial(const struct sockaddr *to, socklen_t length)
{
	struct linger now = { .l_onoff = 1 };
	int fd = socket(to->sa_family, SOCK_STREAM, 0);

	if (fd < 0 || connect(fd, to, length))
		fail("connect");
	no_delay(fd);
	/* No TIME_WAIT: else crr runs out of ports. */
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	return fd;
}

static void exchange(int fd)
{
	char byte = 'w';

	if (write(fd, &byte, 1) != 1 || read(fd, &byte, 1) != 1)
		fail("exchange");
}

/* A window as iperf3 -w 128K and a congestion control that needs no queue: else the same set-up gives one of two rates. */
static void stream(int fd, double seconds)
{
	static char bytes[STREAM_BYTES];
	int window = STREAM_BYTES;
	double start = now_us(), at = start;
	long sent = 0;

	setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &window, sizeof(window));
	setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, "cubic", 5);
	while (at < start + seconds * 1e6) {
		ssize_t count = write(fd, bytes, sizeof(bytes));

		if (count <= 0)
			fail("stream");
		sent += count;
		at = now_us();
	}
	printf("{\"operations\":%ld,\"seconds\":%.6f}\n", sent, (at - start) / 1e6);
}

static int ascending(const void *a, const void *b)
{
	float d = *(const float *)a - *(const float *)b;

	return d < 0 ? -1 : d > 0;
}

static void measure(const char *kind, const char *address, int port, double seconds)
{
	int fresh = !strcmp(kind, "crr");
	struct sockaddr_in6 six = { .sin6_family = AF_INET6, .sin6_port = htons(port) };
	struct sockaddr_in four = { .sin_family = AF_INET, .sin_port = htons(port) };
	int is_six = inet_pton(AF_INET6, address, &six.sin6_addr) == 1;
	const struct sockaddr *to = is_six ? (void *)&six : (void *)&four;
	socklen_t length = is_six ? sizeof(six) : sizeof(four);
	float *samples = malloc(SAMPLES_MAX * sizeof(*samples));
	double start, end, at;
	long count = 0;
	int fd = -1;

	if (!samples || (!is_six && inet_pton(AF_INET, address, &four.sin_addr) != 1))
		fail("address");
	if (!fresh)
		fd = dial(to, length);
	if (!strcmp(kind, "stream")) {
		stream(fd, seconds);
		return;
	}
	start = at = now_us();
	end = start + seconds * 1e6;
	while (at < end && count < SAMPLES_MAX) {
		double before = at;

		if (fresh)
			fd = dial(to, length);
		exchange(fd);
		if (fresh)
			close(fd);
		at = now_us();
		samples[count++] = at - before;
	}
	qsort(samples, count, sizeof(*samples), ascending);
	printf("{\"operations\":%ld,\"seconds\":%.6f,\"p50_us\":%.2f,\"p99_us\":%.2f}\n", count, (at - start) / 1e6,
	       samples[count / 2], samples[count * 99 / 100]);
}

int main(int argc, char **argv)
{
	signal(SIGPIPE, SIG_IGN);
	if (argc == 4 && !strcmp(argv[1], "server")) {
		pin(atoi(argv[3]));
		serve(atoi(argv[2]));
	}
	if (argc == 6 && (!strcmp(argv[1], "rr") || !strcmp(argv[1], "crr") || !strcmp(argv[1], "stream"))) {
		pin(atoi(argv[4]));
		measure(argv[1], argv[2], atoi(argv[3]), atof(argv[5]));
		return 0;
	}
	fprintf(stderr, "usage: pingpong server PORT CPU | pingpong rr|crr|stream ADDRESS PORT CPU SECONDS\n");
	return 2;
}
