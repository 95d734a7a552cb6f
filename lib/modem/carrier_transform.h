/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_CARRIER_TRANSFORM_H
#define INCLUDED_LARGESC_CARRIER_TRANSFORM_H

#include <gnuradio/largesc/modem/hf_waveform.h>
#include <vector>

namespace gr {
namespace largesc {

//! Values of a symbol's carriers.
using carrier_values = std::array<std::complex<float>, hf_waveform::carriers>;

//! Between a symbol's carriers and its samples: sums over tables of sines, 22,000
//! products.
class carrier_transform
{
public:
    carrier_transform();

    //! useful_samples samples of carriers with these values; time runs from 0.
    void to_samples(const carrier_values& values, std::complex<float>* samples) const;

    //! The way back: exact, as carriers are orthogonal. White noise of power s in each
    //! sample gives s/304 in each value.
    carrier_values to_carriers(const std::complex<float>* samples) const;

private:
    std::vector<std::complex<float>> d_waves; // [carrier][sample]
};

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_CARRIER_TRANSFORM_H */
