/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_TWO_STATE_CHAIN_H
#define INCLUDED_LARGESC_TWO_STATE_CHAIN_H

#include <gnuradio/largesc/api.h>
#include <string>

namespace gr {
namespace largesc {

/*!
 * \brief Markov chain of a good and a bad state, the memory of both Gilbert models.
 *
 * With the share of packets in the bad state S and the mean stay there L (packets), the
 * chain leaves the bad state with probability r = 1/L and enters it with p = r S/(1 - S),
 * which makes S = p/(p + r) its stationary distribution. (E. N. Gilbert, "Capacity of a
 * burst-noise channel", Bell System Technical Journal 39, 1960.)
 */
class LARGESC_API two_state_chain
{
public:
    /*!
     * \param who begins the messages of errors
     * \param bad_share S, 0..1 but less than 1
     * \param mean_stay L, at least 1/(1 - S); at that limit (p + r = 1) the states of
     *        successive packets are independent, below it they would alternate
     * \throws std::invalid_argument values outside these ranges
     */
    two_state_chain(const std::string& who, double bad_share, double mean_stay);

    //! Draws the state before the first packet from the stationary distribution.
    void start(double random) { d_bad = random < d_bad_share; }

    //! State of the next packet: whether it is bad. The random number is in [0, 1).
    bool step(double random);

    //! Takes the transition probabilities of another chain and keeps the state.
    void set_transitions(const two_state_chain& other);

    //! p
    double enter() const { return d_enter; }
    //! r
    double leave() const { return d_leave; }
    //! S
    double bad_share() const { return d_bad_share; }

private:
    double d_bad_share;
    double d_enter;
    double d_leave;
    bool d_bad = false;
};

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_TWO_STATE_CHAIN_H */
