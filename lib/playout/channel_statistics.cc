/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/largesc/playout/channel_statistics.h>
#include <algorithm>
#include <stdexcept>

namespace gr {
namespace largesc {

namespace {

constexpr size_t windows = 5;  // that a change is told from
constexpr size_t fewest = 8;   // packets behind a change; twice as many before it
constexpr double change = 4.5; // standard deviations between the two loss rates
constexpr double least_rate =
    0.05;                       // below it, scatter is no normal distribution any more
constexpr size_t looked_at = 4; // packets from one look for a change to the next

} // namespace

channel_statistics::channel_statistics(size_t window)
    : d_window(window), d_lost(windows * window, false)
{
    if (window == 0) {
        throw std::invalid_argument("channel_statistics: window must be at least 1");
    }
}

void channel_statistics::add(bool lost)
{
    if (d_filled == d_lost.size()) {
        forget_oldest();
    }
    d_all.lost += lost;
    d_all.runs += lost && !(d_filled && lost_at(0));
    d_lost[d_next] = lost;
    d_next = (d_next + 1) % d_lost.size();
    d_filled++;
    if (d_next % looked_at == 0) {
        forget_before_a_change();
    }
}

void channel_statistics::forget_before_a_change()
{
    const size_t since = packets_since_a_change();
    if (since < d_filled) {
        d_filled = since;
        d_all = among_newest(since);
    }
}

void channel_statistics::forget_oldest()
{
    const bool was_lost = lost_at(d_filled - 1);
    d_all.lost -= was_lost;
    d_all.runs -= was_lost && !(d_filled > 1 && lost_at(d_filled - 2));
    d_filled--;
}

void channel_statistics::reset()
{
    d_filled = 0;
    d_all = losses();
}

bool channel_statistics::lost_at(size_t age) const
{
    return d_lost[(d_next + d_lost.size() - 1 - age) % d_lost.size()];
}

double channel_statistics::loss_rate() const
{
    return d_filled ? double(among_newest(window()).lost) / window() : 0.0;
}

double channel_statistics::mean_burst() const
{
    const auto found = among_newest(window());
    return found.runs ? double(found.lost) / found.runs : 0.0;
}

channel_statistics::losses channel_statistics::among_newest(size_t packets) const
{
    losses found;
    for (size_t age = 0; age < packets; age++) {
        found.lost += lost_at(age);
        found.runs += lost_at(age) && (age == 0 || !lost_at(age - 1));
    }
    return found;
}

/*!
 * The split whose two loss rates differ most, in standard deviations, if that is by
 * enough. Losses in runs b times as long as by chance scatter by 2 b - 1 times the
 * variance of losses that come singly.
 */
size_t channel_statistics::packets_since_a_change() const
{
    if (d_all.lost == 0 || d_all.lost == d_filled) {
        return d_filled;
    }
    const double rate = double(d_all.lost) / d_filled;
    const double longer = std::max(double(d_all.lost) / d_all.runs * (1.0 - rate), 1.0);
    const double scatters = std::max(rate, least_rate);
    const double variance = scatters * (1.0 - rate) * (2.0 * longer - 1.0);
    size_t newest = d_filled;
    double farthest = change * change;
    double lost = 0.0;
    for (size_t n = 1; n <= d_window && n + 2 * fewest <= d_filled; n++) {
        lost += lost_at(n - 1);
        const double before = d_filled - n;
        const double apart = lost / n - (d_all.lost - lost) / before;
        const double far = apart * apart / (variance * (1.0 / n + 1.0 / before));
        if (n >= fewest && far > farthest) {
            farthest = far;
            newest = n;
        }
    }
    return newest;
}

} // namespace largesc
} // namespace gr
