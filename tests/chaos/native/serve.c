// The end that is asked: which numbers came, how often, and in which order; and an echo over TCP.
#include "traffic.h"

struct flow {
	uint8_t *seen;
	uint64_t bytes;
	uint64_t received, doubled, reordered, highest;
};

static struct flow flows[FLOWS];
/* Datagrams that came and found no room in the socket: lost by this program, not by the network. */
static uint32_t overflow;

static void note(const struct datagram *one)
{
	struct flow *flow = &flows[one->flow % FLOWS];
	uint64_t at = one->number / 8;
	uint8_t bit = 1 << one->number % 8;

	if (at >= flow->bytes) {
		uint64_t bytes = (at + 1) * 2 + 65536;

		flow->seen = realloc(flow->seen, bytes);
		if (!flow->seen)
			fail("realloc");
		memset(flow->seen + flow->bytes, 0, bytes - flow->bytes);
		flow->bytes = bytes;
	}
	if (flow->seen[at] & bit) {
		flow->doubled++;
		return;
	}
	flow->seen[at] |= bit;
	flow->received++;
	if (one->number < flow->highest)
		flow->reordered++;
	else
		flow->highest = one->number;
}

static void take_datagrams(int fd)
{
	for (;;) {
		struct datagram one;
		char control[64];
		struct iovec part = { .iov_base = &one, .iov_len = sizeof(one) };
		struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = control,
					  .msg_controllen = sizeof(control) };
		ssize_t length = recvmsg(fd, &message, MSG_DONTWAIT);

		if (length < 0)
			return;
		for (struct cmsghdr *c = CMSG_FIRSTHDR(&message); c; c = CMSG_NXTHDR(&message, c))
			if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SO_RXQ_OVFL)
				memcpy(&overflow, CMSG_DATA(c), sizeof(overflow));
		if (length == sizeof(one) && one.magic == MAGIC)
			note(&one);
	}
}

/* A message is eight bytes, and few are on their way: what is read fits into the send buffer. */
static void echo(int fd)
{
	char bytes[65536];
	ssize_t length = read(fd, bytes, sizeof(bytes));

	if (length <= 0 || write(fd, bytes, length) != length)
		close(fd);
}

static int open_datagrams(const struct sockaddr_in6 *at)
{
	int room = 64 << 20, one = 1, fd = socket(AF_INET6, SOCK_DGRAM, 0);

	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room));
	setsockopt(fd, SOL_SOCKET, SO_RXQ_OVFL, &one, sizeof(one));
	if (fd < 0 || bind(fd, (const void *)at, sizeof(*at)))
		fail("bind");
	return fd;
}

static void report(const char *directory)
{
	printf("{\"overflow\":%u,\"flows\":[", overflow);
	for (int i = 0, first = 1; i < FLOWS; i++) {
		struct flow *flow = &flows[i];
		char path[512];
		FILE *file;

		if (flow->received == 0)
			continue;
		snprintf(path, sizeof(path), "%s/%d.seen", directory, i);
		file = fopen(path, "w");
		if (!file || fwrite(flow->seen, 1, flow->highest / 8 + 1, file) != flow->highest / 8 + 1)
			fail(path);
		fclose(file);
		printf("%s{\"flow\":%d,\"received\":%lu,\"doubled\":%lu,\"reordered\":%lu}", first ? "" : ",", i,
		       flow->received, flow->doubled, flow->reordered);
		first = 0;
	}
	puts("]}");
}

static void watch(int poll, int fd)
{
	struct epoll_event event = { .events = EPOLLIN, .data.fd = fd };

	epoll_ctl(poll, EPOLL_CTL_ADD, fd, &event);
}

void serve(int port, const char *directory)
{
	struct sockaddr_in6 at = { .sin6_family = AF_INET6, .sin6_port = htons(port) };
	int one = 1, listener = socket(AF_INET6, SOCK_STREAM, 0), poll = epoll_create1(0);
	int datagrams = open_datagrams(&at);
	struct epoll_event ready[64];

	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(listener, (void *)&at, sizeof(at)) || listen(listener, 1024))
		fail("listen");
	watch(poll, listener);
	watch(poll, datagrams);
	watch(poll, 0);
	puts("ready");
	fflush(stdout);
	for (;;) {
		int count = epoll_wait(poll, ready, 64, -1);

		for (int i = 0; i < count; i++) {
			int fd = ready[i].data.fd;

			if (fd == 0 && told_to_stop()) {
				take_datagrams(datagrams);
				report(directory);
				return;
			}
			if (fd == datagrams)
				take_datagrams(fd);
			else if (fd == listener)
				watch(poll, accept4(listener, NULL, NULL, 0));
			else if (fd != 0)
				echo(fd);
		}
	}
}
