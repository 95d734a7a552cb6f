/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/largesc/loss/burst_statistics.h>
#include <boost/test/unit_test.hpp>
#include <string>

using gr::largesc::burst_statistics;

namespace {

burst_statistics statistics_of(const std::string& decisions)
{
    burst_statistics statistics;
    for (const char decision : decisions) {
        statistics.add(decision == '1');
    }
    return statistics;
}

} // namespace

BOOST_AUTO_TEST_CASE(t_packets_losses_and_bursts_are_counted)
{
    const auto statistics = statistics_of("1101110001");
    BOOST_CHECK_EQUAL(statistics.packets(), 10u);
    BOOST_CHECK_EQUAL(statistics.lost(), 6u);
    BOOST_CHECK_EQUAL(statistics.bursts(), 3u);
    BOOST_CHECK_EQUAL(statistics.longest_burst(), 3u);
    BOOST_CHECK_CLOSE(statistics.loss_rate(), 0.6, 1e-9);
    BOOST_CHECK_CLOSE(statistics.mean_burst(), 2.0, 1e-9);
}

BOOST_AUTO_TEST_CASE(t_nothing_lost_and_nothing_sent_are_0)
{
    for (const std::string decisions : { "", "000" }) {
        const auto statistics = statistics_of(decisions);
        BOOST_CHECK_EQUAL(statistics.packets(), decisions.size());
        BOOST_CHECK_EQUAL(statistics.loss_rate(), 0.0);
        BOOST_CHECK_EQUAL(statistics.mean_burst(), 0.0);
        BOOST_CHECK_EQUAL(statistics.longest_burst(), 0u);
    }
}
