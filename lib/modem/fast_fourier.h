/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_FAST_FOURIER_H
#define INCLUDED_LARGESC_FAST_FOURIER_H

#include <complex>
#include <cstddef>
#include <vector>

namespace gr {
namespace largesc {

//! Fourier transform of a power of two of samples, radix 2, in place, without a factor.
class fast_fourier
{
public:
    explicit fast_fourier(size_t size);

    size_t size() const { return d_order.size(); }
    //! `inverse`: exp(+j...), not divided by the size.
    void transform(std::vector<std::complex<float>>& values, bool inverse) const;

private:
    std::vector<size_t> d_order; // bits reversed
    std::vector<std::complex<float>> d_turns;
};

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_FAST_FOURIER_H */
