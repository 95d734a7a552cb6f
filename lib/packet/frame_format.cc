/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "bit_fields.h"
#include "frame_format.h"
#include "packet_header.h"
#include <stdexcept>
#include <string>

namespace gr {
namespace largesc {

namespace {

constexpr int max_tokens = packet_codec::max_primary + packet_codec::max_redundant;

// Version 1: codes come in groups of one per lag: a group for each number of primary
// tokens, then that of silent frames.
constexpr int speech_groups = packet_codec::max_primary - packet_codec::min_primary + 1;
constexpr int speech_codes = speech_groups * packet_codec::max_short_lag;
static_assert(speech_codes + packet_codec::max_short_lag == announcement_code);

// Version 2: the mode says n_primary and what the redundant tokens are; the last one is
// that of silent frames. A repetition's lag stands before its tokens.
constexpr int mode_bits = 4;
constexpr int kinds = 3; // those of frame_code
constexpr int silence_mode = kinds * speech_groups;
constexpr int lag_bits = 8;
static_assert(silence_mode == (1 << mode_bits) - 1);

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
    const bool repeats = p.code == frame_code::repetition;
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
    require(repeats && n_redundant ? p.lag >= 1 && p.lag <= packet_codec::max_lag
                                   : p.lag == 0,
            "lag must be 1..127 where redundant tokens are repeated, otherwise 0",
            p.lag);
    require(repeats || (int(p.code) < kinds && n_primary && n_redundant),
            "code must be repetition in silence and without redundant tokens",
            int(p.code));
}

void put_tokens(bit_writer& writer, const std::vector<int16_t>& tokens)
{
    for (const int16_t token : tokens) {
        require(token >= 0 && token < 1 << packet_codec::bits_per_token,
                "token must be 0..2047",
                token);
        writer.put(token, packet_codec::bits_per_token);
    }
}

// Given the number of tokens, n_primary and lag tell the whole allocation. Without
// redundant tokens there is no lag; 0 stands in its place.
int allocation_code(const packet& p)
{
    const int group = p.primary.empty()
                          ? speech_groups
                          : int(p.primary.size()) - packet_codec::min_primary;
    return group * packet_codec::max_short_lag + (p.redundant.empty() ? 0 : p.lag - 1);
}

int mode_of(const packet& p)
{
    return p.primary.empty()
               ? silence_mode
               : kinds * (int(p.primary.size()) - packet_codec::min_primary) +
                     int(p.code);
}

// -1 if no number of tokens gives this size.
int tokens_in(size_t bytes, frame_code code, int lag)
{
    for (int tokens = 0; tokens <= max_tokens; tokens++) {
        if (frame_packet_size(tokens, code, lag) == bytes) {
            return tokens;
        }
    }
    return -1;
}

bool is_redundancy(int n_redundant, int least)
{
    return n_redundant >= least && n_redundant <= packet_codec::max_redundant;
}

std::vector<int16_t> read_tokens(bit_reader& reader, int count)
{
    std::vector<int16_t> tokens(count);
    for (auto& token : tokens) {
        token = int16_t(reader.get(packet_codec::bits_per_token));
    }
    return tokens;
}

packet_error check_padding(bit_reader& reader)
{
    return reader.get(reader.left()) == 0 ? packet_error::none : packet_error::padding;
}

} // namespace

bool is_second_version(frame_code code, int lag)
{
    return code != frame_code::repetition || lag > packet_codec::max_short_lag;
}

size_t frame_packet_size(size_t tokens, frame_code code, int lag)
{
    int bits = header_bits + packet_codec::bits_per_token * int(tokens);
    if (is_second_version(code, lag)) {
        bits += mode_bits + (code == frame_code::repetition ? lag_bits : 0);
    }
    return size_t(bits + 7) / 8;
}

std::vector<uint8_t> pack_frame(const packet& p)
{
    check(p);
    bit_writer writer(
        frame_packet_size(p.primary.size() + p.redundant.size(), p.code, p.lag));
    writer.put(p.sequence, sequence_bits);
    const bool second = is_second_version(p.code, p.lag);
    writer.put(second ? second_version_code : allocation_code(p), code_bits);
    if (second) {
        writer.put(mode_of(p), mode_bits);
    }
    put_tokens(writer, p.primary);
    if (second && p.code == frame_code::repetition) {
        writer.put(p.lag, lag_bits);
    }
    put_tokens(writer, p.redundant);
    return writer.take();
}

packet_error parse_first_version(const uint8_t* data, size_t size, packet& p)
{
    const int tokens = tokens_in(size, frame_code::repetition, 0);
    if (tokens < 0) {
        return packet_error::length;
    }
    bit_reader reader(data, size);
    p.sequence = reader.get(sequence_bits);
    const int code = reader.get(code_bits);
    const int lag_index = code % packet_codec::max_short_lag;
    const int group = code / packet_codec::max_short_lag;
    const int n_primary = code < speech_codes ? packet_codec::min_primary + group : 0;
    const int n_redundant = tokens - n_primary;
    if (!is_redundancy(n_redundant, 0) || (n_redundant == 0 && lag_index != 0)) {
        return packet_error::allocation;
    }
    p.lag = n_redundant ? lag_index + 1 : 0;
    p.primary = read_tokens(reader, n_primary);
    p.redundant = read_tokens(reader, n_redundant);
    return check_padding(reader);
}

packet_error parse_second_version(const uint8_t* data, size_t size, packet& p)
{
    bit_reader reader(data, size);
    p.sequence = reader.get(sequence_bits);
    reader.get(code_bits);
    const int mode = reader.get(mode_bits);
    const bool silence = mode == silence_mode;
    p.code = silence ? frame_code::repetition : frame_code(mode % kinds);
    const bool repeats = p.code == frame_code::repetition;
    const int tokens = tokens_in(size, p.code, repeats ? packet_codec::max_lag : 0);
    if (tokens < 0) {
        return packet_error::length;
    }
    const int n_primary = silence ? 0 : packet_codec::min_primary + mode / kinds;
    const int n_redundant = tokens - n_primary;
    if (!is_redundancy(n_redundant, 1)) {
        return packet_error::allocation;
    }
    p.primary = read_tokens(reader, n_primary);
    p.lag = repeats ? int(reader.get(lag_bits)) : 0;
    if (p.lag > packet_codec::max_lag) {
        return packet_error::version;
    }
    if (repeats && p.lag <= packet_codec::max_short_lag) {
        return packet_error::allocation;
    }
    p.redundant = read_tokens(reader, n_redundant);
    return check_padding(reader);
}

} // namespace largesc
} // namespace gr
