/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_VHF_FRAME_H
#define INCLUDED_LARGESC_VHF_FRAME_H

#include "sample_history.h"
#include "slot_clock.h"
#include <gnuradio/largesc/modem/vhf_waveform.h>
#include <array>
#include <vector>

namespace gr {
namespace largesc {

//! Symbols of a slot as they came, on the real axis: gain times +1 or -1, and noise.
using vhf_symbols = std::array<std::complex<float>, vhf_waveform::symbols>;

//! Slots to symbols, by a filter that fits the pulse of one.
class vhf_frame : public slot_clock
{
public:
    //! \param start sample where slot 0 begins
    //! \param frequency cycles per sample
    vhf_frame(double start, double frequency);

    //! The sample that a slot is read from, shifted by at most most_shift.
    int64_t window(long slot) const;
    static constexpr int64_t most_shift = 4;
    //! Samples that are read lie between these.
    int64_t begin(long slot) const;
    int64_t end(long slot) const;

    //! Symbols of a slot; all its samples must be there. \param shift samples later
    vhf_symbols symbols(const sample_history& samples, long slot, int64_t shift) const;
    //! How much a pulse resembles one so much later.
    double resemblance(size_t shift) const;

private:
    std::vector<float> d_pulse; // sum of squares 1
};

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_VHF_FRAME_H */
