/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_SAMPLE_HISTORY_H
#define INCLUDED_LARGESC_SAMPLE_HISTORY_H

#include <complex>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace gr {
namespace largesc {

//! The latest samples of a stream, by their number in it.
class sample_history
{
public:
    sample_history() = default;
    //! With so many zeros before sample 0.
    explicit sample_history(size_t zeros) : d_samples(zeros), d_first(-int64_t(zeros)) {}

    int64_t first() const { return d_first; }
    int64_t end() const { return d_first + int64_t(d_samples.size()); }
    //! From sample `number` on; first() <= number <= end().
    const std::complex<float>* at(int64_t number) const
    {
        return d_samples.data() + (number - d_first);
    }

    void append(std::complex<float> sample) { d_samples.push_back(sample); }
    void forget_before(int64_t number)
    {
        if (number > d_first) {
            d_samples.erase(d_samples.begin(), d_samples.begin() + (number - d_first));
            d_first = number;
        }
    }

private:
    std::vector<std::complex<float>> d_samples;
    int64_t d_first = 0;
};

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_SAMPLE_HISTORY_H */
