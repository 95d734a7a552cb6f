/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_API_H
#define INCLUDED_LARGESC_API_H

#include <gnuradio/attributes.h>

#ifdef gnuradio_largesc_EXPORTS
#define LARGESC_API __GR_ATTR_EXPORT
#else
#define LARGESC_API __GR_ATTR_IMPORT
#endif

#endif /* INCLUDED_LARGESC_API_H */
