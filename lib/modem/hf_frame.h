/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_HF_FRAME_H
#define INCLUDED_LARGESC_HF_FRAME_H

#include "carrier_transform.h"
#include "sample_history.h"
#include "slot_clock.h"

namespace gr {
namespace largesc {

//! The carriers of a slot as they came.
using hf_carriers = std::array<carrier_values, hf_waveform::symbols>;

//! Slots to carriers.
class hf_frame : public slot_clock
{
public:
    //! \param start sample where slot 0 begins
    //! \param frequency cycles per sample
    hf_frame(double start, double frequency)
        : slot_clock(start, frequency, hf_waveform::slot_samples)
    {
    }

    //! Samples that carriers(slot) reads end before this one.
    int64_t end(long slot) const;

    //! Carriers of a slot; all its samples must be there.
    hf_carriers carriers(const sample_history& samples, long slot) const;

private:
    static constexpr int64_t before_useful = hf_waveform::guard_samples / 2;
    int64_t window(long slot, size_t symbol) const;

    carrier_transform d_transform;
};

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_HF_FRAME_H */
