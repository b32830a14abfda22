/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once

/* Listens on "tcp/PORT", "udp/PORT" or "sctp/PORT" of every address. TCP connections get the name as one line and an
 * end of file; UDP datagrams get the name as one line; an SCTP INIT gets an INIT-ACK with the name as its state cookie,
 * and once any SCTP port is open, one to another port gets an ABORT. Returns 0, or -1 with the reason on stderr. */
int serve_listen(const char *port, const char *name);
