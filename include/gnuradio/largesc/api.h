/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_API_H
#define INCLUDED_LARGESC_API_H

// The kernels are compiled with hidden symbols, once for all that link them; these are
// seen. They know nothing of GNU Radio, so its macros are not used.
#if defined(_MSC_VER)
#define LARGESC_API
#else
#define LARGESC_API __attribute__((visibility("default")))
#endif

#endif /* INCLUDED_LARGESC_API_H */
