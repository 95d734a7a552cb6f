/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_ARRIVAL_SLACK_H
#define INCLUDED_LARGESC_ARRIVAL_SLACK_H

#include <gnuradio/largesc/api.h>
#include <cstddef>
#include <deque>

namespace gr {
namespace largesc {

/*!
 * \brief How long before they are needed packets come, over the last ten seconds of them.
 *
 * What decides is not the mean but the packets that come last: a 50th of them may miss
 * their time (one outlier must not cost every later frame its delay), the next must not.
 */
class LARGESC_API arrival_slack
{
public:
    static constexpr size_t capacity = 125; //!< packets: ten seconds
    static constexpr size_t enough = 25;    //!< packets before anything is concluded

    //! Adds a packet that came so many seconds before it was needed; negative if after.
    void add(double seconds);

    //! Playout moved by so many seconds: what was measured before moves along.
    void shift(double seconds);

    //! Forgets all packets.
    void reset() { d_seconds.clear(); }

    //! Whether there are packets enough to conclude from.
    bool settled() const { return d_seconds.size() >= enough; }

    //! Slack that all but a 50th of the packets have, in seconds. Only if settled.
    double low() const { return smallest(d_seconds.size() / 50); }

    //! Slack of the packet in the middle, in seconds. Only if settled.
    double median() const { return smallest(d_seconds.size() / 2); }

    //! By how much the last twentieth of the packets comes later than the middle one, in
    //! seconds. Only if settled.
    double jitter() const { return median() - smallest(d_seconds.size() / 20); }

private:
    double smallest(size_t rank) const;

    std::deque<double> d_seconds;
};

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_ARRIVAL_SLACK_H */
