/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_ANNOUNCEMENT_FORMAT_H
#define INCLUDED_LARGESC_ANNOUNCEMENT_FORMAT_H

#include <gnuradio/largesc/packet/packet_codec.h>

namespace gr {
namespace largesc {

//! The announce packet without check value; errors as those of packet_codec.
std::vector<uint8_t> pack_announcement(const announcement& a);

//! Takes a packet of at least two bytes whose header has announcement_code.
packet_error parse_announcement(const uint8_t* data, size_t size, announcement& a);

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_ANNOUNCEMENT_FORMAT_H */
