/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "bit_fields.h"
#include "field_range.h"
#include "packet_header.h"
#include "rest_format.h"
#include <tuple>

namespace gr {
namespace largesc {

namespace {

constexpr int since_bits = 4;
constexpr int level_bits = 5;
constexpr int tilt_bits = 4;
constexpr int bend_bits = 3;
constexpr size_t rest_size = 4;

static_assert(rest::max_since == (1 << since_bits) - 1);
static_assert(background::max_level == (1 << level_bits) - 1);
static_assert(background::max_tilt == (1 << tilt_bits) - 1);
static_assert(background::max_bend == (1 << bend_bits) - 1);
static_assert(packet_codec::sequence_modulus % rest::keep_alive == 0);

void check(const packet& p)
{
    if (!p.primary.empty() || !p.redundant.empty() || p.lag != 0 ||
        p.code != frame_code::repetition) {
        throw std::invalid_argument("packet_codec: a rest has no tokens");
    }
    require_field(p.sequence, packet_codec::sequence_modulus - 1, "sequence");
    require_field(p.resting->since, rest::max_since, "since");
    require_field(p.resting->sound.level, background::max_level, "level");
    require_field(p.resting->sound.tilt, background::max_tilt, "tilt");
    require_field(p.resting->sound.bend, background::max_bend, "bend");
}

} // namespace

bool background::operator==(const background& other) const
{
    return std::tie(level, tilt, bend) == std::tie(other.level, other.tilt, other.bend);
}

bool rest::operator==(const rest& other) const
{
    return since == other.since && sound == other.sound;
}

std::vector<uint8_t> pack_rest(const packet& p)
{
    check(p);
    bit_writer writer(rest_size);
    writer.put(p.sequence, sequence_bits);
    writer.put(announcement_code, code_bits);
    writer.put(rest_version, version_bits);
    writer.put(p.resting->since, since_bits);
    writer.put(p.resting->sound.level, level_bits);
    writer.put(p.resting->sound.tilt, tilt_bits);
    writer.put(p.resting->sound.bend, bend_bits);
    return writer.take();
}

packet_error parse_rest(const uint8_t* data, size_t size, packet& p)
{
    if (size != rest_size) {
        return packet_error::length;
    }
    bit_reader reader(data, size);
    p.sequence = int(reader.get(sequence_bits));
    reader.get(code_bits + version_bits);
    rest resting;
    resting.since = int(reader.get(since_bits));
    resting.sound.level = int(reader.get(level_bits));
    resting.sound.tilt = int(reader.get(tilt_bits));
    resting.sound.bend = int(reader.get(bend_bits));
    p.resting = resting;
    return packet_error::none;
}

} // namespace largesc
} // namespace gr
