/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "qa_loss_statistics.h"
#include <gnuradio/largesc/loss/bellcore_erasures.h>
#include <limits>
#include <stdexcept>

using gr::largesc::bellcore_erasures;

namespace {

// ITU-T G.191, written apart from the code under test.
double burst_of(size_t n)
{
    const double goes_on[] = {
        0.85, 0.825, 0.8, 0.775, 0.75, 0.725, 0.7, 0.6, 0.45, 0.0
    };
    double probability = n <= 10 ? 1.0 - goes_on[n - 1] : 0.0;
    for (size_t k = 1; k < n && k <= 10; k++) {
        probability *= goes_on[k - 1];
    }
    return probability;
}

} // namespace

BOOST_AUTO_TEST_CASE(t_rate_and_lengths_are_those_of_theory)
{
    const double mean = moments_of(burst_of).mean;
    BOOST_CHECK_CLOSE(mean, 4.42, 0.1);
    for (const double rate : { 0.02, 0.1, 0.3, 0.5, 0.8 }) {
        bellcore_erasures process(rate, 7);
        const auto trace = sample(process, 800000);
        const auto gaps = geometric(1.0 - rate / (mean * (1.0 - rate)));
        check_share(trace, rate, burst_of, gaps);
        check_lengths(trace, true, burst_of);
        check_lengths(trace, false, gaps);
        BOOST_CHECK_EQUAL(gr::largesc::longest_burst(trace), 10u);
        BOOST_CHECK_CLOSE(process.mean_burst(), mean, 1e-9);
    }
}

BOOST_AUTO_TEST_CASE(t_first_packets_are_lost_as_often_as_any)
{
    check_start<bellcore_erasures>(0.1);
    check_start<bellcore_erasures>(0.5);
}

BOOST_AUTO_TEST_CASE(t_a_seed_is_the_same_everywhere)
{
    bellcore_erasures inside(0.3, 1), outside(0.3, 2);
    BOOST_CHECK_EQUAL(decisions(inside, 48),
                      "111001111100000000000000011111111100110001100000");
    BOOST_CHECK_EQUAL(decisions(outside, 48),
                      "000000111000010000111100000000000000000000000001");
    check_reset(inside, "111001111100000000000000");
}

BOOST_AUTO_TEST_CASE(t_rate_changes_for_the_packets_to_come)
{
    bellcore_erasures process(0.1, 7);
    decisions(process, 1000);
    process.set_loss_rate(0.0);
    // A burst under way goes on, to its tenth packet at most.
    BOOST_CHECK_EQUAL(decisions(process, 1000).find('1', 10), std::string::npos);
    BOOST_CHECK_EQUAL(process.mean_burst(), 0.0);
    process.set_loss_rate(0.5);
    const double mean = moments_of(burst_of).mean;
    check_share(sample(process, 400000), 0.5, burst_of, geometric(1.0 - 1.0 / mean));
}

BOOST_AUTO_TEST_CASE(t_highest_rate_leaves_one_packet_between_bursts)
{
    const double mean = moments_of(burst_of).mean;
    bellcore_erasures process(mean / (mean + 1.0) - 1e-12, 7);
    const auto trace = sample(process, 10000);
    BOOST_CHECK_EQUAL(run_lengths(trace, false).rbegin()->first, 1u);
}

BOOST_AUTO_TEST_CASE(t_what_it_cannot_have_is_refused)
{
    for (const double rate : { -0.1, 1.1, std::numeric_limits<double>::quiet_NaN() }) {
        check_refused([=] { bellcore_erasures(rate, 0); }, "loss_rate must be 0..1");
    }
    check_refused([] { bellcore_erasures(0.82, 0); },
                  "loss_rate must be at most 0.815463");
    bellcore_erasures process(0.3, 1);
    check_refused([&] { process.set_loss_rate(0.9); }, "at most 0.815463");
    BOOST_CHECK_EQUAL(process.loss_rate(), 0.3);
    BOOST_CHECK_EQUAL(decisions(process, 24), "111001111100000000000000");
}
