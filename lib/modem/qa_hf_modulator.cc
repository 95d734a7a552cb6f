/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "carrier_transform.h"
#include "fast_fourier.h"
#include "qa_hf_signal.h"
#include <boost/test/unit_test.hpp>
#include <stdexcept>

using namespace gr::largesc;

namespace {

double mean_power(const hf_samples& samples)
{
    double sum = 0.0;
    for (const auto& sample : samples) {
        sum += std::norm(sample);
    }
    return sum / double(samples.size());
}

} // namespace

BOOST_AUTO_TEST_CASE(t_slots_have_their_length_and_power)
{
    hf_modulator modulator;
    BOOST_TEST(modulator.flush().empty());
    for (const size_t bytes : hf_waveform::packet_bytes) {
        BOOST_TEST(modulator.modulate(std::vector<uint8_t>(bytes, 0x3c)).size() == 640u);
    }
    BOOST_TEST(modulator.flush().size() == 8u);
    BOOST_TEST(modulator.flush().empty());
    BOOST_TEST(mean_power(make_over(50, 7, 1).samples) == 1.0,
               boost::test_tools::tolerance(0.02));
}

BOOST_AUTO_TEST_CASE(t_peaks_stay_below_four_decibels)
{
    const auto samples = make_over(100, 7, 2).samples;
    double peak = 0.0;
    for (const auto& sample : samples) {
        peak = std::max(peak, double(std::norm(sample)));
    }
    BOOST_TEST(10.0 * std::log10(peak / mean_power(samples)) < 4.0);
}

// 2700 Hz - 1500 Hz = 1200 Hz from the middle, less 150 Hz of offset.
BOOST_AUTO_TEST_CASE(t_little_lies_beside_the_channel)
{
    const auto samples = make_over(26, 7, 3).samples;
    fast_fourier fourier(16384);
    split_values spectrum;
    for (size_t n = 0; n < 16384; n++) {
        const float window = float(0.5 - 0.5 * std::cos(2.0 * M_PI * n / 16384.0));
        spectrum.re.push_back(samples[n].real() * window);
        spectrum.im.push_back(samples[n].imag() * window);
    }
    fourier.forward(spectrum);
    double inside = 0.0, outside = 0.0;
    for (size_t i = 0; i < 16384; i++) {
        const double hz = (i < 8192 ? double(i) : double(i) - 16384.0) * 8000.0 / 16384.0;
        const double power =
            spectrum.re[i] * spectrum.re[i] + spectrum.im[i] * spectrum.im[i];
        (std::abs(hz) < 1050.0 ? inside : outside) += power;
    }
    BOOST_TEST(10.0 * std::log10(outside / inside) < -28.0);
}

BOOST_AUTO_TEST_CASE(t_pauses_make_no_difference_to_what_follows)
{
    hf_modulator modulator;
    const std::vector<uint8_t> packet{ 1, 2, 3, 4, 5, 6, 7 };
    const auto first = modulator.modulate(packet);
    modulator.flush();
    BOOST_TEST((modulator.modulate(packet) == first));
    BOOST_TEST((modulator.modulate(packet) != first)); // the edge of the one before
}

BOOST_AUTO_TEST_CASE(t_other_sizes_are_refused)
{
    hf_modulator modulator;
    for (const size_t bytes : { 0, 6, 8, 32 }) {
        BOOST_CHECK_THROW(modulator.modulate(std::vector<uint8_t>(bytes)),
                          std::invalid_argument);
    }
}

BOOST_AUTO_TEST_CASE(t_carriers_come_back_from_their_samples)
{
    const carrier_transform transform;
    carrier_values values;
    for (size_t i = 0; i < values.size(); i++) {
        values[i] = { std::cos(float(i)), float(i) / 72.0f };
    }
    hf_samples samples(hf_waveform::useful_samples);
    transform.to_samples(values, samples.data());
    const auto back = transform.to_carriers(samples.data());
    for (size_t i = 0; i < values.size(); i++) {
        BOOST_TEST(std::abs(back[i] - values[i]) < 1e-4f);
    }
}
