/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_SLOT_CLOCK_H
#define INCLUDED_LARGESC_SLOT_CLOCK_H

#include <complex>
#include <cstddef>
#include <cstdint>

namespace gr {
namespace largesc {

//! Where the receiver believes slots to be, in time and frequency.
class slot_clock
{
public:
    //! \param start sample where slot 0 begins
    //! \param frequency cycles per sample
    //! \param slot_samples of a slot
    slot_clock(double start, double frequency, size_t slot_samples)
        : d_start(start), d_frequency(frequency), d_length(double(slot_samples))
    {
    }

    double frequency() const { return d_frequency; }
    //! Sample where a slot begins.
    double start(long slot) const { return d_start + double(slot) * d_length; }

    //! Samples from `first` on, turned back by the frequency.
    void straighten(const std::complex<float>* came,
                    int64_t first,
                    size_t count,
                    std::complex<float>* straight) const;

    //! Slots begin later by so many samples.
    void delay_by(double samples) { d_start += samples; }
    //! From this slot on the frequency is higher; the phase does not jump there.
    void raise_frequency(long slot, double step);

private:
    double d_start, d_frequency, d_length;
    double d_phase = 0.0; // in cycles, at d_phase_sample
    double d_phase_sample = 0.0;
};

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_SLOT_CLOCK_H */
