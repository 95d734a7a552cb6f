/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/largesc/independent_erasures.h>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>

using gr::largesc::independent_erasures;

BOOST_AUTO_TEST_CASE(t_rate_is_met)
{
    for (const double rate : { 0.0, 0.1, 0.3, 0.5, 1.0 }) {
        const int packets = 200000;
        independent_erasures process(rate, 7);
        int lost = 0;
        for (int n = 0; n < packets; n++) {
            lost += process.next_is_lost();
        }
        const double deviation = std::sqrt(rate * (1 - rate) / packets);
        BOOST_CHECK_SMALL(double(lost) / packets - rate, 4 * deviation + 1e-12);
    }
}

BOOST_AUTO_TEST_CASE(t_losses_do_not_remember)
{
    independent_erasures process(0.3, 11);
    int after_loss = 0, lost_again = 0;
    bool before = false;
    for (int n = 0; n < 300000; n++) {
        const bool lost = process.next_is_lost();
        after_loss += before;
        lost_again += before && lost;
        before = lost;
    }
    BOOST_CHECK_CLOSE(double(lost_again) / after_loss, 0.3, 2.0);
}

BOOST_AUTO_TEST_CASE(t_a_seed_is_the_same_everywhere)
{
    independent_erasures process(0.5, 1);
    std::string pattern;
    for (int n = 0; n < 24; n++) {
        pattern += process.next_is_lost() ? '1' : '0';
    }
    // From the definition of mt19937_64 (C++17, [rand.predef]); also checked in Python.
    BOOST_CHECK_EQUAL(pattern, "111110110010011110111011");
}

BOOST_AUTO_TEST_CASE(t_rate_outside_0_to_1_is_refused)
{
    BOOST_CHECK_THROW(independent_erasures(-0.1, 0), std::invalid_argument);
    BOOST_CHECK_THROW(independent_erasures(1.1, 0), std::invalid_argument);
    BOOST_CHECK_THROW(independent_erasures(std::numeric_limits<double>::quiet_NaN(), 0),
                      std::invalid_argument);
}
