/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/largesc/fading/fading_profiles.h>
#include <gnuradio/largesc/fading/watterson_fading.h>
#include <boost/test/unit_test.hpp>
#include <stdexcept>

using namespace gr::largesc;

namespace {

using samples = std::vector<std::complex<float>>;

constexpr double rate = 8000.0;

samples through(watterson_fading& fading, samples in)
{
    fading.process(in.data(), in.data(), in.size());
    return in;
}

} // namespace

BOOST_AUTO_TEST_CASE(t_a_pulse_comes_twice)
{
    watterson_fading fading(1.0, 0.002, rate, 1);
    BOOST_TEST(fading.delay_samples() == 16u);
    samples pulse(40);
    pulse[5] = 1.0f;
    const auto out = through(fading, pulse);
    for (size_t n = 0; n < out.size(); n++) {
        BOOST_TEST((std::abs(out[n]) > 0.0f) == (n == 5 || n == 21));
    }
    // The gains have hardly moved since.
    BOOST_TEST(std::abs(out[5] - fading.gains()[0]) < 0.1f);
    BOOST_TEST(std::abs(out[21] - fading.gains()[1]) < 0.1f);
}

BOOST_AUTO_TEST_CASE(t_paths_fade_apart_and_keep_the_power)
{
    watterson_fading fading(20.0, 0.0, 640.0, 2);
    std::complex<double> together = 0.0;
    std::array<double, 2> power{};
    constexpr size_t count = 100000; // 3000 s at 1 Hz
    for (size_t n = 0; n < count; n++) {
        through(fading, { 1.0f });
        const auto gains = fading.gains();
        together += std::complex<double>(gains[0] * std::conj(gains[1]));
        power[0] += std::norm(gains[0]);
        power[1] += std::norm(gains[1]);
    }
    BOOST_TEST(std::abs(together) / double(count) < 0.03);
    BOOST_TEST(std::abs(power[0] / double(count) - 0.5) < 0.03);
    BOOST_TEST(std::abs(power[1] / double(count) - 0.5) < 0.03);
}

BOOST_AUTO_TEST_CASE(t_one_seed_one_channel)
{
    const samples ones(20000, 1.0f);
    watterson_fading fading(1.0, 0.001, rate, 3), same(1.0, 0.001, rate, 3),
        other(1.0, 0.001, rate, 4);
    const auto first = through(fading, ones);
    BOOST_TEST(first == through(same, ones));
    BOOST_TEST(first != through(other, ones));
    fading.reset();
    samples pieces;
    for (size_t at = 0; at < ones.size(); at += 777) {
        const auto part =
            through(fading, samples(std::min<size_t>(777, ones.size() - at), 1.0f));
        pieces.insert(pieces.end(), part.begin(), part.end());
    }
    BOOST_TEST(first == pieces);
}

BOOST_AUTO_TEST_CASE(t_profiles_can_be_made)
{
    for (const auto& profile : fading_profiles()) {
        watterson_fading fading(profile.spread, profile.delay, rate, 5);
        BOOST_TEST(std::abs(double(fading.delay_samples()) - rate * profile.delay) <=
                   0.5);
    }
}

BOOST_AUTO_TEST_CASE(t_delays_out_of_range_are_refused)
{
    for (const double delay : { -0.001, 0.1001, double(NAN) }) {
        BOOST_CHECK_THROW(watterson_fading(1.0, delay, rate, 0), std::invalid_argument);
    }
}
