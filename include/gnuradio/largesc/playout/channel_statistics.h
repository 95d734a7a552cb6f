/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_CHANNEL_STATISTICS_H
#define INCLUDED_LARGESC_CHANNEL_STATISTICS_H

#include <gnuradio/largesc/api.h>
#include <algorithm>
#include <cstddef>
#include <vector>

namespace gr {
namespace largesc {

/*!
 * \brief Loss rate and burst length over a sliding window of packets.
 *
 * The loss rate is the share of lost packets in the window. The mean burst length is the
 * number of lost packets divided by the number of runs they form; a run that the window's
 * edge cuts counts with the part inside.
 *
 * Where the newest packets are lost at another rate than those before them, by far more
 * than chance would have it, the latter are of another channel: they are forgotten, and
 * the window grows anew. Of windows below 16 packets nobody could tell.
 */
class LARGESC_API channel_statistics
{
public:
    /*!
     * \param window packets looked at, at least 1
     * \throws std::invalid_argument window is 0
     */
    explicit channel_statistics(size_t window);

    //! Adds the newest packet; forgets the one that leaves the window, and another
    //! channel.
    void add(bool lost);

    //! Forgets all packets.
    void reset();

    //! Packets in the window so far, at most its size.
    size_t window() const { return std::min(d_filled, d_window); }

    //! Share of the packets in the window that are lost, 0..1; 0 if it is empty.
    double loss_rate() const;

    //! Mean length of the runs of lost packets in the window; 0 without any.
    double mean_burst() const;

private:
    struct losses {
        size_t lost = 0;
        size_t runs = 0;
    };

    bool lost_at(size_t age) const;
    void forget_oldest();
    void forget_before_a_change();
    losses among_newest(size_t packets) const;
    size_t packets_since_a_change() const;

    size_t d_window;
    std::vector<bool> d_lost; // ring, of several windows
    losses d_all;             // among those in the ring
    size_t d_filled = 0;
    size_t d_next = 0;
};

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_CHANNEL_STATISTICS_H */
