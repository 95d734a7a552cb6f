/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_REST_FORMAT_H
#define INCLUDED_LARGESC_REST_FORMAT_H

#include <gnuradio/largesc/packet/packet_codec.h>

namespace gr {
namespace largesc {

// Packets of version 3: a rest, without check value.

constexpr unsigned rest_version = 3; // where announcements have theirs

//! \throws std::invalid_argument a number out of range, or tokens beside a rest
std::vector<uint8_t> pack_rest(const packet& p);

//! Bytes of a rest; size is 2 or more.
packet_error parse_rest(const uint8_t* data, size_t size, packet& p);

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_REST_FORMAT_H */
