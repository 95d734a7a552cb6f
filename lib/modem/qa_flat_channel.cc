/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "flat_channel.h"
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <random>

using namespace gr::largesc;

namespace {

struct walk {
    flat_channel::seen_slot seen;
    std::array<std::complex<double>, flat_channel::blocks> gain;
};

// Slots of a gain whose phase walks by `step` (radians, standard deviation) a block, and
// noise.
std::vector<walk> make_slots(size_t count, double step, double noise, uint64_t seed)
{
    std::mt19937_64 draw(seed);
    std::normal_distribution<double> normal;
    double phase = 1.0;
    std::vector<walk> slots(count);
    for (auto& slot : slots) {
        for (size_t block = 0; block < flat_channel::blocks; block++) {
            phase += step * normal(draw);
            slot.gain[block] = std::polar(1.0, phase);
            const double part = std::sqrt(noise / 16.0);
            slot.seen.mean[block] =
                slot.gain[block] +
                std::complex<double>(part * normal(draw), part * normal(draw));
            slot.seen.known[block] = true;
        }
    }
    return slots;
}

double mean_error(const flat_channel& channel, const walk& slot, long number)
{
    const auto gains = channel.estimate(number);
    double sum = 0.0;
    for (size_t block = 0; block < flat_channel::blocks; block++) {
        sum += std::norm(gains.mean[block] - slot.gain[block]) / 60.0;
    }
    return sum;
}

double mean_variance(const flat_channel& channel, long number)
{
    double sum = 0.0;
    for (const double variance : channel.estimate(number).variance) {
        sum += variance / 60.0;
    }
    return sum;
}

} // namespace

BOOST_AUTO_TEST_CASE(t_nothing_known_is_what_was_said_at_first)
{
    flat_channel channel;
    channel.reset(2.0, 1.0);
    const auto gains = channel.estimate(7);
    BOOST_TEST(std::abs(gains.mean[30]) == 0.0);
    BOOST_TEST(gains.variance[30] == 2.0, boost::test_tools::tolerance(1e-9));
}

// On a channel that stands still all that is known of it counts; on one that moves,
// little.
BOOST_AUTO_TEST_CASE(t_rate_is_learnt_and_errors_are_as_large_as_told)
{
    for (const double step : { 0.0, 0.02, 0.2 }) {
        const auto slots = make_slots(12, step, 5.0, 3);
        flat_channel channel;
        channel.reset(1.0, 5.0);
        double error = 0.0, told = 0.0;
        for (long slot = 0; slot < 12; slot++) {
            channel.know(slot, slots[size_t(slot)].seen);
            channel.learn(slot);
            if (slot >= 6) {
                error += mean_error(channel, slots[size_t(slot)], slot);
                told += mean_variance(channel, slot);
            }
        }
        BOOST_TEST(error < 3.0 * told);
        BOOST_TEST(told < 4.0 * error + 0.1);
        BOOST_TEST(error / 6.0 < (step == 0.2 ? 0.25 : 0.06));
    }
}

// What comes later tells of what was before.
BOOST_AUTO_TEST_CASE(t_a_slot_between_two_that_are_known)
{
    const auto slots = make_slots(3, 0.02, 2.0, 4);
    flat_channel channel;
    channel.reset(1.0, 2.0);
    channel.know(0, slots[0].seen);
    const double before = mean_variance(channel, 1);
    channel.know(2, slots[2].seen);
    BOOST_TEST(mean_variance(channel, 1) < before);
    channel.know(1, slots[1].seen); // out of order
    BOOST_TEST(mean_error(channel, slots[1], 1) < 0.1);
}
