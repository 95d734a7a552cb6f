/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_FADING_PATH_H
#define INCLUDED_LARGESC_FADING_PATH_H

#include <gnuradio/largesc/loss/uniform_random.h>
#include <array>
#include <complex>
#include <vector>

namespace gr {
namespace largesc {

/*!
 * \brief Gain of one path of a fading channel: complex Gaussian, with a Gaussian
 * spectrum.
 *
 * Its amplitude is Rayleigh-distributed with mean power 1; its spectrum has the standard
 * deviation s = spread / 2, so that it resembles itself t seconds later by
 * exp(-2 (pi s t)^2). White noise at 32 spread values per second goes through a filter
 * whose response is the root of that spectrum, and straight lines join the values (which
 * lowers the power half-way between two by 0.01 dB).
 */
class LARGESC_API fading_path
{
public:
    //! Values per second of the gain, by spread.
    static constexpr double density = 32.0;

    /*!
     * \param spread Hz: twice the standard deviation of the spectrum, above 0
     * \param sample_rate Hz, at least 32 spread
     * \param seed of the random generator
     * \throws std::invalid_argument values outside these ranges
     */
    fading_path(double spread, double sample_rate, uint64_t seed);

    //! Gain at the next sample.
    std::complex<float> next()
    {
        if (d_between >= 1.0) {
            advance();
        }
        const float part = float(d_between);
        d_between += d_step;
        return d_last + part * (d_following - d_last);
    }

    //! Back to the first sample.
    void reset();

private:
    std::complex<float> draw();
    std::complex<float> filtered();
    void advance();

    uniform_random d_random;
    std::vector<float> d_response;
    std::vector<std::complex<float>> d_noise; // the latest, a ring
    size_t d_oldest = 0;
    double d_step;          // values per sample
    double d_between = 0.0; // 0 at d_last, 1 at d_following
    std::complex<float> d_last, d_following;
};

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_FADING_PATH_H */
