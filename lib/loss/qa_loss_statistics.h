/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_QA_LOSS_STATISTICS_H
#define INCLUDED_LARGESC_QA_LOSS_STATISTICS_H

#include <gnuradio/largesc/loss/loss_process.h>
#include <gnuradio/largesc/loss/loss_trace.h>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/test/unit_test.hpp>
#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>

// What the tests of loss processes share: decisions, and statistics against theory.

inline gr::largesc::loss_trace sample(gr::largesc::loss_process& process, size_t packets)
{
    gr::largesc::loss_trace trace;
    for (size_t n = 0; n < packets; n++) {
        trace.push_back(process.next_is_lost());
    }
    return trace;
}

inline std::string decisions(gr::largesc::loss_process& process, size_t packets)
{
    std::string text;
    for (const bool lost : sample(process, packets)) {
        text += lost ? '1' : '0';
    }
    return text;
}

//! reset() must bring the decisions of a new process again, from any point.
inline void check_reset(gr::largesc::loss_process& process, const std::string& first)
{
    decisions(process, 997);
    process.reset();
    BOOST_CHECK_EQUAL(decisions(process, first.size()), first);
}

//! Probability of a run of n packets, for n = 1, 2...
using length_distribution = std::function<double(size_t)>;

inline length_distribution geometric(double goes_on)
{
    return [=](size_t n) { return (1.0 - goes_on) * std::pow(goes_on, n - 1.0); };
}

struct moments {
    double mean;
    double variance;
};

inline moments moments_of(const length_distribution& lengths)
{
    double mean = 0.0, square = 0.0;
    for (size_t n = 1; n <= 10000; n++) {
        mean += n * lengths(n);
        square += double(n) * n * lengths(n);
    }
    return { mean, square - mean * mean };
}

/*!
 * Share of losses against the loss rate, within four standard deviations.
 *
 * Bursts and gaps alternate and do not depend on each other, so N packets lose a share of
 * variance Var(B (1 - P) - G P) / E(B + G) / N (renewal reward theorem): bursts make it
 * larger than P (1 - P) / N.
 */
inline void check_share(const gr::largesc::loss_trace& trace,
                        double loss_rate,
                        const length_distribution& bursts,
                        const length_distribution& gaps)
{
    const auto burst = moments_of(bursts), gap = moments_of(gaps);
    BOOST_CHECK_CLOSE(burst.mean / (burst.mean + gap.mean), loss_rate, 1e-4);
    const double variance = (std::pow(1.0 - loss_rate, 2) * burst.variance +
                             std::pow(loss_rate, 2) * gap.variance) /
                            (burst.mean + gap.mean) / trace.size();
    const double lost = std::count(trace.begin(), trace.end(), true);
    BOOST_CHECK_SMALL(lost / trace.size() - loss_rate, 4.0 * std::sqrt(variance));
}

//! How many runs there are of each length; the first and the last, cut by the ends, are
//! not.
inline std::map<size_t, size_t> run_lengths(const gr::largesc::loss_trace& trace,
                                            bool lost)
{
    std::map<size_t, size_t> counts;
    size_t length = 0;
    bool whole = false;
    for (const bool packet : trace) {
        if (packet == lost) {
            length++;
            continue;
        }
        if (whole && length) {
            counts[length]++;
        }
        length = 0;
        whole = true;
    }
    return counts;
}

//! Pearson's chi-square test of run lengths. There are some sixty of them: at a level of
//! 1e-5 each, one right implementation in 1600 would fail any.
inline void check_lengths(const gr::largesc::loss_trace& trace,
                          bool lost,
                          const length_distribution& probability)
{
    const auto counts = run_lengths(trace, lost);
    size_t runs = 0;
    for (const auto& [length, count] : counts) {
        runs += count;
    }
    BOOST_REQUIRE_GT(runs, 1000u);
    double chi_square = 0.0, rest = 1.0;
    size_t cells = 0, seen = 0;
    auto add_cell = [&](double expected, double observed) {
        chi_square += std::pow(observed - expected, 2) / expected;
        cells++;
    };
    // One cell per length while both it and what remains expect ten runs; then the rest.
    for (size_t n = 1;
         runs * probability(n) >= 10 && runs * (rest - probability(n)) >= 10;
         n++) {
        const size_t observed = counts.count(n) ? counts.at(n) : 0;
        add_cell(runs * probability(n), observed);
        rest -= probability(n);
        seen += observed;
    }
    add_cell(runs * rest, runs - seen);
    BOOST_REQUIRE_GE(cells, 2u);
    const boost::math::chi_squared theory(cells - 1.0);
    BOOST_TEST_MESSAGE("chi-square " << chi_square << ", " << cells << " cells, " << runs
                                     << " runs");
    BOOST_CHECK_LT(chi_square,
                   boost::math::quantile(boost::math::complement(theory, 1e-5)));
}

/*!
 * The first packets of many seeds are lost as often as any other.
 * Seeds are independent, so that the deviation is that of independent trials.
 */
template <typename Process, typename... Arguments>
void check_start(double loss_rate, Arguments... before_seed)
{
    constexpr int seeds = 20000, packets = 12;
    int lost[packets] = {};
    for (int seed = 0; seed < seeds; seed++) {
        Process process(loss_rate, before_seed..., seed);
        for (auto& count : lost) {
            count += process.next_is_lost();
        }
    }
    const double deviation = std::sqrt(loss_rate * (1.0 - loss_rate) / seeds);
    for (const auto& count : lost) {
        BOOST_CHECK_SMALL(double(count) / seeds - loss_rate, 4.0 * deviation);
    }
}

//! Expects std::invalid_argument with this text in its message.
template <typename Action>
void check_refused(Action action, const std::string& says)
{
    try {
        action();
    } catch (const std::invalid_argument& error) {
        const std::string message = error.what();
        BOOST_CHECK_MESSAGE(message.find(says) != std::string::npos,
                            '"' << message << "\" does not say \"" << says << '"');
        return;
    }
    BOOST_ERROR("not refused: " << says);
}

#endif /* INCLUDED_LARGESC_QA_LOSS_STATISTICS_H */
