/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_FLAT_CHANNEL_H
#define INCLUDED_LARGESC_FLAT_CHANNEL_H

#include <gnuradio/largesc/modem/vhf_waveform.h>
#include <complex>
#include <deque>
#include <vector>

namespace gr {
namespace largesc {

/*!
 * \brief A channel of one path: its complex gain from block to block of a slot, from
 * pilots and from the data of packets that were believed.
 *
 * A Gauss-Markov process, estimated by Kalman's filter there and back (H. E. Rauch, F.
 * Tung, C. T. Striebel, "Maximum likelihood estimates of linear dynamic systems", AIAA
 * Journal 3, 1965). How fast the gain changes (phase noise, Doppler shifts) is one of
 * four rates, the one by which slots that are known were likeliest.
 */
class flat_channel
{
public:
    static constexpr size_t blocks = vhf_waveform::blocks;
    static constexpr long memory = 6; // slots
    static constexpr size_t rates = 4;

    //! Each block of a slot: the mean of its symbols, turned back by what was sent, and
    //! whether that is known.
    struct seen_slot {
        std::array<std::complex<double>, blocks> mean{};
        std::array<bool, blocks> known{};
    };

    //! The gain in each block of a slot, as far as it is known.
    struct gains {
        std::array<std::complex<double>, blocks> mean;
        std::array<double, blocks> variance;
    };

    //! Forgets all slots; power of the gain, and noise of a symbol.
    void reset(double power, double noise);

    double noise() const { return d_noise; }
    void set_noise(double noise) { d_noise = noise; }

    //! Which of the rates it is, the slowest first.
    size_t rate() const { return d_rate; }

    //! A slot came; one with the same number is replaced.
    void know(long slot, const seen_slot& seen);
    //! By all slots that are known.
    gains estimate(long slot) const;
    //! Learns how fast the gain changes, and its power, from this slot, which is known.
    void learn(long slot);

private:
    struct state {
        std::complex<double> mean;
        double variance;
    };
    struct numbered_slot {
        long number;
        seen_slot seen;
    };

    const seen_slot* find(long slot) const;
    double forward(long first,
                   long last,
                   size_t rate,
                   std::vector<state>& predicted,
                   std::vector<state>& filtered) const;

    std::deque<numbered_slot> d_slots; // rising
    double d_power = 1.0, d_noise = 1.0;
    std::array<double, rates> d_fit{}; // logarithms
    size_t d_rate = 0;
};

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_FLAT_CHANNEL_H */
