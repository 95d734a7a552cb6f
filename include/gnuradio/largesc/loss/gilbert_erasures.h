/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_GILBERT_ERASURES_H
#define INCLUDED_LARGESC_GILBERT_ERASURES_H

#include <gnuradio/largesc/loss/loss_process.h>
#include <gnuradio/largesc/loss/two_state_chain.h>
#include <gnuradio/largesc/loss/uniform_random.h>

namespace gr {
namespace largesc {

/*!
 * \brief Loses packets in bursts: each in the bad state of a two-state chain, none in the
 * good.
 *
 * Bursts and gaps have geometric lengths, bursts of mean L. For loss rate P the chain has
 * r = 1/L and p = r P/(1 - P); see two_state_chain.
 */
class LARGESC_API gilbert_erasures : public loss_process
{
public:
    /*!
     * \param loss_rate P, 0..1 but less than 1
     * \param burst L, mean packets of a burst, at least 1/(1 - P) as by chance
     * \param seed of the random generator
     * \throws std::invalid_argument values outside these ranges
     */
    gilbert_erasures(double loss_rate, double burst, uint64_t seed);

    //! Draws one random number.
    bool next_is_lost() override { return d_chain.step(d_random.next()); }
    void reset() override;
    double loss_rate() const override { return d_chain.bad_share(); }
    //! At a loss rate that leaves the burst length possible; the state is kept.
    void set_loss_rate(double loss_rate) override;
    double mean_burst() const override;
    std::string description() const override;

private:
    double d_burst;
    two_state_chain d_chain;
    uniform_random d_random;
};

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_GILBERT_ERASURES_H */
