/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_BELLCORE_ERASURES_H
#define INCLUDED_LARGESC_BELLCORE_ERASURES_H

#include <gnuradio/largesc/loss/loss_process.h>
#include <gnuradio/largesc/loss/uniform_random.h>
#include <array>

namespace gr {
namespace largesc {

/*!
 * \brief Burst frame erasures of ITU-T G.191 (Software Tool Library), Bellcore's model.
 *
 * A burst of n packets goes on with probability continuation[n - 1], so that none is
 * longer than ten; at least one packet passes before the next burst. After a packet that
 * passed, a burst begins with p = P/(L (1 - P)), L = 4.42 packets being the mean burst.
 */
class LARGESC_API bellcore_erasures : public loss_process
{
public:
    static constexpr std::array<double, 10> continuation{ 0.85,  0.825, 0.8, 0.775, 0.75,
                                                          0.725, 0.7,   0.6, 0.45,  0.0 };

    /*!
     * \param loss_rate P, 0..0.815. At the highest, L/(L + 1), one packet passes between
     *        any two bursts; G.191 itself goes from 0.005 to 0.3.
     * \param seed of the random generator
     * \throws std::invalid_argument loss_rate outside this range
     */
    bellcore_erasures(double loss_rate, uint64_t seed);

    //! Draws one random number.
    bool next_is_lost() override;
    //! Draws whether the first packet finds a burst under way, and how long that is by
    //! then. G.191 starts outside a burst and so loses too little at first, which biases
    //! short files.
    void reset() override;
    double loss_rate() const override { return d_loss_rate; }
    //! A burst under way goes on.
    void set_loss_rate(double loss_rate) override;
    double mean_burst() const override;
    std::string description() const override;

private:
    double d_loss_rate;
    double d_enter;
    size_t d_lost_so_far = 0; // packets of the burst under way
    uniform_random d_random;
};

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_BELLCORE_ERASURES_H */
