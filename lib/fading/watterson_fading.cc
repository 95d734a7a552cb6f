/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/largesc/fading/watterson_fading.h>
#include <cmath>
#include <stdexcept>

namespace gr {
namespace largesc {

namespace {

// Both paths have half of the power.
const float size_of_path = std::sqrt(0.5f);

// The second path's numbers must be others than the first's of any seed nearby.
constexpr uint64_t other_seed = 0x9e3779b97f4a7c15;

size_t whole_samples(double delay, double sample_rate)
{
    if (!(delay >= 0.0 && delay <= watterson_fading::longest_delay)) {
        throw std::invalid_argument("fading: delay must be 0 to 0.1 s");
    }
    return size_t(std::llround(delay * sample_rate));
}

} // namespace

watterson_fading::watterson_fading(double spread,
                                   double delay,
                                   double sample_rate,
                                   uint64_t seed)
    : d_first(spread, sample_rate, seed),
      d_second(spread, sample_rate, seed ^ other_seed),
      d_late(whole_samples(delay, sample_rate))
{
}

void watterson_fading::process(const std::complex<float>* in,
                               std::complex<float>* out,
                               size_t count)
{
    for (size_t n = 0; n < count; n++) {
        const auto now = in[n];
        auto late = now;
        if (!d_late.empty()) {
            std::swap(late, d_late[d_oldest]);
            d_oldest = (d_oldest + 1) % d_late.size();
        }
        d_gains = { size_of_path * d_first.next(), size_of_path * d_second.next() };
        out[n] = d_gains[0] * now + d_gains[1] * late;
    }
}

void watterson_fading::reset()
{
    d_first.reset();
    d_second.reset();
    std::fill(d_late.begin(), d_late.end(), 0.0f);
    d_oldest = 0;
    d_gains = {};
}

} // namespace largesc
} // namespace gr
