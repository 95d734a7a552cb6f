/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_PACKET_PARSER_H
#define INCLUDED_LARGESC_PACKET_PARSER_H

#include <gnuradio/largesc/api.h>
#include <gnuradio/largesc/packet/packet_codec.h>
#include <cstdint>
#include <optional>
#include <vector>

namespace gr {
namespace largesc {

//! Whether the packets of a stream end in a check value.
enum class packet_form { plain, crc16 };

//! What a packet said that is certain now.
struct LARGESC_API found_packet {
    parsed_packet what;
    //! Its check value is right.
    bool verified = false;
    //! It came with an earlier call.
    bool is_earlier = false;
};

/*!
 * \brief Parses the packets of a stream, and finds out whether they end in a check value.
 *
 * A packet does not tell, and some lengths are those of packets of both forms. A right
 * check value shows the one form: others have one by chance once in 65536 packets. A
 * packet that is one without check value only shows the other. Two in a row decide; the
 * first is kept until then. Packets of the other form are refused, until two of them in a
 * row show that the form has changed. docs/packet-format.md has the arithmetic.
 */
class LARGESC_API packet_parser
{
public:
    /*!
     * In a stream with check values, a packet that would be one without may be a damaged
     * one, if packets with check value can have its length. So many of them in a row, and
     * none whose check value is right, are of a stream without: 2 s. Where half of the
     * packets are damaged that happens by chance once in 31 days.
     */
    static constexpr int damaged_in_a_row = 25;

    //! \param form of the stream; found out if it is not given
    explicit packet_parser(std::optional<packet_form> form = std::nullopt);

    //! Forgets the stream, and what was found out about it; counter to zero.
    void reset();

    /*!
     * \param data, size bytes as received
     * \param found what is certain now is added, oldest first: nothing if this packet
     * must wait, this one, or the one before too \returns what is wrong with the bytes,
     * if anything is
     */
    packet_error
    parse(const uint8_t* data, size_t size, std::vector<found_packet>& found);

    //! The stream is over: the packet that waits, if any.
    std::optional<found_packet> flush();

    //! Form of the stream; nothing as long as it is not known.
    std::optional<packet_form> form() const { return d_form; }

    //! Packets dropped because they were of the other form.
    uint64_t other_form() const { return d_other_form; }

private:
    struct shown_packet {
        packet_form form;
        parsed_packet what;
        bool may_be_damaged = false; // the other form has packets of this length
    };
    struct reading;

    packet_error parse_first(shown_packet shown, std::vector<found_packet>& found);
    packet_error parse_other(shown_packet shown, std::vector<found_packet>& found);
    void take(shown_packet shown, bool is_earlier, std::vector<found_packet>& found);

    const std::optional<packet_form> d_given;
    std::optional<packet_form> d_form;
    std::optional<shown_packet> d_kept;
    uint64_t d_other_form = 0;
    bool d_other_before = false;   // the one before was of the other form
    int d_perhaps_damaged = 0;     // in a row
    bool d_second_version = false; // the stream has packets of version 2
};

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_PACKET_PARSER_H */
