/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once

/* Takes probe jobs on a Unix socket. A request is text: first line the time-out in milliseconds, then one target a
 * line ("tcp ADDRESS PORT [SOURCE-PORT]"; also udp and sctp), then end of file. All targets are tried at once. The answer has one line
 * per target, in order:
 *   "allowed NAME"    connected, and this is the first line that the other side sent ("allowed": it sent none)
 *   "refused REASON"  RST, ABORT or an ICMP error
 *   "blocked"         no answer in time
 * or one line "error REASON" for a request that cannot be understood. Returns 0, or -1 with the reason on stderr. */
int probe_listen(const char *path);
