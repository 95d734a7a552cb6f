/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_UNIFORM_RANDOM_H
#define INCLUDED_LARGESC_UNIFORM_RANDOM_H

#include <gnuradio/largesc/api.h>
#include <cstdint>
#include <random>

namespace gr {
namespace largesc {

/*!
 * \brief Random numbers in [0, 1): one seed, the same numbers on every platform.
 *
 * std::mt19937_64, whose output the C++ standard fixes ([rand.predef]); its top 53 bits
 * are the fraction. std::uniform_real_distribution is not the same everywhere.
 */
class LARGESC_API uniform_random
{
public:
    explicit uniform_random(uint64_t seed) : d_seed(seed), d_generator(seed) {}

    double next() { return (d_generator() >> 11) * 0x1p-53; }

    //! Back to the first number.
    void reset() { d_generator.seed(d_seed); }

private:
    uint64_t d_seed;
    std::mt19937_64 d_generator;
};

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_UNIFORM_RANDOM_H */
