/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_VHF_START_H
#define INCLUDED_LARGESC_VHF_START_H

#include "vhf_frame.h"

namespace gr {
namespace largesc {

//! What can be told of an over's first slots before any is decoded.
struct vhf_start {
    double delay;     //!< samples to add
    double frequency; //!< to add, cycles per sample
    double power;     //!< of the gain
    double noise;     //!< of a symbol
};

/*!
 * Time and frequency more exactly than the search's steps of 4 samples and 8.5 Hz; power
 * and noise to begin with. \param slots from slot 0 on; all their samples must be there
 */
vhf_start
estimate_start(const vhf_frame& frame, const sample_history& samples, size_t slots);

//! Means of the blocks of symbols, turned back by what was sent; 0 in `sent` is unknown.
std::array<std::complex<double>, vhf_waveform::blocks>
block_means(const vhf_symbols& symbols,
            const std::array<int8_t, vhf_waveform::symbols>& sent);

//! Mean power of a slot's symbols.
double mean_power(const vhf_symbols& symbols);

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_VHF_START_H */
