/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "abi/outcome.h"

/* Not an outcome: the linear part of the packet ended before the headers did. */
#define PARSE_SHORT WEFT_OUTCOME_COUNT

/* The longest packet whose header can tell its length. Only the kernel makes longer ones, of which each segment gets its own
 * ("BIG TCP"): their length field is 0, and in IPv6 a jumbo payload option stands in front (RFC 2675). */
#define PARSE_LENGTH_MAX 0xffff
#define PARSE_LENGTH_FAR 0x8000 /* beyond all headers */

/* As far as headers are looked for; also the bound of what is pulled into the linear part. */
#define PARSE_BYTES_MAX 256
#define PARSE_EXTENSIONS_MAX 4

/* Hop-by-hop options, routing, fragment, authentication, destination options. */
#define PARSE_EXTENSIONS (1ULL << 0 | 1ULL << 43 | 1ULL << 44 | 1ULL << 51 | 1ULL << 60)
