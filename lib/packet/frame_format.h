/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_FRAME_FORMAT_H
#define INCLUDED_LARGESC_FRAME_FORMAT_H

#include <gnuradio/largesc/packet/packet_codec.h>

namespace gr {
namespace largesc {

// Frames' packets, of both versions, without check value.

//! Whether a frame with these redundant tokens goes into a packet of version 2.
bool is_second_version(frame_code code, int lag);

//! Bytes of a frame's packet.
size_t frame_packet_size(size_t tokens, frame_code code, int lag);

//! \throws std::invalid_argument counts, lag, sequence or a token out of range
std::vector<uint8_t> pack_frame(const packet& p);

//! Bytes of version 1; size is 2 or more.
packet_error parse_first_version(const uint8_t* data, size_t size, packet& p);

//! Bytes of version 2; size is 2 or more.
packet_error parse_second_version(const uint8_t* data, size_t size, packet& p);

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_FRAME_FORMAT_H */
