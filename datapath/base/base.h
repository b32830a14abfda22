/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include <stdbool.h>
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/pkt_cls.h>
#include <linux/udp.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

/* Go on with whoever comes next: TCX_NEXT, and in a clsact filter TC_ACT_UNSPEC. Never TC_ACT_OK, which would end
 * the chain for other people's programs on the device. */
#define ACTION_NEXT TC_ACT_UNSPEC

/* A function of its own: in a program once, walked by the verifier once and by itself, whatever its callers know, and off their
 * stack. It costs a call; pointers to memory may be null ("R1 invalid mem access 'mem_or_null'"); packet pointers of the
 * caller are gone behind it. */
#define __called __attribute__((noinline))

/* linux/if_packet.h: the frame is for us, for everybody, for a group. */
#define PACKET_HOST 0
#define PACKET_BROADCAST 1
#define PACKET_MULTICAST 2

#define IPV4_DF bpf_htons(0x4000)

/* linux/icmp.h and linux/icmpv6.h, without their structures. */
#define ICMP4_ECHO_REPLY 0
#define ICMP4_UNREACHABLE 3
#define ICMP4_ECHO 8
#define ICMP4_TIME_EXCEEDED 11
#define ICMP4_PARAMETER_PROBLEM 12
#define ICMP6_ERROR_MAX 4
#define ICMP6_ECHO 128
#define ICMP6_ECHO_REPLY 129
#define ICMP6_ROUTER_SOLICITATION 133
#define ICMP6_NEIGHBOUR_SOLICITATION 135
#define ICMP6_NEIGHBOUR_ADVERTISEMENT 136
#define ICMP6_REDIRECT 137

#define TCP_FIN 0x01
#define TCP_SYN 0x02
#define TCP_RST 0x04
#define TCP_ACK 0x10

/* Established, and what comes after it until both ends have said goodbye (enum in linux/bpf.h: BPF_TCP_...). */
#define TCP_CONNECTED_STATES                                                                    \
	(1U << BPF_TCP_ESTABLISHED | 1U << BPF_TCP_FIN_WAIT1 | 1U << BPF_TCP_FIN_WAIT2 |        \
	 1U << BPF_TCP_CLOSE_WAIT | 1U << BPF_TCP_LAST_ACK | 1U << BPF_TCP_CLOSING)
