/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_PACKET_CODEC_H
#define INCLUDED_LARGESC_PACKET_CODEC_H

#include <gnuradio/largesc/api.h>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace gr {
namespace largesc {

/*!
 * \brief One frame's packet: its own tokens (primary) and tokens of an earlier frame
 * (redundant), lowest codebooks first.
 */
struct LARGESC_API packet {
    //! Frame number modulo packet_codec::sequence_modulus.
    int sequence = 0;
    //! How many frames before this one the redundant tokens belong to; 0 without any.
    int lag = 0;
    //! Tokens 0..2047 of codebooks 0..primary.size()-1 of this frame.
    std::vector<int16_t> primary;
    //! Tokens 0..2047 of codebooks 0..redundant.size()-1 of the frame `lag` earlier.
    std::vector<int16_t> redundant;
};

//! Why bytes are not a packet of this format.
enum class packet_error { none, length, allocation, padding };

/*!
 * \brief Packs tokens into the bytes of one packet and parses them back.
 *
 * The format is specified bit by bit in docs/packet-format.md: 12 bits of header
 * (sequence number and allocation), 11 bits per token, zero padding to a byte. The length
 * in bytes tells the number of tokens, so the header need not. A packet stands alone:
 * parsing needs no state.
 */
class LARGESC_API packet_codec
{
public:
    static constexpr int bits_per_token = 11;
    static constexpr int sequence_modulus = 128;
    static constexpr int min_primary = 4;
    static constexpr int max_primary = 8;
    static constexpr int max_redundant = 7;
    static constexpr int max_lag = 5;

    /*!
     * Bytes of a packet.
     * \param tokens primary and redundant tokens together, 4..15
     */
    static size_t packet_size(size_t tokens);

    /*!
     * \param p tokens to send
     * \returns the packet's bytes
     * \throws std::invalid_argument counts, lag, sequence or a token out of range
     */
    static std::vector<uint8_t> pack(const packet& p);

    /*!
     * \param data, size bytes as received
     * \param p the packet, written only if the result is packet_error::none
     * \returns what is wrong with the bytes, if anything is
     */
    static packet_error parse(const uint8_t* data, size_t size, packet& p);
};

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_PACKET_CODEC_H */
