/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#define _GNU_SOURCE
#include "sctp.h"
#include <endian.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum { HEADER_SIZE = 12, CHUNK_SIZE = 4, INIT_SIZE = 20, COOKIE_SIZE = 4 };
enum { PARAMETER_COOKIE = 7 };
enum { WINDOW = 65536, STREAMS = 1 };
enum { PORTS_FROM = 32768, PORTS_COUNT = 28232 };

static void put16(uint8_t *at, uint16_t value)
{
	value = htobe16(value);
	memcpy(at, &value, sizeof(value));
}

static void put32(uint8_t *at, uint32_t value)
{
	value = htobe32(value);
	memcpy(at, &value, sizeof(value));
}

static uint16_t get16(const uint8_t *at)
{
	return at[0] << 8 | at[1];
}

static uint32_t get32(const uint8_t *at)
{
	return (uint32_t)get16(at) << 16 | get16(at + 2);
}

/* CRC32c (RFC 9260 appendix A); it stands in the packet lowest byte first. */
static uint32_t checksum(const uint8_t *bytes, size_t size)
{
	uint32_t sum = ~0u;

	for (size_t i = 0; i < size; i++) {
		/* The field itself counts as 0. */
		sum ^= i >= 8 && i < HEADER_SIZE ? 0 : bytes[i];
		for (int bit = 0; bit < 8; bit++)
			sum = sum >> 1 ^ (sum & 1 ? 0x82f63b78 : 0);
	}
	return htole32(~sum);
}

static size_t write_packet(const struct sctp_packet *packet, uint8_t *bytes)
{
	uint8_t *chunk = bytes + HEADER_SIZE;
	size_t size = packet->type == SCTP_ABORT ? CHUNK_SIZE : INIT_SIZE;
	uint32_t sum;

	memset(bytes, 0, SCTP_SIZE_MAX);
	put16(bytes, packet->source_port);
	put16(bytes + 2, packet->destination_port);
	put32(bytes + 4, packet->tag);
	chunk[0] = packet->type;
	if (packet->type != SCTP_ABORT) {
		put32(chunk + 4, packet->initiate_tag);
		put32(chunk + 8, WINDOW);
		put16(chunk + 12, STREAMS);
		put16(chunk + 14, STREAMS);
		put32(chunk + 16, packet->initiate_tag);
	}
	if (packet->type == SCTP_INIT_ACK) {
		put16(chunk + size, PARAMETER_COOKIE);
		put16(chunk + size + 2, COOKIE_SIZE + packet->name_size);
		memcpy(chunk + size + COOKIE_SIZE, packet->name, packet->name_size);
		size += COOKIE_SIZE + packet->name_size;
	}
	put16(chunk + 2, size);
	size = HEADER_SIZE + ((size + 3) & ~3u);
	sum = checksum(bytes, size);
	memcpy(bytes + 8, &sum, sizeof(sum));
	return size;
}

/* The state cookie is not always the first parameter. */
static bool read_name(const uint8_t *at, const uint8_t *end, struct sctp_packet *packet)
{
	while (at + COOKIE_SIZE <= end) {
		size_t size = get16(at + 2);

		if (size < COOKIE_SIZE || at + size > end)
			return false;
		if (get16(at) == PARAMETER_COOKIE) {
			packet->name_size = size - COOKIE_SIZE;
			if (packet->name_size >= SCTP_NAME_MAX)
				return false;
			memcpy(packet->name, at + COOKIE_SIZE, packet->name_size);
			return true;
		}
		at += (size + 3) & ~3u;
	}
	return false;
}

static bool read_packet(const uint8_t *bytes, size_t size, struct sctp_packet *packet)
{
	const uint8_t *chunk = bytes + HEADER_SIZE;
	uint32_t sum;
	size_t length;

	memset(packet, 0, sizeof(*packet));
	if (size < HEADER_SIZE + CHUNK_SIZE)
		return false;
	memcpy(&sum, bytes + 8, sizeof(sum));
	length = get16(chunk + 2);
	if (sum != checksum(bytes, size) || length < CHUNK_SIZE || HEADER_SIZE + length > size)
		return false;
	packet->source_port = get16(bytes);
	packet->destination_port = get16(bytes + 2);
	packet->tag = get32(bytes + 4);
	packet->type = chunk[0];
	if (packet->type == SCTP_ABORT)
		return true;
	if ((packet->type != SCTP_INIT && packet->type != SCTP_INIT_ACK) || length < INIT_SIZE)
		return false;
	packet->initiate_tag = get32(chunk + 4);
	return packet->type == SCTP_INIT || read_name(chunk + INIT_SIZE, chunk + length, packet);
}

int sctp_socket(int family)
{
	return socket(family, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_SCTP);
}

void sctp_send(int fd, const struct sctp_packet *packet, const struct sockaddr *to, socklen_t size)
{
	uint8_t bytes[SCTP_SIZE_MAX];

	sendto(fd, bytes, write_packet(packet, bytes), MSG_NOSIGNAL, to, to ? size : 0);
}

int sctp_receive(int fd, struct sctp_packet *packet, struct sockaddr_storage *from, socklen_t *size)
{
	uint8_t bytes[2048];
	uint8_t *start = bytes;
	ssize_t length;
	int family;
	socklen_t family_size = sizeof(family);

	*size = sizeof(*from);
	length = recvfrom(fd, bytes, sizeof(bytes), 0, (struct sockaddr *)from, size);
	if (length < 0)
		return -1;
	getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &family, &family_size);
	if (family == AF_INET && length > 0) {
		/* IPv4 has its header before it, IPv6 has not (raw(7)). */
		start += (bytes[0] & 15) * 4;
		length -= start - bytes;
	}
	return length > 0 && read_packet(start, length, packet);
}

uint32_t sctp_tag(void)
{
	uint32_t tag = 0;

	while (tag == 0)
		if (getrandom(&tag, sizeof(tag), 0) != sizeof(tag))
			abort();
	return tag;
}

uint16_t sctp_port(void)
{
	static uint32_t used;

	if (used == 0)
		used = sctp_tag() % PORTS_COUNT;
	return PORTS_FROM + used++ % PORTS_COUNT;
}
