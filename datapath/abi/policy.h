/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include <linux/types.h>

/* Of a policy and of a record of its judgement. */
enum weft_direction {
	WEFT_INGRESS,
	WEFT_EGRESS,
	WEFT_UNJUDGED = 255,	/* of a record where no policy judged */
};

/* A container's policy is four private maps. Classify the peer by identity ("identity_classes", hash) and, where
 * the policy has CIDRs, by address ("address_classes", LPM); classify the port ("port_classes", LPM, so that a range
 * is a few prefixes); then look the verdict up by index in "verdicts" (array):
 *   base[direction] + (identity class * address classes + address class) * port classes + port class
 * A key that is not found has class 0. The cost does not depend on the number of rules. */
struct weft_identity_class_key {
	__u32 identity;
	__u32 direction;
};
_Static_assert(sizeof(struct weft_identity_class_key) == 8, "abi");

struct weft_address_class_key {
	__u32 prefix_length;	/* 8 bits of direction and then the address's */
	__u8 direction;
	__u8 address[16];
	__u8 pad[3];
};
_Static_assert(sizeof(struct weft_address_class_key) == 24, "abi");

struct weft_port_class_key {
	__u32 prefix_length;	/* 16 bits of direction and protocol and then the port's */
	__u8 direction;
	__u8 protocol;
	__be16 port;
};
_Static_assert(sizeof(struct weft_port_class_key) == 8, "abi");

/* Value of the three class maps. */
struct weft_class {
	__u32 class;
};
_Static_assert(sizeof(struct weft_class) == 4, "abi");

struct weft_verdict {
	__u64 revision;		/* of the policy event whose rule decided; 0 in compiled policies */
	__u32 rule;		/* index into the container's rules plus one; 0: no rule */
	__u8 allow;
	__u8 pad[3];
};
_Static_assert(sizeof(struct weft_verdict) == 16, "abi");
