/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "announcement_format.h"
#include "bit_fields.h"
#include "packet_header.h"
#include <gnuradio/largesc/packet/packet_codec.h>
#include <boost/crc.hpp>
#include <stdexcept>
#include <string>
#include <tuple>

namespace gr {
namespace largesc {

namespace {

constexpr int max_tokens = packet_codec::max_primary + packet_codec::max_redundant;
constexpr size_t crc_size = 2;

// Codes come in groups of one per lag: a group for each number of primary tokens, then
// that of silent frames.
constexpr int speech_groups = packet_codec::max_primary - packet_codec::min_primary + 1;
constexpr int speech_codes = speech_groups * packet_codec::max_lag;
static_assert(speech_codes + packet_codec::max_lag == announcement_code);

// The message is made only if it is needed: this runs for every token.
void require(bool condition, const char* rule, int value)
{
    if (!condition) {
        throw std::invalid_argument(std::string("packet_codec: ") + rule + ", not " +
                                    std::to_string(value));
    }
}

void check(const packet& p)
{
    const int n_primary = p.primary.size();
    const int n_redundant = p.redundant.size();
    require(n_primary == 0 || (n_primary >= packet_codec::min_primary &&
                               n_primary <= packet_codec::max_primary),
            "n_primary must be 4..8, or 0 for silence",
            n_primary);
    require(n_redundant <= packet_codec::max_redundant,
            "n_redundant must be 0..7",
            n_redundant);
    require(p.sequence >= 0 && p.sequence < packet_codec::sequence_modulus,
            "sequence must be 0..127",
            p.sequence);
    require(n_redundant == 0 ? p.lag == 0 : p.lag >= 1 && p.lag <= packet_codec::max_lag,
            "lag must be 1..5 with redundant tokens and 0 without",
            p.lag);
}

// Given the number of tokens, n_primary and lag tell the whole allocation. Without
// redundant tokens there is no lag; 0 stands in its place.
int allocation_code(const packet& p)
{
    const int group = p.primary.empty()
                          ? speech_groups
                          : int(p.primary.size()) - packet_codec::min_primary;
    return group * packet_codec::max_lag + (p.redundant.empty() ? 0 : p.lag - 1);
}

size_t frame_packet_size(size_t tokens)
{
    return (header_bits + packet_codec::bits_per_token * tokens + 7) / 8;
}

// -1 if no number of tokens gives this size.
int tokens_in(size_t bytes)
{
    for (int tokens = 0; tokens <= max_tokens; tokens++) {
        if (frame_packet_size(tokens) == bytes) {
            return tokens;
        }
    }
    return -1;
}

std::vector<int16_t> read_tokens(bit_reader& reader, int count)
{
    std::vector<int16_t> tokens(count);
    for (auto& token : tokens) {
        token = int16_t(reader.get(packet_codec::bits_per_token));
    }
    return tokens;
}

packet_error parse_frame(const uint8_t* data, size_t size, packet& p)
{
    const int tokens = tokens_in(size);
    if (tokens < 0) {
        return packet_error::length;
    }
    bit_reader reader(data, size);
    const int sequence = reader.get(sequence_bits);
    const int code = reader.get(code_bits);
    const int lag_index = code % packet_codec::max_lag;
    const int n_primary = code < speech_codes
                              ? packet_codec::min_primary + code / packet_codec::max_lag
                              : 0;
    const int n_redundant = tokens - n_primary;
    if (n_redundant < 0 || n_redundant > packet_codec::max_redundant ||
        (n_redundant == 0 && lag_index != 0)) {
        return packet_error::allocation;
    }
    packet parsed;
    parsed.sequence = sequence;
    parsed.lag = n_redundant ? lag_index + 1 : 0;
    parsed.primary = read_tokens(reader, n_primary);
    parsed.redundant = read_tokens(reader, n_redundant);
    if (reader.get(reader.left()) != 0) {
        return packet_error::padding;
    }
    p = std::move(parsed);
    return packet_error::none;
}

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
    return std::tie(sequence, lag, primary, redundant) ==
           std::tie(other.sequence, other.lag, other.primary, other.redundant);
}

size_t packet_codec::packet_size(size_t tokens) const
{
    return frame_packet_size(tokens) + (d_crc ? crc_size : 0);
}

std::vector<uint8_t> packet_codec::pack(const packet& p) const
{
    check(p);
    bit_writer writer(packet_size(p.primary.size() + p.redundant.size()));
    writer.put(p.sequence, sequence_bits);
    writer.put(allocation_code(p), code_bits);
    for (const auto* tokens : { &p.primary, &p.redundant }) {
        for (const int16_t token : *tokens) {
            require(token >= 0 && token < 1 << bits_per_token,
                    "token must be 0..2047",
                    token);
            writer.put(token, bits_per_token);
        }
    }
    return d_crc ? with_crc(writer.take()) : writer.take();
}

std::vector<uint8_t> packet_codec::pack(const announcement& a) const
{
    return d_crc ? with_crc(pack_announcement(a)) : pack_announcement(a);
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
    if (code > announcement_code) {
        return packet_error::version;
    }
    if (code == announcement_code) {
        return parse_as<announcement>(parse_announcement, data, size, parsed);
    }
    return parse_as<packet>(parse_frame, data, size, parsed);
}

} // namespace largesc
} // namespace gr
