/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_HF_FRAME_H
#define INCLUDED_LARGESC_HF_FRAME_H

#include "carrier_transform.h"
#include "sample_history.h"

namespace gr {
namespace largesc {

//! The carriers of a slot as they came.
using hf_carriers = std::array<carrier_values, hf_waveform::symbols>;

//! Where the receiver believes slots to be, in time and frequency; slots to carriers.
class hf_frame
{
public:
    //! \param start sample where slot 0 begins
    //! \param frequency cycles per sample
    hf_frame(double start, double frequency) : d_start(start), d_frequency(frequency) {}

    double frequency() const { return d_frequency; }
    //! Sample where a slot begins.
    double start(long slot) const
    {
        return d_start + double(slot) * double(hf_waveform::slot_samples);
    }
    //! Samples that carriers(slot) reads end before this one.
    int64_t end(long slot) const;

    //! Carriers of a slot; all its samples must be there.
    hf_carriers carriers(const sample_history& samples, long slot) const;

    //! Slots begin later by so many samples.
    void delay_by(double samples) { d_start += samples; }
    //! From this slot on the frequency is higher; the phase does not jump there.
    void raise_frequency(long slot, double step);

private:
    static constexpr int64_t before_useful = hf_waveform::guard_samples / 2;
    int64_t window(long slot, size_t symbol) const;

    carrier_transform d_transform;
    double d_start, d_frequency;
    double d_phase = 0.0; // in cycles, at d_phase_sample
    double d_phase_sample = 0.0;
};

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_HF_FRAME_H */
