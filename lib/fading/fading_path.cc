/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/largesc/fading/fading_path.h>
#include <cmath>
#include <stdexcept>

namespace gr {
namespace largesc {

namespace {

// Where the filter's response has fallen to 4e-5 of its middle.
constexpr double reach_deviations = 4.5;

} // namespace

fading_path::fading_path(double spread, double sample_rate, uint64_t seed)
    : d_random(seed)
{
    if (!(spread > 0.0) || !(density * spread <= sample_rate) ||
        !std::isfinite(sample_rate)) {
        throw std::invalid_argument("fading: spread must be above 0 and at most 1/32 of "
                                    "the sample rate");
    }
    d_step = density * spread / sample_rate;
    // The root of a Gaussian of deviation s is one of deviation sqrt(2) s; in time it has
    // the deviation 1 / (2 pi sqrt(2) s).
    const double deviation =
        density * spread / (2.0 * M_PI * std::sqrt(2.0) * 0.5 * spread);
    const int reach = int(std::ceil(reach_deviations * deviation));
    double power = 0.0;
    for (int n = -reach; n <= reach; n++) {
        const double value = std::exp(-0.5 * n * n / (deviation * deviation));
        d_response.push_back(float(value));
        power += value * value;
    }
    for (auto& value : d_response) {
        value /= float(std::sqrt(power));
    }
    d_noise.resize(d_response.size());
    reset();
}

void fading_path::reset()
{
    d_random.reset();
    for (auto& value : d_noise) {
        value = draw();
    }
    d_oldest = 0;
    d_between = 0.0;
    d_last = filtered();
    d_following = d_last;
    advance();
    d_between = 0.0;
}

// Of power 1 (G. E. P. Box, M. E. Muller, 1958).
std::complex<float> fading_path::draw()
{
    const double power = -std::log(1.0 - d_random.next());
    const double phase = 2.0 * M_PI * d_random.next();
    return std::complex<float>(std::polar(std::sqrt(power), phase));
}

std::complex<float> fading_path::filtered()
{
    std::complex<float> sum = 0.0f;
    for (size_t n = 0; n < d_response.size(); n++) {
        sum += d_response[n] * d_noise[(d_oldest + n) % d_noise.size()];
    }
    return sum;
}

void fading_path::advance()
{
    d_noise[d_oldest] = draw();
    d_oldest = (d_oldest + 1) % d_noise.size();
    d_last = d_following;
    d_following = filtered();
    d_between -= 1.0;
}

} // namespace largesc
} // namespace gr
