/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once

/* Every outcome a packet can have, from which the metric labels, the TypeScript and the documentation come: name,
 * number, sentence. Numbers are never reused. Map "counters" (per-CPU array, one per container and one per uplink) is
 * indexed by number. */
#define WEFT_OUTCOMES(X)                                                                        \
	X(FORWARDED, 0, "delivered, redirected or handed to the stack")                         \
	X(ANSWERED, 1, "answered by the program itself (ARP, Neighbour Discovery, gateway ping)") \
	X(DROP_MALFORMED, 2, "headers shorter than they say, or not what they say")             \
	X(DROP_PROTOCOL, 3, "an EtherType or next header that the mesh does not carry")         \
	X(DROP_SOURCE_MAC, 4, "source MAC is not the container's")                              \
	X(DROP_SOURCE_ADDRESS, 5, "source address is not the container's")                      \
	X(DROP_NO_PEER, 6, "destination is inside the mesh's prefix but no container has it")   \
	X(DROP_POLICY_EGRESS, 7, "the sender's egress policy has no rule for it")               \
	X(DROP_POLICY_INGRESS, 8, "the receiver's ingress policy has no rule for it")           \
	X(DROP_NOT_READY, 9, "the destination has no program yet")                              \
	X(DROP_UNKNOWN_HOST, 10, "a tunnel packet from an address that is no host of the mesh") \
	X(DROP_WRONG_HOST, 11, "a tunnel packet for a container that is not on this host")      \
	X(DROP_NO_ROUTE, 12, "the destination's host cannot be reached")                        \
	X(DROP_MULTICAST, 13, "multicast that the mesh does not carry")                         \
	X(DROP_FRAGMENT, 14, "a fragment that came before its first, or that hides its headers") \
	X(DROP_INTERNAL, 15, "a step of the program failed; the record says which")            \
	X(DROP_NEIGHBOUR, 16, "a Neighbour Discovery or ARP message it may not send, or of another host") \
	X(DROP_TUNNEL, 17, "a tunnel header that the mesh does not read, or a container's own")  \
	X(DROP_ECN, 18, "congestion on the underlay, and a sender that must be told by a loss") \
	X(DROP_IDENTITY, 19, "a tunnel packet with an identity that no container can have")     \
	X(DROP_TOO_BIG, 20, "too big for the way to its host; its sender is told")              \
	X(DROP_HOP_LIMIT, 21, "its hop limit is used up; its sender is told")                  \
	X(DROP_EXTENSION, 22, "IPv6 extension headers that are not read or are too many")       \
	X(DROP_OPTIONS, 23, "IPv4 options that send it elsewhere than its destination says")   \
	X(DROP_UNASKED, 24, "an answer to what nobody asked, where a policy is enforced")

#define WEFT_OUTCOME_ENUM(name, number, sentence) WEFT_##name = number,
enum weft_outcome { WEFT_OUTCOMES(WEFT_OUTCOME_ENUM) WEFT_OUTCOME_COUNT };
#undef WEFT_OUTCOME_ENUM

/* What failed where the outcome is DROP_INTERNAL. Numbers are never reused. */
#define WEFT_STEPS(X)                                                                           \
	X(ENCAP_ROOM, 1, "making room for a tunnel's headers")                                  \
	X(ENCAP_WRITE, 2, "writing a tunnel's headers")                                         \
	X(DECAP_ROOM, 3, "taking a tunnel's headers away")                                      \
	X(DECAP_ECN, 4, "marking the packet of a tunnel as delayed by congestion")              \
	X(DELIVER, 5, "writing the Ethernet header for the container's device")                 \
	X(ANSWER_ARP, 6, "turning an ARP request into its answer")                              \
	X(ANSWER_NEIGHBOUR, 7, "turning a solicitation into an advertisement")                  \
	X(ANSWER_ECHO, 8, "turning an echo request into its reply")

#define WEFT_STEP_ENUM(name, number, sentence) WEFT_STEP_##name = number,
enum weft_step { WEFT_STEPS(WEFT_STEP_ENUM) };
#undef WEFT_STEP_ENUM

/* An outcome has 8 bits; above them stands the step that failed. */
#define WEFT_STEP_SHIFT 8
#define WEFT_FAILED(step) (WEFT_DROP_INTERNAL | WEFT_STEP_##step << WEFT_STEP_SHIFT)
