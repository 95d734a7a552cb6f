/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "qa_hf_signal.h"
#include <gnuradio/largesc/modem/vhf_demodulator.h>
#include <gnuradio/largesc/modem/vhf_modulator.h>
#include <boost/test/unit_test.hpp>

using namespace gr::largesc;

// When there is an over, and when not; nor do the waveforms take one another for theirs.

namespace {

template <class demodulator>
void check_nothing_heard(const samples_of_over& samples)
{
    demodulator kernel;
    size_t slots = 0;
    for (size_t at = 0; at + 600 <= samples.size(); at += 600) {
        slots += kernel.push(&samples[at], 600).size();
        BOOST_REQUIRE(!kernel.in_sync());
    }
    BOOST_TEST(slots == 0u);
}

} // namespace

BOOST_AUTO_TEST_CASE(t_noise_and_silence_are_no_over)
{
    auto samples = silence(8 * 60000);
    check_nothing_heard<vhf_demodulator>(silence(60000));
    add_noise_at(samples, 0.0, 1, 60000.0);
    check_nothing_heard<vhf_demodulator>(samples);
}

BOOST_AUTO_TEST_CASE(t_sines_sweeps_and_pulses_are_no_over)
{
    vhf_modulator modulator;
    samples_of_over low(60000, 1.0f), high(60000, 1.0f), sweep(60000), pulses(60000);
    shift_by(low, 1513.2, 60000.0);
    shift_by(high, -9500.0, 60000.0);
    add_noise_at(high, 20.0, 2, 60000.0);
    for (size_t n = 0; n < sweep.size(); n++) {
        const double t = double(n) / 60000.0;
        sweep[n] = std::complex<float>(
            std::polar(1.0, 2.0 * M_PI * (20000.0 * t - 20000.0) * t));
        pulses[n] = n % 800 < 80 ? 1.0f : 0.0f; // as long as a word of pilots
    }
    for (const auto& samples : { low, high, sweep, pulses }) {
        check_nothing_heard<vhf_demodulator>(samples);
    }
}

// At 7.5 times its rate it fills the same band.
BOOST_AUTO_TEST_CASE(t_the_waveforms_do_not_hear_one_another)
{
    const auto hf = over_of<hf_modulator>(150, 7, 3);
    auto fast = hf.samples;
    add_noise_at(fast, 10.0, 4, 8000.0);
    check_nothing_heard<vhf_demodulator>(fast);
    samples_of_over slow; // at its own rate, by repeating samples
    for (size_t n = 0; n < 60000; n++) {
        slow.push_back(hf.samples[size_t(double(n) / 7.5)]);
    }
    check_nothing_heard<vhf_demodulator>(slow);
    const auto vhf = over_of<vhf_modulator>(20, 7, 5);
    check_nothing_heard<hf_demodulator>(vhf.samples);
    samples_of_over every_fifth; // folds over itself
    for (size_t n = 0; n < vhf.samples.size(); n += 5) {
        every_fifth.push_back(vhf.samples[n]);
    }
    check_nothing_heard<hf_demodulator>(every_fifth);
}

BOOST_AUTO_TEST_CASE(t_the_end_is_heard_without_a_marker_and_another_over_is_taken_up)
{
    const auto first = over_of<vhf_modulator>(10, 7, 6);
    const auto second = over_of<vhf_modulator>(10, 13, 7);
    auto early = first.samples, late = second.samples;
    shift_by(early, 12000.0, 60000.0);
    shift_by(late, -9000.0, 60000.0);
    auto samples = joined({ early, silence(54321), late, silence(3 * 60000) });
    add_noise_at(samples, 4.0, 8, 60000.0);
    vhf_demodulator demodulator;
    const auto slots = demodulator.push(samples.data(), samples.size());
    BOOST_TEST(!demodulator.in_sync());
    BOOST_TEST(compare_slots(slots, first, 0.0, 4800.0).right >= 9u);
    const double start = double(early.size() + 54321);
    BOOST_TEST(compare_slots(slots, second, start, 4800.0).right >= 9u);
}

// As from a device that mutes its receiver while it sends.
BOOST_AUTO_TEST_CASE(
    t_nothing_at_all_in_the_middle_of_an_over_has_an_snr_and_does_no_harm)
{
    const auto first = over_of<vhf_modulator>(10, 7, 9);
    const auto second = over_of<vhf_modulator>(10, 13, 10);
    auto noisy = first.samples;
    add_noise_at(noisy, 10.0, 11, 60000.0);
    for (const auto& begin : { first.samples, noisy }) {
        const auto samples =
            joined({ begin, silence(3 * 60000), second.samples, silence(60000) });
        vhf_demodulator demodulator;
        const auto slots = demodulator.push(samples.data(), samples.size());
        BOOST_TEST(std::all_of(slots.begin(), slots.end(), has_figures));
        const double start = double(begin.size() + 3 * 60000);
        BOOST_TEST(compare_slots(slots, first, 0.0, 4800.0).right >= 9u);
        BOOST_TEST(compare_slots(slots, second, start, 4800.0).right >= 9u);
    }
}
