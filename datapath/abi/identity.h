/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once

/* Identities of what is no container; those of containers begin after the last. */
enum weft_identity {
	WEFT_IDENTITY_HOST = 1,
	WEFT_IDENTITY_WORLD = 2,
	WEFT_IDENTITY_REMOTE_NODE = 6,
	WEFT_IDENTITY_RESERVED_MAX = 255,
};
