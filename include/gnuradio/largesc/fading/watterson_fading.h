/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_WATTERSON_FADING_H
#define INCLUDED_LARGESC_WATTERSON_FADING_H

#include <gnuradio/largesc/fading/fading_path.h>

namespace gr {
namespace largesc {

/*!
 * \brief Two fading paths of equal mean power, one later than the other.
 *
 * C. C. Watterson, J. R. Juroshek, W. D. Bensema, "Experimental confirmation of an HF
 * channel model", IEEE Trans. Commun. Technol. 18, 1970, without shift of the paths'
 * frequencies; as ITU-R F.1487 asks modems to be tried. Mean power is kept.
 */
class LARGESC_API watterson_fading
{
public:
    //! Longest delay, seconds.
    static constexpr double longest_delay = 0.1;

    /*!
     * \param spread Hz, of both paths: see fading_path
     * \param delay seconds of the second path, 0 to longest_delay; the nearest sample
     * \param sample_rate Hz
     * \param seed of the random generator; one seed, the same fading
     * \throws std::invalid_argument values outside these ranges
     */
    watterson_fading(double spread, double delay, double sample_rate, uint64_t seed);

    //! Samples in, as many out; in place is allowed.
    void process(const std::complex<float>* in, std::complex<float>* out, size_t count);

    //! Back to the first sample.
    void reset();

    //! Samples by which the second path is late.
    size_t delay_samples() const { return d_late.size(); }

    //! Gains of both paths at the latest sample.
    std::array<std::complex<float>, 2> gains() const { return d_gains; }

private:
    fading_path d_first, d_second;
    std::vector<std::complex<float>> d_late; // a ring
    size_t d_oldest = 0;
    std::array<std::complex<float>, 2> d_gains{};
};

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_WATTERSON_FADING_H */
