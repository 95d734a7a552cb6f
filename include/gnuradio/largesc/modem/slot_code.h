/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_SLOT_CODE_H
#define INCLUDED_LARGESC_SLOT_CODE_H

#include <gnuradio/largesc/fec/tail_biting_code.h>

namespace gr {
namespace largesc {

/*!
 * \brief From the bytes of a packet to the bits of a slot on the air: code, scrambler,
 * interleaver. Each size has a code and a scrambler of its own.
 */
class LARGESC_API slot_code
{
public:
    /*!
     * \param code of 8 times as many bits as a packet has bytes
     * \param stride of the interleaver: bit i goes to place i * stride modulo
     *        coded_bits(); without a common divisor with it
     * \throws std::invalid_argument values outside these ranges
     */
    slot_code(tail_biting_code code, size_t stride);

    size_t bytes() const { return d_code.info_bits() / 8; }
    const tail_biting_code& code() const { return d_code; }

    /*!
     * \param packet bytes() of them; the most significant bit goes first
     * \return bits on the air, 0 or 1
     * \throws std::invalid_argument another number of bytes
     */
    std::vector<uint8_t> encode(const std::vector<uint8_t>& packet) const;

    //! Likelihood ratios of the bits on the air, as the code's decoder takes them.
    std::vector<float> to_code(const std::vector<float>& on_air) const;

    //! Bytes from the bits of a decoded packet.
    static std::vector<uint8_t> to_bytes(const std::vector<uint8_t>& bits);

private:
    tail_biting_code d_code;
    std::vector<size_t> d_places; // by bit
    std::vector<uint8_t> d_flips; // by bit
};

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_SLOT_CODE_H */
