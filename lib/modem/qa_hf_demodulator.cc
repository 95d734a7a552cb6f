/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "qa_hf_signal.h"
#include <boost/test/unit_test.hpp>
#include <algorithm>
#include <limits>
#include <stdexcept>

using namespace gr::largesc;

BOOST_AUTO_TEST_CASE(t_every_packet_of_an_over_arrives)
{
    for (const size_t bytes : { 7, 13, 23 }) {
        const auto over = make_over(8, bytes, bytes);
        auto samples = joined({ silence(1000), over.samples });
        add_noise(samples, 8.0, 1);
        const auto heard = compare(receive(samples), over, 1000.0);
        BOOST_TEST(heard.right == 8u);
        BOOST_TEST(heard.wrong == 0u);
    }
}

BOOST_AUTO_TEST_CASE(t_offset_and_time_are_found)
{
    const auto over = make_over(25, 7, 2);
    for (const double offset : { -150.0, -41.3, 150.0 }) {
        auto samples = joined({ silence(2345), over.samples });
        shift(samples, offset);
        add_noise(samples, 0.0, 3);
        const auto heard = compare(receive(samples, { { 7 } }), over, 2345.0);
        BOOST_TEST(heard.right >= 24u);
        BOOST_TEST(heard.wrong == 0u);
        BOOST_TEST(std::abs(heard.last_offset - offset) < 0.3);
        BOOST_TEST(std::abs(heard.last_start - (2345.0 + 24.0 * 640.0)) < 1.0);
        BOOST_TEST(std::abs(heard.mean_snr) < 1.0);
    }
}

BOOST_AUTO_TEST_CASE(t_near_the_threshold_most_arrive)
{
    const auto over = make_over(100, 7, 4);
    auto samples = joined({ silence(777), over.samples });
    add_noise(samples, -4.0, 5);
    const auto heard = compare(receive(samples, { { 7 } }), over, 777.0);
    BOOST_TEST(heard.right >= 90u);
    BOOST_TEST(heard.wrong <= 2u);
}

BOOST_AUTO_TEST_CASE(t_clocks_that_differ_are_followed)
{
    const auto over = make_over(80, 7, 6);
    for (const double ppm : { -100.0, 100.0 }) {
        auto samples = with_slow_clock(over.samples, ppm);
        add_noise(samples, 3.0, 7);
        // 80 slots drift by 5 samples: within half a slot of their places.
        const auto heard = compare(receive(samples, { { 7 } }), over, 0.0);
        BOOST_TEST(heard.right >= 79u);
        BOOST_TEST(heard.wrong == 0u);
    }
}

BOOST_AUTO_TEST_CASE(t_two_paths_are_as_good_as_one)
{
    const auto over = make_over(40, 7, 8);
    auto samples = joined({ silence(500), over.samples, silence(16) });
    const auto direct = samples;
    for (size_t n = 16; n < samples.size(); n++) {
        samples[n] += std::complex<float>(0.0f, 0.9f) * direct[n - 16]; // 2 ms later
    }
    add_noise(samples, 3.0, 9);
    const auto heard = compare(receive(samples, { { 7 } }), over, 500.0);
    BOOST_TEST(heard.right >= 39u);
    BOOST_TEST(heard.wrong == 0u);
}

BOOST_AUTO_TEST_CASE(t_who_comes_late_hears_the_rest)
{
    const auto over = make_over(30, 13, 10);
    hf_samples samples(over.samples.begin() + 10 * 640 + 123, over.samples.end());
    add_noise(samples, 6.0, 11);
    const auto heard = compare(receive(samples), over, -10.0 * 640.0 - 123.0);
    BOOST_TEST(heard.right >= 18u); // of 19 that are whole
    BOOST_TEST(heard.wrong == 0u);
}

BOOST_AUTO_TEST_CASE(t_level_does_not_matter)
{
    const auto over = make_over(10, 7, 12);
    for (const float level : { 1e-4f, 1e4f }) {
        auto samples = joined({ silence(900), over.samples });
        add_noise(samples, 6.0, 13);
        for (auto& sample : samples) {
            sample *= level;
        }
        BOOST_TEST(compare(receive(samples), over, 900.0).right == 10u);
    }
}

BOOST_AUTO_TEST_CASE(t_without_noise_as_well)
{
    const auto over = make_over(10, 7, 14);
    const auto samples = joined({ silence(700), over.samples, silence(700) });
    const auto heard = compare(receive(samples), over, 700.0);
    BOOST_TEST(heard.right == 10u);
    BOOST_TEST(heard.wrong == 0u);
}

BOOST_AUTO_TEST_CASE(t_pieces_make_no_difference)
{
    const auto over = make_over(15, 7, 15);
    auto samples = joined({ silence(300), over.samples });
    add_noise(samples, 0.0, 16);
    const auto whole = receive(samples);
    hf_demodulator demodulator;
    std::vector<received_slot> pieces;
    std::mt19937 draw(17);
    for (size_t at = 0; at < samples.size();) {
        const size_t count = std::min<size_t>(draw() % 1000, samples.size() - at);
        for (auto& slot : demodulator.push(&samples[at], count)) {
            pieces.push_back(std::move(slot));
        }
        at += count;
    }
    for (auto& slot : demodulator.flush()) {
        pieces.push_back(std::move(slot));
    }
    BOOST_REQUIRE_EQUAL(pieces.size(), whole.size());
    for (size_t i = 0; i < whole.size(); i++) {
        BOOST_TEST(pieces[i].bytes == whole[i].bytes);
        BOOST_TEST(pieces[i].start == whole[i].start);
        BOOST_TEST(pieces[i].margin == whole[i].margin);
    }
}

BOOST_AUTO_TEST_CASE(t_samples_that_are_no_numbers_cost_their_slot_only)
{
    const auto over = make_over(20, 7, 18);
    auto samples = joined({ silence(640), over.samples });
    add_noise(samples, 8.0, 19);
    std::fill_n(samples.begin() + 11 * 640, 640, std::numeric_limits<float>::quiet_NaN());
    std::fill_n(samples.begin() + 15 * 640, 3, std::numeric_limits<float>::infinity());
    const auto heard = compare(receive(samples), over, 640.0);
    BOOST_TEST(heard.right >= 19u);
    BOOST_TEST(heard.wrong == 0u);
}

BOOST_AUTO_TEST_CASE(t_settings_out_of_range_are_refused)
{
    const auto refused = [](const hf_settings& settings) {
        BOOST_CHECK_THROW(hf_demodulator{ settings }, std::invalid_argument);
    };
    refused(std::vector<size_t>{});
    refused(std::vector<size_t>{ 8 });
    hf_settings settings;
    settings.look_ahead = 2;
    refused(settings);
    settings = {};
    settings.least_reliability = -1.0f;
    refused(settings);
    settings.least_reliability = std::numeric_limits<float>::quiet_NaN();
    refused(settings);
}
