/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_TEXT_FORMAT_H
#define INCLUDED_LARGESC_TEXT_FORMAT_H

#include <gnuradio/largesc/packet/packet_codec.h>

namespace gr {
namespace largesc {

// Packets of version 4: a piece of text, without check value.

constexpr unsigned text_version = 4; // where announcements have theirs

//! \throws std::invalid_argument a number out of range, no bytes or too many
std::vector<uint8_t> pack_text(const text_piece& t);

//! Bytes of a piece of text; size is 2 or more.
packet_error parse_text(const uint8_t* data, size_t size, text_piece& t);

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_TEXT_FORMAT_H */
