/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "qa_loss_statistics.h"
#include <gnuradio/largesc/loss/gilbert_elliott_erasures.h>
#include <limits>
#include <stdexcept>

using gr::largesc::gilbert_elliott_erasures;

namespace {

// Losses may be in both states: the covariance of packets k apart is (b - g)^2 S (1 - S)
// rho^k with rho = 1 - p - r, and the variance of the mean of N packets its sum over all
// k, by N.
double variance_of_share(double rate, double burst, double in_good, double in_bad)
{
    const double share = (rate - in_good) / (in_bad - in_good);
    const double rho = 1.0 - 1.0 / (burst * (1.0 - share));
    const double spread = std::pow(in_bad - in_good, 2) * share * (1.0 - share);
    return rate * (1.0 - rate) + 2.0 * spread * rho / (1.0 - rho);
}

} // namespace

BOOST_AUTO_TEST_CASE(t_bursts_of_the_default_are_those_of_theory)
{
    // No loss in the good state: a burst begins in the bad one and goes on if the chain
    // stays there and the next packet is lost as well.
    for (const double rate : { 0.1, 0.3, 0.4 }) {
        for (const double burst : { 6.0, 20.0 }) {
            gilbert_elliott_erasures process(rate, burst, 7);
            const auto trace = sample(process, 400000);
            const auto bursts = geometric((1.0 - 1.0 / burst) * 0.5);
            check_lengths(trace, true, bursts);
            BOOST_CHECK_CLOSE(process.mean_burst(), moments_of(bursts).mean, 1e-6);
        }
    }
}

BOOST_AUTO_TEST_CASE(t_rate_and_mean_burst_are_those_of_theory)
{
    const struct {
        double rate, burst, in_good, in_bad;
    } cases[] = { { 0.1, 3.0, 0.0, 0.5 },
                  { 0.4, 20.0, 0.0, 0.5 },
                  { 0.3, 5.0, 0.1, 0.8 },
                  { 0.3, 5.0, 0.0, 1.0 },
                  { 0.02, 50.0, 0.01, 0.6 } };
    // Many seeds, so that the deviation of the figures can be taken from themselves.
    constexpr int seeds = 200, packets = 4001;
    for (const auto& c : cases) {
        double lost = 0.0, excess = 0.0, squares = 0.0, mean_burst = 0.0;
        for (int seed = 0; seed < seeds; seed++) {
            gilbert_elliott_erasures process(c.rate, c.burst, seed, c.in_good, c.in_bad);
            mean_burst = process.mean_burst();
            const auto trace = sample(process, packets);
            int lost_now = 0, bursts = 0;
            for (int n = 1; n < packets; n++) {
                lost_now += trace[n];
                bursts += trace[n] && !trace[n - 1];
            }
            const double deviation = lost_now - mean_burst * bursts; // 0 in the mean
            lost += lost_now;
            excess += deviation;
            squares += deviation * deviation;
        }
        const double total = double(seeds) * (packets - 1);
        const double variance = variance_of_share(c.rate, c.burst, c.in_good, c.in_bad);
        BOOST_CHECK_SMALL(lost / total - c.rate, 4.0 * std::sqrt(variance / total));
        BOOST_CHECK_SMALL(excess, 4.0 * std::sqrt(squares));
        BOOST_CHECK_GT(mean_burst, 1.0);
    }
}

BOOST_AUTO_TEST_CASE(t_shares_lost_in_the_states_1_and_0_are_gilberts)
{
    const auto bursts = geometric(0.75), gaps = geometric(1.0 - 0.3 / (4.0 * 0.7));
    gilbert_elliott_erasures process(0.3, 4.0, 7, 0.0, 1.0);
    const auto trace = sample(process, 400000);
    check_share(trace, 0.3, bursts, gaps);
    check_lengths(trace, true, bursts);
    check_lengths(trace, false, gaps);
}

BOOST_AUTO_TEST_CASE(t_first_packets_are_lost_as_often_as_any)
{
    for (const double rate : { 0.1, 0.4 }) {
        constexpr int seeds = 20000;
        int lost = 0;
        for (int seed = 0; seed < seeds; seed++) {
            gilbert_elliott_erasures process(rate, 30.0, seed);
            lost += process.next_is_lost();
        }
        BOOST_CHECK_SMALL(double(lost) / seeds - rate,
                          4.0 * std::sqrt(rate * (1.0 - rate) / seeds));
    }
}

BOOST_AUTO_TEST_CASE(t_a_seed_is_the_same_everywhere)
{
    gilbert_elliott_erasures process(0.3, 5.0, 1), other(0.3, 5.0, 1, 0.1, 0.8);
    BOOST_CHECK_EQUAL(decisions(process, 48),
                      "110010110111100010100000001111100000000000001011");
    BOOST_CHECK_EQUAL(decisions(other, 48),
                      "110111110000011110101100001011100110000000010000");
    check_reset(process, "110010110111100010100000");
}

BOOST_AUTO_TEST_CASE(t_rate_changes_for_the_packets_to_come)
{
    gilbert_elliott_erasures process(0.1, 10.0, 7);
    decisions(process, 1000);
    process.set_loss_rate(0.4);
    const size_t packets = 400000;
    const auto trace = sample(process, packets);
    const double lost = std::count(trace.begin(), trace.end(), true);
    BOOST_CHECK_SMALL(lost / packets - 0.4,
                      4.0 * std::sqrt(variance_of_share(0.4, 10.0, 0.0, 0.5) / packets));
}

BOOST_AUTO_TEST_CASE(t_what_it_cannot_have_is_refused)
{
    using process = gilbert_elliott_erasures;
    check_refused([] { process(1.5, 9.0, 0); }, "loss_rate must be 0..1");
    check_refused([] { process(0.5, 9.0, 0); }, "below 0.5, that in the bad state");
    check_refused([] { process(0.05, 9.0, 0, 0.1, 0.5); }, "at least 0.1");
    check_refused([] { process(0.4, 4.9, 0); }, "1 / (1 - 0.8) = 5 packets, not 4.9");
    check_refused([] { process(0.3, 9.0, 0, 0.5, 0.5); }, "must be below loss_in_bad");
    check_refused([] { process(0.3, 9.0, 0, -0.1, 0.5); }, "loss_in_good must be 0..1");
    check_refused([] { process(0.3, 9.0, 0, 0.1, 1.5); }, "loss_in_bad must be 0..1");
}

BOOST_AUTO_TEST_CASE(t_a_refused_rate_changes_nothing)
{
    gilbert_elliott_erasures process(0.3, 5.0, 1);
    check_refused([&] { process.set_loss_rate(0.6); }, "must be at least 0");
    check_refused([&] { process.set_loss_rate(0.45); }, "burst must be at least");
    BOOST_CHECK_EQUAL(process.loss_rate(), 0.3);
    BOOST_CHECK_EQUAL(decisions(process, 24), "110010110111100010100000");
}
