/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "frame_format.h"
#include <gnuradio/largesc/packet/packet_parser.h>
#include <utility>

namespace gr {
namespace largesc {

namespace {

// Whether a frame's packet with check value may have so many bytes.
bool has_twin(size_t size, bool second_version)
{
    constexpr size_t most = packet_codec::max_primary + packet_codec::max_redundant;
    const packet_codec codec(true);
    for (size_t tokens = 0; tokens <= most; tokens++) {
        const bool first = codec.packet_size(tokens) == size;
        const bool second =
            codec.packet_size(tokens, frame_code::xor_pair) == size ||
            codec.packet_size(tokens, frame_code::repetition, packet_codec::max_lag) ==
                size;
        if (first || (second_version && second)) {
            return true;
        }
    }
    return false;
}

bool is_of_second_version(const parsed_packet& what)
{
    const auto* frame = std::get_if<packet>(&what);
    return frame && is_second_version(frame->code, frame->lag);
}

found_packet certain(packet_form form, parsed_packet what, bool is_earlier = false)
{
    return { std::move(what), form == packet_form::crc16, is_earlier };
}

} // namespace

// The same bytes read as a packet of either form.
struct packet_parser::reading {
    reading(const uint8_t* data, size_t size, bool second_version)
    {
        parsed_packet with_crc;
        parsed_packet without;
        crc_error = packet_codec(true).parse(data, size, with_crc);
        plain_error = packet_codec(false).parse(data, size, without);
        if (crc_error == packet_error::none) {
            shown = { packet_form::crc16, std::move(with_crc) };
        } else if (plain_error == packet_error::none) {
            shown = { packet_form::plain,
                      std::move(without),
                      has_twin(size, second_version) };
        }
    }

    packet_error error(std::optional<packet_form> form) const
    {
        // Where the check value is right, what is wrong beside it is sure.
        const bool check_is_right =
            crc_error != packet_error::crc && crc_error != packet_error::length;
        const bool by_crc = form ? form == packet_form::crc16 : check_is_right;
        return by_crc ? crc_error : plain_error;
    }

    packet_error crc_error;
    packet_error plain_error;
    std::optional<shown_packet> shown; // of the form that it shows
};

packet_parser::packet_parser(std::optional<packet_form> form) : d_given(form) { reset(); }

void packet_parser::reset()
{
    d_form = d_given;
    d_kept.reset();
    d_other_form = 0;
    d_other_before = false;
    d_perhaps_damaged = 0;
    d_second_version = false;
}

packet_error
packet_parser::parse(const uint8_t* data, size_t size, std::vector<found_packet>& found)
{
    if (d_given) {
        parsed_packet parsed;
        const packet_codec codec(*d_given == packet_form::crc16);
        const auto error = codec.parse(data, size, parsed);
        if (error == packet_error::none) {
            found.push_back(certain(*d_given, std::move(parsed)));
        }
        return error;
    }
    reading read(data, size, d_second_version);
    if (!read.shown) {
        return read.error(d_form);
    }
    if (!d_form) {
        return parse_first(std::move(*read.shown), found);
    }
    if (read.shown->form != d_form) {
        return parse_other(std::move(*read.shown), found);
    }
    take(std::move(*read.shown), false, found);
    return packet_error::none;
}

// As long as the form is not known.
packet_error packet_parser::parse_first(shown_packet shown,
                                        std::vector<found_packet>& found)
{
    if (d_kept && d_kept->form == shown.form) {
        take(std::move(*d_kept), true, found);
        take(std::move(shown), false, found);
        d_kept.reset();
    } else {
        d_other_form += d_kept.has_value();
        d_kept = std::move(shown);
    }
    return packet_error::none;
}

packet_error packet_parser::parse_other(shown_packet shown,
                                        std::vector<found_packet>& found)
{
    if (shown.may_be_damaged && ++d_perhaps_damaged < damaged_in_a_row) {
        return packet_error::crc;
    }
    if (!shown.may_be_damaged && !std::exchange(d_other_before, true)) {
        d_other_form++;
        return packet_error::other_form;
    }
    take(std::move(shown), false, found);
    return packet_error::none;
}

// The stream has the form of this packet, which is certain.
void packet_parser::take(shown_packet shown,
                         bool is_earlier,
                         std::vector<found_packet>& found)
{
    d_form = shown.form;
    d_other_before = false;
    d_perhaps_damaged = 0;
    d_second_version = d_second_version || is_of_second_version(shown.what);
    found.push_back(certain(shown.form, std::move(shown.what), is_earlier));
}

std::optional<found_packet> packet_parser::flush()
{
    if (!d_kept) {
        return std::nullopt;
    }
    auto last = certain(d_kept->form, std::move(d_kept->what), true);
    d_kept.reset();
    return last;
}

} // namespace largesc
} // namespace gr
