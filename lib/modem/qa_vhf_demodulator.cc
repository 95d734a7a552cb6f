/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "qa_vhf_signal.h"
#include <boost/test/unit_test.hpp>
#include <limits>
#include <stdexcept>

using namespace gr::largesc;

// What becomes of an over on the air; that of slots, time and level is shared with hf.

namespace {

// Phase noise of an oscillator whose line is so wide: a random walk.
void add_phase_noise(vhf_samples& samples, double line_width, uint64_t seed)
{
    std::mt19937_64 draw(seed);
    std::normal_distribution<double> step(0.0,
                                          std::sqrt(2.0 * M_PI * line_width / 60000.0));
    double phase = 0.0;
    for (auto& sample : samples) {
        phase += step(draw);
        sample *= std::complex<float>(std::polar(1.0, phase));
    }
}

} // namespace

BOOST_AUTO_TEST_CASE(t_every_packet_of_an_over_arrives)
{
    for (const size_t bytes : { 7, 13, 23, 32 }) {
        const auto over = make_over(6, bytes, bytes);
        auto samples = joined({ silence(6000), over.samples });
        add_noise(samples, 12.0, 1);
        const auto heard = compare(receive(samples), over, 6000.0);
        BOOST_TEST(heard.right == 6u);
        BOOST_TEST(heard.wrong == 0u);
    }
}

BOOST_AUTO_TEST_CASE(t_offset_and_time_are_found)
{
    const auto over = make_over(15, 7, 2);
    for (const double offset : { -20000.0, -4321.0, 20000.0 }) {
        auto samples = joined({ silence(12345), over.samples });
        shift(samples, offset);
        add_noise(samples, 0.0, 3);
        const auto heard = compare(receive(samples, { { 7 } }), over, 12345.0);
        BOOST_TEST(heard.right >= 14u);
        BOOST_TEST(heard.wrong == 0u);
        BOOST_TEST(std::abs(heard.last_offset - offset) < 1.5);
        BOOST_TEST(std::abs(heard.last_start - (12345.0 + 14.0 * 4800.0)) < 2.0);
        BOOST_TEST(std::abs(heard.mean_snr) < 1.0);
    }
}

BOOST_AUTO_TEST_CASE(t_near_the_threshold_most_arrive)
{
    const auto over = make_over(60, 7, 4);
    auto samples = joined({ silence(7777), over.samples });
    shift(samples, 8765.0);
    add_noise(samples, -4.0, 5);
    const auto heard = compare(receive(samples, { { 7 } }), over, 7777.0);
    BOOST_TEST(heard.right >= 54u);
    BOOST_TEST(heard.wrong <= 2u);
}

BOOST_AUTO_TEST_CASE(t_phase_noise_is_followed)
{
    const auto over = make_over(40, 7, 6);
    for (const double line_width : { 0.3, 5.0 }) {
        auto samples = joined({ silence(7777), over.samples });
        add_phase_noise(samples, line_width, 7);
        add_noise(samples, -1.0, 8);
        const auto heard = compare(receive(samples, { { 7 } }), over, 7777.0);
        BOOST_TEST(heard.right >= 38u);
        BOOST_TEST(heard.wrong == 0u);
    }
}

BOOST_AUTO_TEST_CASE(t_clocks_that_differ_are_followed)
{
    const auto over = make_over(80, 7, 9);
    for (const double ppm : { -100.0, 100.0 }) {
        auto samples = with_slow_clock(over.samples, ppm);
        add_noise(samples, 0.0, 10);
        const auto heard = compare(receive(samples, { { 7 } }), over, 0.0);
        BOOST_TEST(heard.right >= 78u);
        BOOST_TEST(heard.wrong == 0u);
    }
}

// Two signals of the same time and frequency are one that fades in the middle of slots.
BOOST_AUTO_TEST_CASE(t_a_path_that_turns_and_fades_is_followed)
{
    const auto over = make_over(30, 7, 11);
    auto samples = joined({ silence(5000), over.samples });
    auto direct = samples;
    shift(samples, 20.0); // at 20 Hz, half as strong as the other
    for (size_t n = 0; n < samples.size(); n++) {
        samples[n] = direct[n] + 0.7f * samples[n];
    }
    add_noise(samples, 4.0, 12);
    const auto heard = compare(receive(samples, { { 7 } }), over, 5000.0);
    BOOST_TEST(heard.right >= 28u);
    BOOST_TEST(heard.wrong == 0u);
}

BOOST_AUTO_TEST_CASE(t_who_comes_late_hears_the_rest)
{
    const auto over = make_over(15, 13, 13);
    vhf_samples samples(over.samples.begin() + 5 * 4800 + 1234, over.samples.end());
    add_noise(samples, 6.0, 14);
    const auto heard = compare(receive(samples), over, -5.0 * 4800.0 - 1234.0);
    BOOST_TEST(heard.right >= 8u); // of 9 that are whole
    BOOST_TEST(heard.wrong == 0u);
}

// A carrier 7 kHz from the middle, and speech by FM on the next channel, each 40 dB
// stronger.
BOOST_AUTO_TEST_CASE(t_strong_neighbours_do_not_matter)
{
    const auto over = make_over(10, 7, 18);
    for (const double deviation : { 0.0, 2500.0 }) {
        auto samples = joined({ silence(9600), over.samples, silence(4800) });
        double phase = 0.0;
        for (size_t n = 0; n < samples.size(); n++) {
            const double t = double(n) / 60000.0;
            const double voice = std::sin(2.0 * M_PI * 400.0 * t) *
                                 std::sin(2.0 * M_PI * 1.7 * t) * deviation;
            const double middle = deviation > 0.0 ? 12500.0 : 7000.0;
            phase += 2.0 * M_PI * (middle + voice) / 60000.0;
            samples[n] += std::complex<float>(std::polar(100.0, phase));
        }
        add_noise(samples, 3.0, 19);
        const auto heard = compare(receive(samples, { { 7 } }), over, 9600.0);
        BOOST_TEST(heard.right == 10u);
        BOOST_TEST(heard.wrong == 0u);
    }
}

BOOST_AUTO_TEST_CASE(t_level_does_not_matter_nor_does_noise)
{
    const auto over = make_over(6, 7, 15);
    for (const float level : { 1e-4f, 1e4f }) {
        auto samples = joined({ over.samples, silence(9600) });
        for (auto& sample : samples) {
            sample *= level;
        }
        BOOST_TEST(compare(receive(samples), over, 0.0).right == 6u);
    }
}

BOOST_AUTO_TEST_CASE(t_samples_that_are_no_numbers_cost_their_slot_only)
{
    const auto over = make_over(12, 7, 16);
    auto samples = joined({ silence(4800), over.samples });
    add_noise(samples, 8.0, 17);
    std::fill_n(
        samples.begin() + 7 * 4800, 4800, std::numeric_limits<float>::quiet_NaN());
    std::fill_n(samples.begin() + 10 * 4800, 9, std::numeric_limits<float>::infinity());
    const auto heard = compare(receive(samples), over, 4800.0);
    BOOST_TEST(heard.right == 11u);
    BOOST_TEST(heard.wrong == 0u);
}

BOOST_AUTO_TEST_CASE(t_settings_out_of_range_are_refused)
{
    const auto refused = [](const vhf_settings& settings) {
        BOOST_CHECK_THROW(vhf_demodulator{ settings }, std::invalid_argument);
    };
    refused(std::vector<size_t>{});
    refused(std::vector<size_t>{ 8 });
    vhf_settings settings;
    settings.look_ahead = 2;
    refused(settings);
}
