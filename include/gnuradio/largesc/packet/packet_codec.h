/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_PACKET_CODEC_H
#define INCLUDED_LARGESC_PACKET_CODEC_H

#include <gnuradio/largesc/api.h>
#include <gnuradio/largesc/fec/frame_code.h>
#include <gnuradio/largesc/packet/announcement.h>
#include <gnuradio/largesc/packet/rest.h>
#include <gnuradio/largesc/packet/text_piece.h>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

namespace gr {
namespace largesc {

/*!
 * \brief One frame's packet: its own tokens (primary) and tokens of an earlier frame, or
 * of several combined (redundant), lowest codebooks first. Without primary tokens the
 * frame is silent.
 */
struct LARGESC_API packet {
    //! Frame number modulo packet_codec::sequence_modulus.
    int sequence = 0;
    //! How many frames before this one the repeated tokens belong to; 0 without any.
    int lag = 0;
    //! Tokens 0..2047 of codebooks 0..primary.size()-1 of this frame; none if it is
    //! silent.
    std::vector<int16_t> primary;
    //! Tokens 0..2047 of codebooks 0..redundant.size()-1 of the frame `lag` earlier, or
    //! combinations of several frames' tokens.
    std::vector<int16_t> redundant;
    //! What the redundant tokens are; a silent frame's packet can only repeat.
    frame_code code = frame_code::repetition;
    //! Silence that goes on, without tokens of any kind.
    std::optional<rest> resting;

    bool operator==(const packet& other) const;
};

//! What a packet of this format says.
using parsed_packet = std::variant<packet, announcement, text_piece>;

//! Why bytes are not a packet of this format.
enum class packet_error {
    none,
    length,       //!< no packet has this many bytes, or not one of this kind
    allocation,   //!< the number of tokens does not go with the allocation code
    padding,      //!< bits after the last token are not zero
    crc,          //!< the check value is wrong: damaged, or sent without one
    version,      //!< a version of the format later than 4
    announcement, //!< contradictory flags, or text that is not plain UTF-8, or an SNR
                  //!< that its version does not go with
    other_form, //!< with check value in a stream without, or the reverse (packet_parser)
};

/*!
 * \brief Packs what is to be sent into the bytes of one packet and parses them back.
 *
 * The format is specified bit by bit in docs/packet-format.md: 12 bits of header
 * (sequence number and code), 11 bits per token, zero padding to a byte, and a check
 * value if the link wants one. The length in bytes tells the number of tokens, so the
 * header need not. A packet stands alone: parsing needs no state. There is exactly one
 * packet for what it says: whatever parse() accepts, pack() makes again.
 */
class LARGESC_API packet_codec
{
public:
    //! Pieces of text are of version 4, rests of version 3, packets that combine several
    //! frames or repeat at a long lag of version 2, all others of version 1.
    static constexpr int version = 4;
    static constexpr int bits_per_token = 11;
    static constexpr int sequence_modulus = 128;
    static constexpr int min_primary = 4;
    static constexpr int max_primary = 8;
    static constexpr int max_redundant = 7;
    static constexpr int max_short_lag = 5; //!< in version 1
    static constexpr int max_lag = 127;

    /*!
     * \param crc every packet ends in a CRC-16. Both ends of a link must agree: the
     * packet does not tell.
     */
    explicit packet_codec(bool crc = false) : d_crc(crc) {}

    bool crc() const { return d_crc; }

    /*!
     * Bytes of a frame's packet.
     * \param tokens primary and redundant tokens together, 0..15
     * \param code what the redundant ones are
     * \param lag of a repetition; it matters whether it is above max_short_lag
     */
    size_t packet_size(size_t tokens,
                       frame_code code = frame_code::repetition,
                       int lag = 0) const;

    /*!
     * \param p tokens to send
     * \returns the packet's bytes
     * \throws std::invalid_argument counts, lag, sequence or a token out of range
     */
    std::vector<uint8_t> pack(const packet& p) const;

    /*!
     * \param a announcement to send
     * \returns the packet's bytes
     * \throws std::invalid_argument a number out of range, both flags, or text that is
     * too long or not plain UTF-8
     */
    std::vector<uint8_t> pack(const announcement& a) const;

    /*!
     * \param t piece of text to send
     * \returns the packet's bytes
     * \throws std::invalid_argument a number out of range, no bytes or too many
     */
    std::vector<uint8_t> pack(const text_piece& t) const;

    /*!
     * \param data, size bytes as received
     * \param parsed what they say, written only if the result is packet_error::none
     * \returns what is wrong with the bytes, if anything is
     */
    packet_error parse(const uint8_t* data, size_t size, parsed_packet& parsed) const;

private:
    bool d_crc;
};

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_PACKET_CODEC_H */
