/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "over_receiver.h"
#include <algorithm>

namespace gr {
namespace largesc {

namespace {

// Evidence is in natural logarithms: of 162,000 candidates that are none, one is
// confirmed.
constexpr double enough_to_confirm = 12.0;
constexpr double enough_to_believe = 10.0;
constexpr double most_presence = 10.0;
constexpr size_t slots_to_confirm = 6; // after those that the search has seen
constexpr size_t longest_fade = 25;    // slots: two seconds

} // namespace

over_receiver::over_receiver(const receive_settings& settings,
                             slot_decoder& decoder,
                             std::unique_ptr<slot_tracker> tracker,
                             size_t seen_slots)
    : d_settings(settings),
      d_decoder(decoder),
      d_tracker(std::move(tracker)),
      d_seen_slots(long(seen_slots))
{
}

bool over_receiver::can_receive(const sample_history& samples) const
{
    return d_tracker->end(d_next_slot + long(d_settings.look_ahead)) <= samples.end();
}

int64_t over_receiver::earliest_sample() const
{
    return d_tracker->earliest_sample(d_next_slot + long(d_waiting.size()));
}

bool over_receiver::is_over() const
{
    return d_confirmed ? d_failed > longest_fade
                       : d_next_slot > d_seen_slots + long(slots_to_confirm);
}

bool over_receiver::is_same(const slot_candidate& candidate) const
{
    return d_tracker->is_same(candidate, d_next_slot);
}

bool over_receiver::is_plausible(const decoded_slot& best) const
{
    return best.word.reliability() >= d_settings.least_reliability;
}

bool over_receiver::judge(const decoded_slot& best, double pilots)
{
    const bool plausible = is_plausible(best);
    const double now =
        d_presence + pilots + (plausible ? double(best.word.evidence) : 0.0);
    d_presence = std::clamp(now, 0.0, most_presence);
    if (!d_confirmed) {
        // Unbounded until it is enough.
        d_presence = std::max(now, 0.0);
        d_confirmed = plausible && now >= enough_to_confirm;
        return plausible;
    }
    return plausible && now >= enough_to_believe;
}

std::vector<received_slot> over_receiver::receive(const sample_history& samples)
{
    while (d_waiting.size() <= d_settings.look_ahead) {
        const long slot = d_next_slot + long(d_waiting.size());
        const double pilots = d_tracker->take_in(samples, slot);
        d_waiting.push_back(slot >= d_seen_slots ? pilots : 0.0);
    }
    const long slot = d_next_slot;
    const int64_t since =
        samples.end() - d_tracker->end(slot + long(d_settings.look_ahead));
    const auto best = d_decoder.decode(d_tracker->ratios(slot));
    const bool accepted = judge(best, d_waiting.front());
    const bool failed_before = d_failed > 0;
    d_failed = accepted ? 0 : d_failed + 1;
    d_waiting.pop_front();
    d_next_slot++;
    d_tracker->follow(slot, accepted ? &best.sent : nullptr, d_confirmed);
    d_held.push_back(report(slot, best, accepted));
    if (accepted && failed_before && d_settings.second_tries) {
        try_again(slot - 1);
    }
    return d_confirmed ? let_out(slot, since) : std::vector<received_slot>();
}

// All that is held; the newest slot could be received `since` samples ago.
std::vector<received_slot> over_receiver::let_out(long slot, int64_t since)
{
    const double newest = d_tracker->place(slot).start;
    for (auto& held : d_held) {
        held.behind = std::max(0.0, double(since) + newest - held.start);
    }
    std::vector<received_slot> out;
    out.swap(d_held);
    return out;
}

// The slot after it is known by now, and the channel in it all the better.
void over_receiver::try_again(long slot)
{
    const auto best = d_decoder.decode(d_tracker->ratios(slot));
    if (is_plausible(best) &&
        d_presence + double(best.word.evidence) >= enough_to_believe) {
        d_held.push_back(report(slot, best, true));
        d_tracker->know(slot, best.sent);
    }
}

received_slot
over_receiver::report(long slot, const decoded_slot& best, bool accepted) const
{
    const auto place = d_tracker->place(slot);
    received_slot result;
    result.bytes = best.bytes;
    result.soft = best.word.soft_bits;
    result.coded = best.ratios;
    result.accepted = accepted;
    result.margin = best.word.margin;
    result.evidence = best.word.evidence;
    result.snr = place.snr;
    result.start = place.start;
    result.offset = place.offset;
    return result;
}

} // namespace largesc
} // namespace gr
