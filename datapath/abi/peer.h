/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "abi/address.h"

/* Map "peers", hash, one per host: container address -> who and where it is. */
struct weft_peer {
	__u64 revision;		/* of the event that made this entry */
	__u32 identity;
	__u16 slot;		/* on this host; 0: on another host */
	__u8 mac[6];		/* of the container's device */
	__u32 host;		/* number of the container's host */
	struct weft_address underlay;	/* of the container's host */
};
_Static_assert(sizeof(struct weft_peer) == 40, "abi");

/* Map "hosts", hash, one per host: underlay address of either family -> which host of the mesh has it. */
struct weft_host {
	__u64 revision;
	__u32 number;		/* index of the host's prefix in the mesh's; the same everywhere */
	__u16 mtu;		/* largest IP packet of a container that gets there; 0: as the setting path_mtu */
	__u8 pad[2];
};
_Static_assert(sizeof(struct weft_host) == 16, "abi");
