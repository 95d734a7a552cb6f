/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "qa_loss_statistics.h"
#include <gnuradio/largesc/loss/gilbert_erasures.h>
#include <limits>
#include <stdexcept>

using gr::largesc::gilbert_erasures;

BOOST_AUTO_TEST_CASE(t_rate_and_lengths_are_those_of_theory)
{
    for (const double rate : { 0.1, 0.3, 0.5 }) {
        for (const double burst : { 2.0, 3.0, 5.0 }) {
            gilbert_erasures process(rate, burst, 7);
            const auto trace = sample(process, 400000);
            const auto bursts = geometric(1.0 - 1.0 / burst);
            const auto gaps = geometric(1.0 - rate / (burst * (1.0 - rate)));
            check_share(trace, rate, bursts, gaps);
            check_lengths(trace, true, bursts);
            check_lengths(trace, false, gaps);
            BOOST_CHECK_EQUAL(process.mean_burst(), burst);
            BOOST_CHECK_EQUAL(process.loss_rate(), rate);
        }
    }
}

BOOST_AUTO_TEST_CASE(t_first_packets_are_lost_as_often_as_any)
{
    check_start<gilbert_erasures>(0.3, 20.0);
}

BOOST_AUTO_TEST_CASE(t_a_seed_is_the_same_everywhere)
{
    gilbert_erasures process(0.3, 3.0, 1), last(0.3, 3.0, UINT64_MAX);
    BOOST_CHECK_EQUAL(decisions(process, 48),
                      "111100111110000000000000111000000000011000110000");
    BOOST_CHECK_EQUAL(decisions(last, 48),
                      "011000011001001100000000000000000010000000100000");
    check_reset(process, "111100111110000000000000");
}

BOOST_AUTO_TEST_CASE(t_shortest_burst_is_that_of_independent_losses)
{
    gilbert_erasures process(0.3, 1.0 / (1.0 - 0.3), 7);
    const auto trace = sample(process, 200000);
    check_share(trace, 0.3, geometric(0.3), geometric(0.7));
    check_lengths(trace, true, geometric(0.3));
}

BOOST_AUTO_TEST_CASE(t_nothing_is_lost_at_0)
{
    gilbert_erasures process(0.0, 3.0, 7);
    BOOST_CHECK_EQUAL(decisions(process, 40), std::string(40, '0'));
    BOOST_CHECK_EQUAL(process.mean_burst(), 0.0);
}

BOOST_AUTO_TEST_CASE(t_rate_changes_for_the_packets_to_come_and_the_burst_stays)
{
    gilbert_erasures process(0.1, 4.0, 7);
    decisions(process, 1000);
    process.set_loss_rate(0.5);
    const auto trace = sample(process, 400000);
    check_share(trace, 0.5, geometric(0.75), geometric(0.75));
    check_lengths(trace, true, geometric(0.75));
    process.reset();
    gilbert_erasures fresh(0.5, 4.0, 7);
    BOOST_CHECK_EQUAL(decisions(process, 500), decisions(fresh, 500));
}

BOOST_AUTO_TEST_CASE(t_what_it_cannot_have_is_refused)
{
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const double infinity = std::numeric_limits<double>::infinity();
    for (const double rate : { -0.1, 1.1, nan }) {
        check_refused([=] { gilbert_erasures(rate, 3.0, 0); }, "loss_rate must be 0..1");
    }
    check_refused([] { gilbert_erasures(1.0, 3.0, 0); }, "loss_rate must be below 1");
    check_refused([] { gilbert_erasures(0.0, 0.9, 0); },
                  "1 / (1 - 0) = 1 packets, not 0.9");
    check_refused([] { gilbert_erasures(0.5, 1.9, 0); }, "less bursty than chance");
    check_refused([=] { gilbert_erasures(0.5, nan, 0); }, "not nan");
    check_refused([=] { gilbert_erasures(0.5, infinity, 0); }, "not inf");
}

BOOST_AUTO_TEST_CASE(t_a_refused_rate_changes_nothing)
{
    gilbert_erasures process(0.3, 3.0, 1);
    check_refused([&] { process.set_loss_rate(0.7); }, "burst must be at least");
    BOOST_CHECK_EQUAL(process.loss_rate(), 0.3);
    BOOST_CHECK_EQUAL(decisions(process, 24), "111100111110000000000000");
}
