/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_PACKET_REFUSED_H
#define INCLUDED_LARGESC_PACKET_REFUSED_H

#include <gnuradio/largesc/packet/packet_codec.h>
#include <cstddef>

/*!
 * Raises packet_refused in Python.
 * \param error why, not packet_error::none
 * \param size bytes that are no packet
 */
[[noreturn]] void refuse(gr::largesc::packet_error error, size_t size);

#endif /* INCLUDED_LARGESC_PACKET_REFUSED_H */
