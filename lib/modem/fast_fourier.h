/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_FAST_FOURIER_H
#define INCLUDED_LARGESC_FAST_FOURIER_H

#include <cstddef>
#include <vector>

namespace gr {
namespace largesc {

//! Complex values with real and imaginary parts apart, as vector instructions want them.
struct split_values {
    std::vector<float> re, im;
};

//! Fourier transform of a power of two of samples (Stockham's order), without a factor.
class fast_fourier
{
public:
    explicit fast_fourier(size_t size);

    //! exp(-j...); in place.
    void forward(split_values& values);
    //! exp(+j...), not divided by the size; in place.
    void inverse(split_values& values);

private:
    size_t d_size;
    split_values d_turns; // exp(-j 2 pi i / size)
    split_values d_other;
};

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_FAST_FOURIER_H */
