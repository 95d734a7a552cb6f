/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/largesc/fading/fading_path.h>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <stdexcept>

using namespace gr::largesc;

// A fading path against theory: Rayleigh's distribution, and a Gaussian spectrum.

namespace {

constexpr double spread = 2.0, deviation = 0.5 * spread;
constexpr double sample_rate = 32.0 * spread; // each value is one that was filtered
constexpr size_t samples = 200000;            // 3125 s, some 8000 independent values

std::vector<std::complex<float>> gains_of(double rate, size_t count, uint64_t seed = 1)
{
    fading_path path(spread, rate, seed);
    std::vector<std::complex<float>> gains;
    for (size_t n = 0; n < count; n++) {
        gains.push_back(path.next());
    }
    return gains;
}

const std::vector<std::complex<float>>& gains()
{
    static const auto all = gains_of(sample_rate, samples);
    return all;
}

// Of values so far apart that they are independent; shares that are equally probable.
void check_equal_shares(const std::function<double(std::complex<float>)>& probability)
{
    constexpr size_t bins = 20, apart = 48; // 1.5 / spread: correlated by 1.5e-5
    std::array<double, bins> counts{};
    size_t count = 0;
    for (size_t n = 0; n < samples; n += apart, count++) {
        counts[std::min(size_t(double(bins) * probability(gains()[n])), bins - 1)]++;
    }
    const double expected = double(count) / double(bins);
    double sum = 0.0;
    for (const double each : counts) {
        sum += (each - expected) * (each - expected) / expected;
    }
    const boost::math::chi_squared theory(double(bins - 1));
    BOOST_TEST(sum < quantile(theory, 0.999));
    BOOST_TEST(sum > quantile(theory, 0.001));
}

// E[g(t + tau) g*(t)]
std::complex<double> correlation(size_t lag)
{
    std::complex<double> sum = 0.0;
    for (size_t n = lag; n < samples; n++) {
        sum += std::complex<double>(gains()[n]) *
               std::conj(std::complex<double>(gains()[n - lag]));
    }
    return sum / double(samples - lag);
}

} // namespace

BOOST_AUTO_TEST_CASE(t_power_is_exponential)
{
    check_equal_shares([](auto gain) { return 1.0 - std::exp(-std::norm(gain)); });
}

BOOST_AUTO_TEST_CASE(t_every_phase_is_as_likely)
{
    check_equal_shares([](auto gain) { return std::arg(gain) / (2.0 * M_PI) + 0.5; });
}

// The spectrum is Gaussian if and only if the correlation is (Wiener and Khinchin).
BOOST_AUTO_TEST_CASE(t_spectrum_is_gaussian)
{
    for (size_t lag = 0; lag <= 64; lag += 2) {
        const double turns = M_PI * deviation * double(lag) / sample_rate;
        const auto measured = correlation(lag);
        BOOST_TEST(std::abs(measured.real() - std::exp(-2.0 * turns * turns)) < 0.05);
        BOOST_TEST(std::abs(measured.imag()) < 0.05);
    }
}

// S. O. Rice (1948): amplitude r falls below its root mean square by 2 s sqrt(pi) r
// exp(-r^2) times a second.
BOOST_AUTO_TEST_CASE(t_fades_are_as_frequent_as_theory_has_it)
{
    for (const double level : { 0.3, 1.0 }) {
        size_t fades = 0;
        for (size_t n = 1; n < samples; n++) {
            fades += std::abs(gains()[n - 1]) >= level && std::abs(gains()[n]) < level;
        }
        const double expected =
            2.0 * deviation * std::sqrt(M_PI) * level * std::exp(-level * level);
        const double seconds = double(samples) / sample_rate;
        BOOST_TEST(double(fades) / seconds / expected > 0.93);
        BOOST_TEST(double(fades) / seconds / expected < 1.07);
    }
}

BOOST_AUTO_TEST_CASE(t_other_sample_rates_have_the_same_fading)
{
    const auto dense = gains_of(8.0 * sample_rate, 8 * 500);
    for (size_t n = 0; n < 500; n++) {
        BOOST_TEST(std::abs(dense[8 * n] - gains()[n]) < 1e-5f);
        if (n > 0) {
            const auto middle = 0.5f * (gains()[n] + gains()[n - 1]);
            BOOST_TEST(std::abs(dense[8 * n - 4] - middle) < 1e-5f);
        }
    }
}

BOOST_AUTO_TEST_CASE(t_settings_out_of_range_are_refused)
{
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const double infinite = std::numeric_limits<double>::infinity();
    for (const auto& [hertz, rate] : std::vector<std::pair<double, double>>{
             { 0.0, 8000.0 },
             { -1.0, 8000.0 },
             { nan, 8000.0 },
             { 250.1, 8000.0 },
             { 1.0, 0.0 },
             { 1.0, nan },
             { 1.0, infinite },
         }) {
        BOOST_CHECK_THROW(fading_path(hertz, rate, 0), std::invalid_argument);
    }
}
