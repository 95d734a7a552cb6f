/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_SLOT_DECODER_H
#define INCLUDED_LARGESC_SLOT_DECODER_H

#include "channel_estimator.h"
#include <gnuradio/largesc/fec/tail_biting_decoder.h>
#include <gnuradio/largesc/modem/hf_slot_code.h>

namespace gr {
namespace largesc {

//! The carriers of a slot as they came.
using slot_carriers = std::array<carrier_values, hf_waveform::symbols>;

//! What is best made of a slot.
struct decoded_slot {
    size_t bytes = 0; //!< size of the packet
    decoded_word word;
    std::vector<float> ratios; //!< of the coded bits, as they came
    slot_carriers sent;        //!< carriers that this packet has
    slot_carriers soft;        //!< expected carriers, as the soft bits have it
};

/*!
 * \brief Slots to packets: likelihood ratios from carriers and their channel, then the
 * decoder of each size that may come. The size with most evidence wins.
 */
class slot_decoder
{
public:
    //! \throws std::invalid_argument a size that no packet has, or no size
    explicit slot_decoder(const std::vector<size_t>& sizes);

    decoded_slot decode(const slot_carriers& came,
                        const std::array<symbol_channel, hf_waveform::symbols>& channel,
                        double noise);

private:
    struct one_size {
        hf_slot_code code;
        tail_biting_decoder decoder;
    };

    std::vector<one_size> d_sizes;
};

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_SLOT_DECODER_H */
