/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "bit_fields.h"
#include "field_range.h"
#include "packet_header.h"
#include "text_format.h"
#include <tuple>

namespace gr {
namespace largesc {

namespace {

constexpr int number_bits = 3;
constexpr int piece_bits = 4;
constexpr int size_bits = 4; // of the bytes, less one
constexpr size_t fixed_size = 4;

static_assert(text_piece::max_number == (1 << number_bits) - 1);
static_assert(text_piece::max_last == (1 << piece_bits) - 1);
static_assert(text_piece::max_bytes == 1 << size_bits);

void check(const text_piece& t)
{
    require_field(t.sequence, packet_codec::sequence_modulus - 1, "sequence");
    require_field(t.number, text_piece::max_number, "number");
    require_field(t.last, text_piece::max_last, "last");
    require_field(t.piece, t.last, "piece");
    if (t.bytes.empty() || t.bytes.size() > text_piece::max_bytes) {
        throw std::invalid_argument(
            "packet_codec: a piece of text has 1..16 bytes, not " +
            std::to_string(t.bytes.size()));
    }
}

} // namespace

bool text_piece::operator==(const text_piece& other) const
{
    return std::tie(sequence, silent, number, piece, last, bytes) ==
           std::tie(other.sequence,
                    other.silent,
                    other.number,
                    other.piece,
                    other.last,
                    other.bytes);
}

std::vector<uint8_t> pack_text(const text_piece& t)
{
    check(t);
    bit_writer writer(fixed_size + t.bytes.size());
    writer.put(t.sequence, sequence_bits);
    writer.put(announcement_code, code_bits);
    writer.put(text_version, version_bits);
    writer.put(t.silent, 1);
    writer.put(t.number, number_bits);
    writer.put(t.piece, piece_bits);
    writer.put(t.last, piece_bits);
    writer.put(uint32_t(t.bytes.size()) - 1, size_bits);
    for (const char byte : t.bytes) {
        writer.put(uint8_t(byte), 8);
    }
    return writer.take();
}

packet_error parse_text(const uint8_t* data, size_t size, text_piece& t)
{
    if (size < fixed_size) {
        return packet_error::length;
    }
    bit_reader reader(data, size);
    t.sequence = int(reader.get(sequence_bits));
    reader.get(code_bits + version_bits);
    t.silent = reader.get(1);
    t.number = int(reader.get(number_bits));
    t.piece = int(reader.get(piece_bits));
    t.last = int(reader.get(piece_bits));
    const size_t bytes = reader.get(size_bits) + 1;
    if (size != fixed_size + bytes) {
        return packet_error::length;
    }
    t.bytes.assign(data + fixed_size, data + size);
    return t.piece > t.last ? packet_error::announcement : packet_error::none;
}

} // namespace largesc
} // namespace gr
