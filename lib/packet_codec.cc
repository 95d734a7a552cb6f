/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/largesc/packet_codec.h>
#include <stdexcept>
#include <string>

namespace gr {
namespace largesc {

namespace {

constexpr int sequence_bits = 7;
constexpr int allocation_bits = 5;
constexpr int header_bits = sequence_bits + allocation_bits;
constexpr size_t min_tokens = packet_codec::min_primary;
constexpr size_t max_tokens = packet_codec::max_primary + packet_codec::max_redundant;

void require(bool condition, const std::string& what)
{
    if (!condition) {
        throw std::invalid_argument("packet_codec: " + what);
    }
}

void check_counts(const packet& p)
{
    const int n_primary = p.primary.size();
    const int n_redundant = p.redundant.size();
    require(n_primary >= packet_codec::min_primary &&
                n_primary <= packet_codec::max_primary,
            "n_primary must be 4..8, not " + std::to_string(n_primary));
    require(n_redundant <= packet_codec::max_redundant,
            "n_redundant must be 0..7, not " + std::to_string(n_redundant));
    require(p.sequence >= 0 && p.sequence < packet_codec::sequence_modulus,
            "sequence must be 0..127, not " + std::to_string(p.sequence));
    require(n_redundant == 0 ? p.lag == 0 : p.lag >= 1 && p.lag <= packet_codec::max_lag,
            "lag must be 1..5 with redundant tokens and 0 without, not " +
                std::to_string(p.lag));
}

// Given the number of tokens, n_primary and lag tell the whole allocation. Without
// redundant tokens there is no lag; 0 stands in its place.
int allocation_code(const packet& p)
{
    const int lag_index = p.redundant.empty() ? 0 : p.lag - 1;
    return (int(p.primary.size()) - packet_codec::min_primary) * packet_codec::max_lag +
           lag_index;
}

class bit_writer
{
public:
    explicit bit_writer(size_t bytes) : d_bytes(bytes, 0) {}

    void put(unsigned value, int bits)
    {
        for (int b = bits - 1; b >= 0; b--, d_position++) {
            d_bytes[d_position / 8] |= ((value >> b) & 1u) << (7 - d_position % 8);
        }
    }

    std::vector<uint8_t> take() { return std::move(d_bytes); }

private:
    std::vector<uint8_t> d_bytes;
    size_t d_position = 0;
};

class bit_reader
{
public:
    bit_reader(const uint8_t* data, size_t size) : d_data(data), d_bits(8 * size) {}

    unsigned get(int bits)
    {
        unsigned value = 0;
        for (int b = 0; b < bits; b++, d_position++) {
            value = value << 1 | (d_data[d_position / 8] >> (7 - d_position % 8) & 1u);
        }
        return value;
    }

    int left() const { return int(d_bits - d_position); }

private:
    const uint8_t* d_data;
    size_t d_bits;
    size_t d_position = 0;
};

// 0 if no number of tokens gives this size.
size_t tokens_in(size_t bytes)
{
    for (size_t tokens = min_tokens; tokens <= max_tokens; tokens++) {
        if (packet_codec::packet_size(tokens) == bytes) {
            return tokens;
        }
    }
    return 0;
}

std::vector<int16_t> read_tokens(bit_reader& reader, int count)
{
    std::vector<int16_t> tokens(count);
    for (auto& token : tokens) {
        token = int16_t(reader.get(packet_codec::bits_per_token));
    }
    return tokens;
}

} // namespace

size_t packet_codec::packet_size(size_t tokens)
{
    return (header_bits + bits_per_token * tokens + 7) / 8;
}

std::vector<uint8_t> packet_codec::pack(const packet& p)
{
    check_counts(p);
    bit_writer writer(packet_size(p.primary.size() + p.redundant.size()));
    writer.put(p.sequence, sequence_bits);
    writer.put(allocation_code(p), allocation_bits);
    for (const auto* tokens : { &p.primary, &p.redundant }) {
        for (const int16_t token : *tokens) {
            require(token >= 0 && token < 1 << bits_per_token,
                    "token must be 0..2047, not " + std::to_string(token));
            writer.put(token, bits_per_token);
        }
    }
    return writer.take();
}

packet_error packet_codec::parse(const uint8_t* data, size_t size, packet& p)
{
    const int tokens = tokens_in(size);
    if (tokens == 0) {
        return packet_error::length;
    }
    bit_reader reader(data, size);
    const int sequence = reader.get(sequence_bits);
    const int code = reader.get(allocation_bits);
    const int n_primary = min_primary + code / max_lag;
    const int n_redundant = tokens - n_primary;
    const int lag_index = code % max_lag;
    if (n_primary > max_primary || n_redundant < 0 || n_redundant > max_redundant ||
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

} // namespace largesc
} // namespace gr
