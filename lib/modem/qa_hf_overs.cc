/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "qa_hf_signal.h"
#include <boost/test/unit_test.hpp>

using namespace gr::largesc;

// When there is an over, and when not.

namespace {

// Samples from `first` on: whether there is an over after each slot's length.
size_t slots_in_sync(hf_demodulator& demodulator, const hf_samples& samples)
{
    size_t count = 0;
    for (size_t at = 0; at + 640 <= samples.size(); at += 640) {
        demodulator.push(&samples[at], 640);
        count += demodulator.in_sync();
    }
    return count;
}

void check_nothing_heard(hf_samples samples)
{
    hf_demodulator demodulator;
    size_t slots = 0;
    for (size_t at = 0; at + 640 <= samples.size(); at += 640) {
        slots += demodulator.push(&samples[at], 640).size();
        BOOST_REQUIRE(!demodulator.in_sync());
    }
    BOOST_TEST(slots == 0u);
}

} // namespace

BOOST_AUTO_TEST_CASE(t_noise_is_no_over)
{
    auto samples = silence(10 * 8000);
    add_noise(samples, 0.0, 1);
    check_nothing_heard(samples);
}

BOOST_AUTO_TEST_CASE(t_silence_is_no_over) { check_nothing_heard(silence(2 * 8000)); }

BOOST_AUTO_TEST_CASE(t_sines_are_no_over)
{
    hf_samples low(8000, 1.0f), high(8000, 1.0f);
    shift(low, 13.2);
    shift(high, -500.0);
    add_noise(high, 20.0, 2);
    check_nothing_heard(low);
    check_nothing_heard(high);
}

BOOST_AUTO_TEST_CASE(t_pulses_and_sweeps_are_no_over)
{
    hf_samples sweep(8000), pulses(8000);
    for (size_t n = 0; n < sweep.size(); n++) {
        const double t = double(n) / 8000.0;
        sweep[n] =
            std::complex<float>(std::polar(1.0, 2.0 * M_PI * (900.0 * t - 800.0) * t));
        pulses[n] = n % 320 < 4 ? 1.0f : 0.0f; // as long as a symbol
    }
    check_nothing_heard(sweep);
    check_nothing_heard(pulses);
}

BOOST_AUTO_TEST_CASE(t_the_end_is_heard_without_a_marker)
{
    const auto over = make_over(20, 7, 3);
    auto samples = joined({ over.samples, silence(3 * 8000) });
    add_noise(samples, 3.0, 4);
    hf_demodulator demodulator;
    BOOST_TEST(demodulator.push(samples.data(), over.samples.size()).size() >= 19u);
    BOOST_TEST(demodulator.in_sync());
    const hf_samples rest(samples.begin() + long(over.samples.size()), samples.end());
    const size_t slots = slots_in_sync(demodulator, rest);
    BOOST_TEST(slots >= 20u); // a fade of two seconds is bridged
    BOOST_TEST(slots <= 30u);
    BOOST_TEST(!demodulator.in_sync());
}

BOOST_AUTO_TEST_CASE(t_another_over_is_taken_up_at_once)
{
    const auto first = make_over(20, 7, 5), second = make_over(20, 13, 6);
    auto early = first.samples, late = second.samples;
    shift(early, 60.0);
    shift(late, -90.0);
    auto samples = joined({ early, silence(4321), late });
    add_noise(samples, 6.0, 7);
    const auto slots = receive(samples);
    BOOST_TEST(compare(slots, first, 0.0).right >= 19u);
    const double start = double(first.samples.size() + 4321);
    BOOST_TEST(compare(slots, second, start).right >= 19u);
}

BOOST_AUTO_TEST_CASE(t_how_late_a_slot_is_found_is_told_to_the_sample)
{
    const auto over = make_over(60, 7, 10);
    auto samples = joined({ silence(1000), over.samples, silence(640) });
    add_noise(samples, -3.5, 11);
    for (const size_t look_ahead : { 0, 1 }) {
        hf_settings settings({ 7 });
        settings.look_ahead = look_ahead;
        hf_demodulator demodulator(settings);
        const double waits = 640.0 * double(1 + look_ahead);
        double newest = -1.0;
        size_t at_start = 0, second_tries = 0, at_once = 0;
        for (size_t at = 0; at < samples.size(); at += 10) {
            const bool begins = newest < 0.0;
            for (const auto& slot : demodulator.push(&samples[at], 10)) {
                const double found = slot.start + waits + slot.behind;
                BOOST_TEST(std::abs(double(at) + 10.0 - found) < 20.0);
                at_start += begins;
                second_tries += slot.start < newest;
                at_once += slot.behind == 0.0;
                BOOST_TEST((begins || slot.start < newest || slot.behind == 0.0));
                BOOST_TEST((begins || slot.start >= newest ||
                            std::abs(slot.behind - 640.0) < 1.0));
                newest = std::max(newest, slot.start);
            }
        }
        BOOST_TEST(at_start >= 2u);
        BOOST_TEST(second_tries >= 1u);
        BOOST_TEST(at_once >= 40u);
    }
}

BOOST_AUTO_TEST_CASE(t_reset_forgets)
{
    const auto over = make_over(10, 7, 8);
    auto samples = joined({ silence(640), over.samples });
    add_noise(samples, 6.0, 9);
    hf_demodulator demodulator;
    const auto before = demodulator.push(samples.data(), samples.size());
    demodulator.reset();
    BOOST_TEST(!demodulator.in_sync());
    const auto again = demodulator.push(samples.data(), samples.size());
    BOOST_REQUIRE_EQUAL(again.size(), before.size());
    BOOST_TEST(again.front().start == before.front().start);
}

// As from a device that mutes its receiver while it sends.
BOOST_AUTO_TEST_CASE(
    t_nothing_at_all_in_the_middle_of_an_over_has_an_snr_and_does_no_harm)
{
    const auto first = make_over(20, 7, 9), second = make_over(20, 13, 10);
    auto noisy = first.samples;
    add_noise(noisy, 10.0, 11);
    for (const auto& begin : { first.samples, noisy }) {
        const auto slots =
            receive(joined({ begin, silence(3 * 8000), second.samples, silence(24000) }));
        BOOST_TEST(slots.size() > 60u); // those without anything as well
        BOOST_TEST(std::all_of(slots.begin(), slots.end(), has_figures));
        const double start = double(begin.size() + 3 * 8000);
        BOOST_TEST(compare(slots, first, 0.0).right >= 19u);
        BOOST_TEST(compare(slots, second, start).right >= 19u);
    }
}
