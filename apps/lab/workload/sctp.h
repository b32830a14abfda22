/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

/* The first exchange of an SCTP association (RFC 9260) in packets of our own, over raw sockets: kernels here have no
 * SCTP. An INIT is answered by an INIT-ACK, whose state cookie is the name of who answers, or by an ABORT. */

enum { SCTP_INIT = 1, SCTP_INIT_ACK = 2, SCTP_ABORT = 6 };
enum { SCTP_NAME_MAX = 384, SCTP_SIZE_MAX = 36 + SCTP_NAME_MAX };

/* A packet with one chunk of those kinds; numbers in the byte order of the machine. */
struct sctp_packet {
	uint16_t source_port, destination_port;
	uint32_t tag;		/* verification tag */
	uint8_t type;
	uint32_t initiate_tag;	/* of INIT and INIT-ACK */
	size_t name_size;	/* of INIT-ACK */
	char name[SCTP_NAME_MAX];
};

/* A raw socket for the packets of one family; -1 and errno when there is none. */
int sctp_socket(int family);

/* Sends to an address, NULL for the one that the socket is connected to; what is lost is lost. */
void sctp_send(int fd, const struct sctp_packet *packet, const struct sockaddr *to, socklen_t size);

/* Takes one packet off a raw socket. 1: a whole one of a known kind; 0: another; -1 and errno: none. */
int sctp_receive(int fd, struct sctp_packet *packet, struct sockaddr_storage *from, socklen_t *size);

/* A verification tag: random, never 0. */
uint32_t sctp_tag(void);

/* A source port that this process did not use for a long time. */
uint16_t sctp_port(void);
