/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_SLOT_DECODER_H
#define INCLUDED_LARGESC_SLOT_DECODER_H

#include "slot_tracker.h"
#include <gnuradio/largesc/fec/tail_biting_decoder.h>

namespace gr {
namespace largesc {

//! What is best made of a slot.
struct decoded_slot {
    decoded_word word;
    std::vector<float> ratios;  //!< of the coded bits, as they came
    std::vector<uint8_t> bytes; //!< of the packet
    std::vector<uint8_t> sent;  //!< bits on the air that this packet has
};

/*!
 * \brief Slots to packets: the decoder of each size that may come. The size with most
 * evidence wins. What leaves no doubt is not compared with other sizes: that is three
 * quarters of the computing, and the size of the slot before, which is tried first, is
 * mostly right.
 */
class slot_decoder
{
public:
    //! \throws std::invalid_argument a size that no packet has, or no size
    slot_decoder(const slot_waveform& waveform, const std::vector<size_t>& sizes);

    //! \param on_air ln P(1)/P(0) of the bits on the air
    decoded_slot decode(const std::vector<float>& on_air);

    //! The next slot is the first: which size is tried first is forgotten.
    void reset() { d_first = 0; }

private:
    struct one_size {
        slot_code code;
        tail_biting_decoder decoder;
    };

    std::vector<one_size> d_sizes;
    size_t d_first = 0; // size of the last slot that left no doubt
};

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_SLOT_DECODER_H */
