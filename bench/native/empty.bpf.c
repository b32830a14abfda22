// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// What a test run costs without a datapath.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "Dual BSD/GPL";

SEC("tc")
int empty(struct __sk_buff *skb)
{
	(void)skb;
	return 0;
}
