/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "parse.h"
#include "../abi/fragment.h"

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 8192);
	__type(key, struct weft_fragment_key);
	__type(value, struct weft_fragment);
} fragments SEC(".maps");
