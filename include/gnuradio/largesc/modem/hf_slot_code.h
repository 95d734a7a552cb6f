/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_HF_SLOT_CODE_H
#define INCLUDED_LARGESC_HF_SLOT_CODE_H

#include <gnuradio/largesc/fec/tail_biting_code.h>
#include <gnuradio/largesc/modem/hf_waveform.h>

namespace gr {
namespace largesc {

/*!
 * \brief From the bytes of a packet to the bits on a slot's carriers: code, scrambler,
 * interleaver. Each size has a code and a scrambler of its own.
 */
class LARGESC_API hf_slot_code
{
public:
    /*!
     * \param bytes 7, 13 or 23
     * \throws std::invalid_argument another size
     */
    explicit hf_slot_code(size_t bytes);

    size_t bytes() const { return d_bytes; }
    const tail_biting_code& code() const { return d_code; }

    /*!
     * \param packet bytes() of them; the most significant bit goes first
     * \return hf_waveform::coded_bits bits, 0 or 1: two of each data carrier, real part
     *         first, by rising carrier, of symbol 0 and then of symbol 1
     * \throws std::invalid_argument another number of bytes
     */
    std::vector<uint8_t> encode(const std::vector<uint8_t>& packet) const;

    //! Likelihood ratios of the bits on the carriers, as the code's decoder takes them.
    std::vector<float> to_code(const std::vector<float>& on_carriers) const;

    //! The way back.
    std::vector<float> to_carriers(const std::vector<float>& of_code) const;

    //! Bytes from the bits of a decoded packet.
    static std::vector<uint8_t> to_bytes(const std::vector<uint8_t>& bits);

private:
    size_t d_bytes;
    tail_biting_code d_code;
    std::vector<uint8_t> d_flips; // by coded bit
};

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_HF_SLOT_CODE_H */
