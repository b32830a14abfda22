// The ends that ask: numbered datagrams, connections that stay, connections that come and go.
#include "traffic.h"

static uint64_t longer(uint64_t longest, uint64_t since)
{
	uint64_t took = now_ns() - since;

	return took > longest ? took : longest;
}

void send_numbered(const struct sockaddr_in6 *to, int flow, int per_second, const char *directory)
{
	uint64_t every = 1000000000 / per_second, room = 1 << 16, sent = 0, failed = 0, next;
	uint64_t *times = malloc(room * sizeof(*times));
	struct datagram one = { .magic = MAGIC, .flow = flow };
	int fd = socket(AF_INET6, SOCK_DGRAM, 0);
	char path[512];
	FILE *file;

	if (fd < 0 || connect(fd, (const void *)to, sizeof(*to)))
		fail("socket");
	puts("ready");
	fflush(stdout);
	for (next = now_ns(); one.number % 16 || !told_to_stop(); one.number++) {
		if (one.number == room && !(times = realloc(times, (room *= 2) * sizeof(*times))))
			fail("realloc");
		sleep_until(next);
		/* What a busy machine kept us from sending is not made up for: a burst would overflow queues. */
		next = now_ns() > next + 10000000 ? now_ns() + every : next + every;
		times[one.number] = now_ns();
		if (send(fd, &one, sizeof(one), 0) == sizeof(one)) {
			sent++;
		} else {
			failed++;
			times[one.number] = 0;
		}
	}
	snprintf(path, sizeof(path), "%s/%d.sent", directory, flow);
	file = fopen(path, "w");
	if (!file || fwrite(times, sizeof(*times), one.number, file) != one.number)
		fail(path);
	fclose(file);
	printf("{\"sent\":%lu,\"failed\":%lu}\n", sent, failed);
}

/* A connection that stays: what was sent last, what came back last, and when. */
struct spoken {
	int fd;
	uint64_t sent, back, at;
};

struct talked {
	uint64_t messages, resets, wrong, longest;
};

static void listen_to(struct spoken *one, struct talked *sum)
{
	uint64_t number;
	ssize_t length;

	while ((length = recv(one->fd, &number, sizeof(number), MSG_DONTWAIT)) == sizeof(number)) {
		if (number != one->back + 1)
			sum->wrong++;
		one->back = number;
		sum->longest = longer(sum->longest, one->at);
		one->at = now_ns();
		sum->messages++;
	}
	if (length >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK)) {
		sum->resets++;
		close(one->fd);
		one->fd = -1;
	}
}

static void say_to(struct spoken *one, const struct sockaddr_in6 *to)
{
	if (one->fd < 0) {
		*one = (struct spoken){ .fd = dial(to), .at = now_ns() };
		if (one->fd < 0)
			return;
	}
	/* Few on their way, so that a stall is seen as one. */
	if (one->sent - one->back >= 8)
		return;
	one->sent++;
	if (send(one->fd, &one->sent, sizeof(one->sent), MSG_DONTWAIT) != sizeof(one->sent))
		one->sent--;
}

void talk(const struct sockaddr_in6 *to, int connections)
{
	struct spoken *all = calloc(connections, sizeof(*all));
	struct talked sum = { 0 };

	for (int i = 0; i < connections; i++) {
		all[i] = (struct spoken){ .fd = dial(to), .at = now_ns() };
		if (all[i].fd < 0)
			fail("connect");
	}
	puts("ready");
	fflush(stdout);
	while (!told_to_stop()) {
		for (int i = 0; i < connections; i++) {
			if (all[i].fd >= 0)
				listen_to(&all[i], &sum);
			say_to(&all[i], to);
		}
		sleep_until(now_ns() + 10000000);
	}
	for (int i = 0; i < connections; i++)
		sum.longest = longer(sum.longest, all[i].at);
	printf("{\"connections\":%d,\"messages\":%lu,\"resets\":%lu,\"wrong\":%lu,\"longestMs\":%lu}\n", connections,
	       sum.messages, sum.resets, sum.wrong, sum.longest / 1000000);
}

static bool exchange(const struct sockaddr_in6 *to)
{
	struct linger now = { .l_onoff = 1 };
	int fd = dial(to);
	char byte = 'w';
	bool fine;

	if (fd < 0)
		return false;
	/* No TIME_WAIT: else a long run is out of ports. */
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	fine = write(fd, &byte, 1) == 1 && read(fd, &byte, 1) == 1;
	close(fd);
	return fine;
}

int knock(const struct sockaddr_in6 *to)
{
	return exchange(to) ? 0 : 1;
}

void connect_again_and_again(const struct sockaddr_in6 *to, int per_second)
{
	uint64_t done = 0, failed = 0, longest = 0;

	puts("ready");
	fflush(stdout);
	while (!told_to_stop()) {
		uint64_t begun = now_ns();

		if (exchange(to))
			done++;
		else
			failed++;
		longest = longer(longest, begun);
		sleep_until(begun + 1000000000 / per_second);
	}
	printf("{\"done\":%lu,\"failed\":%lu,\"longestMs\":%lu}\n", done, failed, longest / 1000000);
}
