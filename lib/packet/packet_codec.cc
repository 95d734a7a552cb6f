/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "announcement_format.h"
#include "bit_fields.h"
#include "frame_format.h"
#include "packet_header.h"
#include "rest_format.h"
#include "text_format.h"
#include <gnuradio/largesc/packet/packet_codec.h>
#include <boost/crc.hpp>
#include <tuple>
#include <utility>

namespace gr {
namespace largesc {

namespace {

constexpr size_t crc_size = 2;

// Parses into an object of its own: what the caller holds changes only if all is well.
template <typename T, typename Parse>
packet_error parse_as(Parse parse, const uint8_t* data, size_t size, parsed_packet& out)
{
    T parsed;
    const auto error = parse(data, size, parsed);
    if (error == packet_error::none) {
        out = std::move(parsed);
    }
    return error;
}

// CRC-16/GENIBUS: 0x1021, initial value 0xffff, not reflected, inverted. Not inverted, it
// would stay right however many zero bytes a lower layer appends.
uint16_t crc_of(const uint8_t* data, size_t size)
{
    boost::crc_optimal<16, 0x1021, 0xFFFF, 0xFFFF, false, false> crc;
    crc.process_bytes(data, size);
    return crc.checksum();
}

std::vector<uint8_t> with_crc(std::vector<uint8_t> bytes)
{
    const uint16_t crc = crc_of(bytes.data(), bytes.size());
    bytes.push_back(uint8_t(crc >> 8));
    bytes.push_back(uint8_t(crc));
    return bytes;
}

} // namespace

bool packet::operator==(const packet& other) const
{
    return std::tie(sequence, lag, primary, redundant, code, resting) ==
           std::tie(other.sequence,
                    other.lag,
                    other.primary,
                    other.redundant,
                    other.code,
                    other.resting);
}

size_t packet_codec::packet_size(size_t tokens, frame_code code, int lag) const
{
    return frame_packet_size(tokens, code, lag) + (d_crc ? crc_size : 0);
}

std::vector<uint8_t> packet_codec::pack(const packet& p) const
{
    auto bytes = p.resting ? pack_rest(p) : pack_frame(p);
    return d_crc ? with_crc(std::move(bytes)) : bytes;
}

std::vector<uint8_t> packet_codec::pack(const announcement& a) const
{
    return d_crc ? with_crc(pack_announcement(a)) : pack_announcement(a);
}

std::vector<uint8_t> packet_codec::pack(const text_piece& t) const
{
    return d_crc ? with_crc(pack_text(t)) : pack_text(t);
}

packet_error
packet_codec::parse(const uint8_t* data, size_t size, parsed_packet& parsed) const
{
    if (size < min_packet_size + (d_crc ? crc_size : 0)) {
        return packet_error::length;
    }
    if (d_crc) {
        size -= crc_size;
        if (crc_of(data, size) != (data[size] << 8 | data[size + 1])) {
            return packet_error::crc;
        }
    }
    bit_reader header(data, size);
    header.get(sequence_bits);
    const unsigned code = header.get(code_bits);
    if (code == announcement_code) {
        switch (header.get(version_bits)) {
        case rest_version:
            return parse_as<packet>(parse_rest, data, size, parsed);
        case text_version:
            return parse_as<text_piece>(parse_text, data, size, parsed);
        default:
            return parse_as<announcement>(parse_announcement, data, size, parsed);
        }
    }
    const auto parse_frame =
        code == second_version_code ? parse_second_version : parse_first_version;
    return parse_as<packet>(parse_frame, data, size, parsed);
}

} // namespace largesc
} // namespace gr
