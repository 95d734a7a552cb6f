/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/largesc/playout/channel_statistics.h>
#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace gr {
namespace largesc {

namespace {

constexpr size_t windows = 5;  // that a change is told from
constexpr size_t fewest = 8;   // packets behind a change; twice as many before it
constexpr double change = 4.5; // standard deviations between the two loss rates
// Fewer losses show later than more. So they are told by the very likelihood, which says
// more of rates near 0: by how much two rates explain the losses better than one, in
// nats.
constexpr double fewer_losses = 7.5;
constexpr double least_rate =
    0.05;                       // below it, scatter is no normal distribution any more
constexpr size_t looked_at = 4; // packets from one look for a change to the next

//! Nats by which this rate of losses explains that share of them worse than the share.
double divergence(double share, double rate)
{
    const auto term = [](double p, double q) {
        return p > 0.0 ? p * std::log(p / q) : 0.0;
    };
    return term(share, rate) + term(1.0 - share, 1.0 - rate);
}

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

void channel_statistics::withdraw(size_t packets)
{
    packets = std::min(packets, d_filled);
    d_filled -= packets;
    d_next = (d_next + d_lost.size() - packets) % d_lost.size();
    d_all = among_newest(d_filled);
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
 * The split whose two loss rates differ most, if that is by enough. Losses in runs b
 * times as long as by chance scatter by 2 b - 1 times the variance of losses that come
 * singly, and tell as much less.
 */
size_t channel_statistics::packets_since_a_change() const
{
    if (d_all.lost == 0 || d_all.lost == d_filled) {
        return d_filled;
    }
    const double rate = double(d_all.lost) / d_filled;
    const double longer = std::max(double(d_all.lost) / d_all.runs * (1.0 - rate), 1.0);
    const double spread = 2.0 * longer - 1.0;
    const double scatters = std::max(rate, least_rate);
    const double variance = scatters * (1.0 - rate) * spread;
    size_t newest = d_filled;
    double farthest = 1.0; // of what is enough
    double lost = 0.0;
    for (size_t n = 1; n <= d_window && n + 2 * fewest <= d_filled; n++) {
        lost += lost_at(n - 1);
        if (n < fewest) {
            continue;
        }
        const double packets = double(n);
        const double before = double(d_filled) - packets;
        const double now = lost / packets, then = (d_all.lost - lost) / before;
        const double apart = now - then;
        double far = apart * apart / (variance * (1.0 / packets + 1.0 / before)) /
                     (change * change);
        if (apart < 0.0) {
            const double nats =
                packets * divergence(now, rate) + before * divergence(then, rate);
            far = std::max(far, nats / spread / fewer_losses);
        }
        if (far > farthest) {
            farthest = far;
            newest = n;
        }
    }
    return newest;
}

} // namespace largesc
} // namespace gr
