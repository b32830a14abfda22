// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "base/base.h"
#include "abi/outcome.h"
#include "pipeline/arrive.h"
#include "pipeline/finish.h"
#include "tunnel/decap.h"
#include "tunnel/tunnel.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* Ingress of the host's uplink: the mesh's packets for containers of this host; everything else goes its way untouched and
 * uncounted. */
SEC("tc")
int from_uplink(struct __sk_buff *skb)
{
	struct tunnel_packet packet;
	__u32 outcome = TUNNEL_FOREIGN;

	if (skb->vlan_present)
		return ACTION_NEXT; /* Another network's, which shares the wire. */
	if (tunnels_accepted >> 1)
		outcome = tunnel_read(skb, &packet);
	if (outcome == WEFT_FORWARDED)
		return drop_tunnel(skb, receive_tunnel(skb, &packet), &packet);
	if (outcome == TUNNEL_FOREIGN && tunnel_is_accepted(WEFT_TUNNEL_NONE))
		outcome = receive_native(skb, &packet);
	if (outcome == TUNNEL_FOREIGN)
		return ACTION_NEXT;
	return count_finish(skb, outcome, ACTION_NEXT, RECORD_UPLINK, 0, 0);
}
