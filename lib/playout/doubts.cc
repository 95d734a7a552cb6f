/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "unwrap.h"
#include <gnuradio/largesc/playout/doubts.h>
#include <gnuradio/largesc/playout/playout_step.h>
#include <cmath>
#include <stdexcept>
#include <utility>

namespace gr {
namespace largesc {

arrival_time arrival_time::found(double now, double behind)
{
    if (!(behind >= 0.0) || !std::isfinite(behind)) {
        throw std::invalid_argument("playout: behind must be 0 or more, and finite");
    }
    return { now - behind, behind };
}

void doubts::clear()
{
    d_packet.reset();
    d_announcement.reset();
}

void doubts::keep(const announced_place& a, bool goes_on)
{
    d_announcement = a;
    d_stream_went_on = goes_on;
}

std::optional<doubts::timed_packet> doubts::take_packet()
{
    return std::exchange(d_packet, std::nullopt);
}

std::optional<announced_place> doubts::take_announcement()
{
    return std::exchange(d_announcement, std::nullopt);
}

bool doubts::announces(int sequence) const
{
    if (!d_announcement || d_announcement->ends || d_stream_went_on) {
        return false;
    }
    const int first = int(d_announcement->frame % packet_codec::sequence_modulus);
    return distance(first, sequence) < max_jump;
}

bool doubts::says_the_same(const announced_place& a) const
{
    if (!d_announcement || d_announcement->session != a.session ||
        d_announcement->ends != a.ends) {
        return false;
    }
    // Announcements come every 25 frames, and some are lost; an end is said at once.
    const int64_t later = unwrap(a.frame - d_announcement->frame, announced_modulus, 0);
    return later <= (a.ends ? 0 : packet_codec::sequence_modulus);
}

int doubts::distance(int sequence, int64_t number)
{
    return int(unwrap(number - sequence, packet_codec::sequence_modulus, 0));
}

bool doubts::follows(int sequence, int64_t number)
{
    const int frames = distance(sequence, number);
    return frames >= 1 && frames <= max_jump;
}

} // namespace largesc
} // namespace gr
