/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/largesc/playout/channel_statistics.h>
#include <boost/test/unit_test.hpp>
#include <algorithm>
#include <stdexcept>
#include <string>

using gr::largesc::channel_statistics;

namespace {

channel_statistics after(const std::string& decisions, size_t window)
{
    channel_statistics statistics(window);
    for (const char decision : decisions) {
        statistics.add(decision == '1');
    }
    return statistics;
}

} // namespace

BOOST_AUTO_TEST_CASE(t_an_empty_window_has_no_loss)
{
    const auto statistics = after("", 10);
    BOOST_CHECK_EQUAL(statistics.window(), 0);
    BOOST_CHECK_EQUAL(statistics.loss_rate(), 0.0);
    BOOST_CHECK_EQUAL(statistics.mean_burst(), 0.0);
}

BOOST_AUTO_TEST_CASE(t_runs_are_counted_with_their_length)
{
    const auto statistics = after("0110011100", 10);
    BOOST_CHECK_CLOSE(statistics.loss_rate(), 0.5, 1e-9);
    BOOST_CHECK_CLOSE(statistics.mean_burst(), 2.5, 1e-9);
}

BOOST_AUTO_TEST_CASE(t_a_run_at_either_edge_counts)
{
    BOOST_CHECK_CLOSE(after("1011", 10).mean_burst(), 1.5, 1e-9);
    BOOST_CHECK_CLOSE(after("1111", 10).mean_burst(), 4.0, 1e-9);
}

BOOST_AUTO_TEST_CASE(t_the_window_forgets)
{
    const auto statistics = after("1111110100", 4);
    BOOST_CHECK_EQUAL(statistics.window(), 4);
    BOOST_CHECK_CLOSE(statistics.loss_rate(), 0.25, 1e-9);
    BOOST_CHECK_CLOSE(statistics.mean_burst(), 1.0, 1e-9);
}

BOOST_AUTO_TEST_CASE(t_reset_forgets_all)
{
    auto statistics = after("111", 4);
    statistics.reset();
    BOOST_CHECK_EQUAL(statistics.window(), 0);
    statistics.add(false);
    BOOST_CHECK_EQUAL(statistics.loss_rate(), 0.0);
}

BOOST_AUTO_TEST_CASE(t_packets_before_a_change_are_forgotten)
{
    const std::string quiet(200, '0');
    BOOST_CHECK_EQUAL(after(quiet + "00100010", 50).window(), 50);
    const auto worse = after(quiet + "100100101000", 50);
    BOOST_CHECK_LE(worse.window(), 16);
    BOOST_CHECK_GE(worse.loss_rate(), 0.25);
    std::string half;
    for (int n = 0; n < 50; n++) {
        half += "01";
    }
    const auto better = after(half + std::string(32, '0'), 50);
    BOOST_CHECK_LE(better.window(), 32);
    BOOST_CHECK_EQUAL(better.loss_rate(), 0.0);
}

BOOST_AUTO_TEST_CASE(t_fewer_losses_are_found_within_two_seconds)
{
    std::string third;
    for (int n = 0; n < 80; n++) {
        third += n % 2 ? "001" : "010";
    }
    BOOST_CHECK_EQUAL(after(third + std::string(12, '0'), 50).window(), 50); // by chance
    const auto better = after(third + std::string(25, '0'), 50);
    BOOST_CHECK_LE(better.window(), 26);
    BOOST_CHECK_EQUAL(better.loss_rate(), 0.0);
    std::string bursts; // as many losses, in runs of three: such gaps are nothing new
    for (int n = 0; n < 24; n++) {
        bursts += "0001110000";
    }
    BOOST_CHECK_EQUAL(after(bursts + std::string(24, '0'), 50).window(), 50);
}

BOOST_AUTO_TEST_CASE(t_bursts_are_no_change)
{
    BOOST_CHECK_EQUAL(after(std::string(46, '0') + "1111", 50).window(), 50);
    std::string bursts;
    for (int n = 0; n < 20; n++) {
        bursts += "0000000000111";
        BOOST_CHECK_EQUAL(after(bursts, 50).window(),
                          std::min<size_t>(bursts.size(), 50));
    }
}

BOOST_AUTO_TEST_CASE(t_no_window_is_refused)
{
    BOOST_CHECK_THROW(channel_statistics(0), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(t_what_nobody_sent_is_taken_back)
{
    channel_statistics statistics(4);
    for (const bool lost : { true, false, true, true }) {
        statistics.add(lost);
    }
    statistics.withdraw(2);
    BOOST_CHECK_EQUAL(statistics.window(), 2);
    BOOST_CHECK_EQUAL(statistics.loss_rate(), 0.5);
    statistics.add(false);
    BOOST_CHECK_CLOSE(statistics.loss_rate(), 1.0 / 3.0, 1e-9);
    statistics.withdraw(5);
    BOOST_CHECK_EQUAL(statistics.window(), 0);
}
