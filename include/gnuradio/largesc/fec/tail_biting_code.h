/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_TAIL_BITING_CODE_H
#define INCLUDED_LARGESC_TAIL_BITING_CODE_H

#include <gnuradio/largesc/api.h>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace gr {
namespace largesc {

/*!
 * \brief Tail-biting convolutional code, punctured to a given length.
 *
 * The encoder's register holds the last `memory` bits; it starts with those that it will
 * end with, so that no bits are spent on a known start or end (docs/modem.md has the
 * choice of memory). Every step puts out one bit per generator; those that do not fit
 * into the slot are left out, evenly over the packet and first of the last generator.
 */
class LARGESC_API tail_biting_code
{
public:
    static constexpr int min_memory = 5;
    static constexpr int max_memory = 14;
    static constexpr size_t max_generators = 8;

    /*!
     * \param memory bits in the register, 5..14
     * \param generators 1 to 8 of them, bit `memory` for the newest bit, bit 0 for the
     *        oldest; both set in each of them, as all good codes have it
     * \param info_bits bits of a packet, more than memory
     * \param coded_bits bits on the air, info_bits to info_bits times generators
     * \throws std::invalid_argument values outside these ranges
     */
    tail_biting_code(int memory,
                     std::vector<uint32_t> generators,
                     size_t info_bits,
                     size_t coded_bits);

    int memory() const { return d_memory; }
    const std::vector<uint32_t>& generators() const { return d_generators; }
    size_t info_bits() const { return d_info_bits; }
    size_t coded_bits() const { return d_sent.size(); }

    //! Of each bit on the air: step times generators().size(), plus its generator;
    //! rising.
    const std::vector<size_t>& sent() const { return d_sent; }

    /*!
     * \param bits info_bits() of them, each 0 or 1
     * \return coded_bits() bits, each 0 or 1
     * \throws std::invalid_argument another number of bits
     */
    std::vector<uint8_t> encode(const std::vector<uint8_t>& bits) const;

    //! One bit per generator, the first in bit 0, for a register with the newest bit on
    //! top.
    uint32_t outputs(uint32_t bits_in_register) const;

private:
    int d_memory;
    std::vector<uint32_t> d_generators;
    size_t d_info_bits;
    std::vector<size_t> d_sent;
};

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_TAIL_BITING_CODE_H */
