/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_HF_START_H
#define INCLUDED_LARGESC_HF_START_H

#include "channel_estimator.h"
#include "hf_frame.h"

namespace gr {
namespace largesc {

//! What can be told of an over's first slots before any is decoded.
struct hf_start {
    double frequency; //!< to add, cycles per sample
    double power;     //!< of the channel, per carrier
    double noise;     //!< per carrier
};

/*!
 * Frequency more exactly than the search's steps of 3.9 Hz, from how pilots turn from
 * symbol to symbol and from slot to slot; power and noise to begin with. \param slots
 * from slot 0 on; all their samples must be there
 */
hf_start
estimate_start(const hf_frame& frame, const sample_history& samples, size_t slots);

//! Mean power of a slot's carriers.
double mean_power(const hf_carriers& came);

//! Amplitudes of paths by delay.
using path_amplitudes = std::array<std::complex<double>, channel_estimator::delays>;

//! Sum over delays of one times the other's conjugate: its angle is how far paths have
//! turned.
std::complex<double> turn_between(const path_amplitudes& now,
                                  const path_amplitudes& then);

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_HF_START_H */
