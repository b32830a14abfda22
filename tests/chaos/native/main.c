// Traffic of a chaos run. Every program runs until its standard input ends, and then prints its account as JSON.
//   traffic serve PORT DIRECTORY                    counts numbered datagrams, answers TCP with what came
//   traffic send ADDRESS PORT FLOW RATE DIRECTORY   numbered datagrams, RATE a second
//   traffic talk ADDRESS PORT CONNECTIONS           TCP connections that stay, numbered messages both ways
//   traffic crr ADDRESS PORT RATE                   connects, asks and closes, RATE times a second at most
//   traffic knock ADDRESS PORT                      one such connection; status 1 when it fails
// DIRECTORY gets FLOW.sent (the time of each number, u64 ns of CLOCK_MONOTONIC, 0: not sent) and FLOW.seen (a bit each).
#include "traffic.h"

void fail(const char *what)
{
	perror(what);
	exit(2);
}

uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

void sleep_until(uint64_t ns)
{
	struct timespec t = { .tv_sec = ns / 1000000000, .tv_nsec = ns % 1000000000 };

	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
}

bool told_to_stop(void)
{
	struct pollfd in = { .fd = 0, .events = POLLIN };
	char byte;

	return poll(&in, 1, 0) > 0 && read(0, &byte, 1) <= 0;
}

struct sockaddr_in6 address_of(const char *text, int port)
{
	struct sockaddr_in6 at = { .sin6_family = AF_INET6, .sin6_port = htons(port) };

	if (inet_pton(AF_INET6, text, &at.sin6_addr) != 1)
		fail(text);
	return at;
}

int dial(const struct sockaddr_in6 *to)
{
	struct timeval limit = { .tv_sec = 5 };
	int one = 1, fd = socket(AF_INET6, SOCK_STREAM, 0);

	if (fd < 0)
		fail("socket");
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (connect(fd, (const void *)to, sizeof(*to)) == 0)
		return fd;
	close(fd);
	return -1;
}

int main(int argc, char **argv)
{
	const char *verb = argc > 1 ? argv[1] : "";
	struct sockaddr_in6 to = { 0 };

	signal(SIGPIPE, SIG_IGN);
	if (argc == 4 && !strcmp(verb, "serve")) {
		serve(atoi(argv[2]), argv[3]);
		return 0;
	}
	if (argc >= 4)
		to = address_of(argv[2], atoi(argv[3]));
	if (argc == 7 && !strcmp(verb, "send"))
		send_numbered(&to, atoi(argv[4]), atoi(argv[5]), argv[6]);
	else if (argc == 5 && !strcmp(verb, "talk"))
		talk(&to, atoi(argv[4]));
	else if (argc == 5 && !strcmp(verb, "crr"))
		connect_again_and_again(&to, atoi(argv[4]));
	else if (argc == 4 && !strcmp(verb, "knock"))
		return knock(&to);
	else
		return 2;
	return 0;
}
