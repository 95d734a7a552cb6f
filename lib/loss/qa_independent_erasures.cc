/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "qa_loss_statistics.h"
#include <gnuradio/largesc/loss/independent_erasures.h>
#include <limits>
#include <stdexcept>

using gr::largesc::independent_erasures;

BOOST_AUTO_TEST_CASE(t_rate_and_lengths_are_those_of_theory)
{
    for (const double rate : { 0.05, 0.1, 0.3, 0.5, 0.9 }) {
        independent_erasures process(rate, 7);
        const auto trace = sample(process, 200000);
        check_share(trace, rate, geometric(rate), geometric(1.0 - rate));
        check_lengths(trace, true, geometric(rate));
        check_lengths(trace, false, geometric(1.0 - rate));
        BOOST_CHECK_CLOSE(process.mean_burst(), moments_of(geometric(rate)).mean, 1e-6);
    }
}

BOOST_AUTO_TEST_CASE(t_nothing_is_lost_at_0_and_everything_at_1)
{
    independent_erasures none(0.0, 7), all(1.0, 7);
    BOOST_CHECK_EQUAL(decisions(none, 40), std::string(40, '0'));
    BOOST_CHECK_EQUAL(decisions(all, 40), std::string(40, '1'));
    BOOST_CHECK_EQUAL(none.mean_burst(), 0.0);
}

BOOST_AUTO_TEST_CASE(t_a_seed_is_the_same_everywhere)
{
    independent_erasures process(0.5, 1);
    // From the definition of mt19937_64 (C++17, [rand.predef]); also checked in Python,
    // as are the decisions that the tests of the other processes expect.
    BOOST_CHECK_EQUAL(decisions(process, 48),
                      "111110110010011110111011111100010110011101010000");
    check_reset(process, "111110110010011110111011");
}

BOOST_AUTO_TEST_CASE(t_rate_changes_for_the_packets_to_come)
{
    independent_erasures process(0.0, 1);
    decisions(process, 24);
    process.set_loss_rate(0.5);
    BOOST_CHECK_EQUAL(decisions(process, 24), "111100010110011101010000");
}

BOOST_AUTO_TEST_CASE(t_rate_outside_0_to_1_is_refused)
{
    for (const double rate : { -0.1, 1.1, std::numeric_limits<double>::quiet_NaN() }) {
        check_refused([=] { independent_erasures(rate, 0); }, "loss_rate must be 0..1");
    }
}
