/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_PACKET_HEADER_H
#define INCLUDED_LARGESC_PACKET_HEADER_H

#include <cstddef>

namespace gr {
namespace largesc {

// The header that all packets begin with. Codes below announcement_code are allocations
// of frames in version 1.
constexpr int sequence_bits = 7;
constexpr int code_bits = 5;
constexpr int header_bits = sequence_bits + code_bits;
constexpr size_t min_packet_size = (header_bits + 7) / 8;
constexpr unsigned announcement_code = 30;
constexpr int version_bits = 4;              // behind announcement_code
constexpr unsigned second_version_code = 31; // a frame's packet, or of a later version

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_PACKET_HEADER_H */
