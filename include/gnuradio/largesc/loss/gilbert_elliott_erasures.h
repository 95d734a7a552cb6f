/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_GILBERT_ELLIOTT_ERASURES_H
#define INCLUDED_LARGESC_GILBERT_ELLIOTT_ERASURES_H

#include <gnuradio/largesc/loss/loss_process.h>
#include <gnuradio/largesc/loss/two_state_chain.h>
#include <gnuradio/largesc/loss/uniform_random.h>

namespace gr {
namespace largesc {

/*!
 * \brief Loses packets with one probability in the good and another in the bad state.
 *
 * ITU-T G.191 (Software Tool Library, error insertion device) has 0 and 0.5, and a burst
 * factor gamma = 1 - p - r in place of the burst length: gamma is 1 - 1/(L (1 - S)), S
 * being the share of packets in the bad state, S = (P - g)/(b - g) for loss rate P and
 * loss probabilities g and b. (E. O. Elliott, "Estimates of error rates for codes on
 * burst-noise channels", Bell System Technical Journal 42, 1963.)
 */
class LARGESC_API gilbert_elliott_erasures : public loss_process
{
public:
    /*!
     * \param loss_rate P, the mean over both states; at least loss_in_good, and below
     *        loss_in_bad
     * \param burst L, mean packets in the bad state, received ones among them; at least
     *        1/(1 - S). Runs of lost packets are shorter: mean_burst() tells.
     * \param seed of the random generator
     * \param loss_in_good g, 0..1
     * \param loss_in_bad b, above g and at most 1
     * \throws std::invalid_argument values outside these ranges
     */
    gilbert_elliott_erasures(double loss_rate,
                             double burst,
                             uint64_t seed,
                             double loss_in_good = 0.0,
                             double loss_in_bad = 0.5);

    //! Draws two random numbers: for the state, then for the packet.
    bool next_is_lost() override;
    void reset() override;
    double loss_rate() const override { return d_loss_rate; }
    //! At a loss rate that leaves the burst length possible; the state is kept.
    void set_loss_rate(double loss_rate) override;
    double mean_burst() const override;
    std::string description() const override;

private:
    //! S
    double bad_share(double loss_rate) const;

    double d_loss_rate;
    double d_burst;
    double d_loss_in_good;
    double d_loss_in_bad;
    two_state_chain d_chain;
    uniform_random d_random;
};

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_GILBERT_ELLIOTT_ERASURES_H */
