/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "channel_estimator.h"
#include "fast_fourier.h"
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <random>

using namespace gr::largesc;

namespace {

using value = std::complex<double>;

// Two paths, 16 samples apart, that turn against each other.
std::complex<float> gain(size_t carrier, double symbol)
{
    const double frequency = hf_waveform::carrier_frequency(carrier);
    const value early = std::polar(0.8, 2.0 * M_PI * (0.01 * symbol + 8.0 * frequency));
    const value late = std::polar(0.6, -2.0 * M_PI * (0.008 * symbol + 8.0 * frequency));
    return std::complex<float>(early + late);
}

double error_of(channel_estimator& estimator, long symbol)
{
    const auto channel = estimator.channel(symbol);
    double sum = 0.0;
    for (size_t carrier = 0; carrier < hf_waveform::carriers; carrier++) {
        sum += std::norm(channel.gain[carrier] - gain(carrier, double(symbol)));
    }
    return sum / double(hf_waveform::carriers);
}

double mean_variance(const channel_estimator& estimator, long symbol)
{
    double sum = 0.0;
    for (const float variance : estimator.channel(symbol).variance) {
        sum += variance;
    }
    return sum / double(hf_waveform::carriers);
}

// Symbols up to `last`, all pilots, with noise; data all ones, known or not.
void listen(channel_estimator& estimator, long last, double noise, bool data_known)
{
    std::mt19937_64 draw(5);
    std::normal_distribution<float> part(0.0f, float(std::sqrt(0.5 * noise)));
    carrier_values sent;
    sent.fill(1.0f);
    for (long number = 0; number <= last; number++) {
        carrier_values came;
        for (size_t carrier = 0; carrier < came.size(); carrier++) {
            came[carrier] =
                gain(carrier, double(number)) * std::complex<float>(1.0f, 0.0f);
        }
        for (const auto& pilot : hf_pilots(size_t(number & 1))) {
            came[pilot.carrier] *= pilot.value;
        }
        for (auto& each : came) {
            each += std::complex<float>(part(draw), part(draw));
        }
        estimator.know(number, came, data_known ? &sent : nullptr);
    }
    estimator.estimate(last);
}

} // namespace

BOOST_AUTO_TEST_CASE(t_two_turning_paths_are_followed)
{
    channel_estimator estimator;
    estimator.reset(1.0, 1e-3);
    listen(estimator, 11, 1e-3, false);
    BOOST_TEST(error_of(estimator, 11) < 0.02);
    listen(estimator, 11, 1e-3, true);
    BOOST_TEST(error_of(estimator, 11) < 0.005);
}

BOOST_AUTO_TEST_CASE(t_variance_tells_the_error)
{
    channel_estimator estimator;
    estimator.reset(1.0, 0.5);
    listen(estimator, 11, 0.5, true);
    const double error = error_of(estimator, 11), expected = mean_variance(estimator, 11);
    BOOST_TEST(error < 3.0 * expected);
    BOOST_TEST(error > expected / 5.0);
    BOOST_TEST(mean_variance(estimator, 20) > 5.0 * expected); // further on it is a guess
}

BOOST_AUTO_TEST_CASE(t_paths_are_learnt)
{
    channel_estimator estimator;
    estimator.reset(1.0, 0.1);
    for (int i = 0; i < 60; i++) {
        listen(estimator, 11, 0.1, true);
        estimator.learn();
    }
    const auto& profile = estimator.delay_profile();
    double near = 0.0, all = 0.0;
    for (size_t i = 0; i < profile.size(); i++) {
        const double delay = (double(i) - 5.5) * channel_estimator::delay_step;
        all += profile[i];
        near += std::abs(std::abs(delay) - 8.0) < 3.0 ? profile[i] : 0.0;
    }
    BOOST_TEST(near > 0.8 * all);
}

BOOST_AUTO_TEST_CASE(t_hermitian_equations_are_solved)
{
    hermitian_system system(3);
    system.at(0, 0) = 4.0;
    system.at(1, 0) = value(1.0, 2.0);
    system.at(1, 1) = 6.0;
    system.at(2, 0) = value(0.0, -1.0);
    system.at(2, 1) = 0.5;
    system.at(2, 2) = 3.0;
    system.factorise();
    // The matrix times (1, j, -2).
    const value j(0.0, 1.0);
    const auto x = system.solve({ 4.0 + value(1.0, -2.0) * j - 2.0 * j,
                                  value(1.0, 2.0) + 6.0 * j - 1.0,
                                  -j + 0.5 * j - 6.0 });
    BOOST_TEST(std::abs(x[0] - 1.0) < 1e-12);
    BOOST_TEST(std::abs(x[1] - j) < 1e-12);
    BOOST_TEST(std::abs(x[2] + 2.0) < 1e-12);
}

BOOST_AUTO_TEST_CASE(t_fourier_by_its_definition)
{
    fast_fourier fourier(16);
    split_values values;
    for (size_t n = 0; n < 16; n++) {
        values.re.push_back(float(n * n % 7));
        values.im.push_back(float(n % 3));
    }
    auto spectrum = values;
    fourier.forward(spectrum);
    for (size_t k = 0; k < 16; k++) {
        value sum = 0.0;
        for (size_t n = 0; n < 16; n++) {
            sum += value(values.re[n], values.im[n]) *
                   std::polar(1.0, -2.0 * M_PI * double(k * n) / 16.0);
        }
        BOOST_TEST(std::abs(sum - value(spectrum.re[k], spectrum.im[k])) < 1e-4);
    }
    fourier.inverse(spectrum);
    for (size_t n = 0; n < 16; n++) {
        BOOST_TEST(std::abs(spectrum.re[n] / 16.0f - values.re[n]) < 1e-5f);
    }
}
