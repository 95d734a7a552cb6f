/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_INDEPENDENT_ERASURES_H
#define INCLUDED_LARGESC_INDEPENDENT_ERASURES_H

#include <gnuradio/largesc/api.h>
#include <cstdint>
#include <random>

namespace gr {
namespace largesc {

/*!
 * \brief Loses each packet with the same probability, whatever happened to the others.
 *
 * The generator is std::mt19937_64, whose output the C++ standard fixes: one seed loses
 * the same packets on every platform.
 */
class LARGESC_API independent_erasures
{
public:
    /*!
     * \param loss_rate probability of loss, 0..1
     * \param seed of the random generator
     * \throws std::invalid_argument loss_rate outside 0..1
     */
    independent_erasures(double loss_rate, uint64_t seed);

    //! Decides on the next packet. Draws one random number at any loss rate.
    bool next_is_lost();

    //! Changes the probability of loss for the packets to come.
    void set_loss_rate(double loss_rate);
    double loss_rate() const { return d_loss_rate; }

private:
    std::mt19937_64 d_generator;
    double d_loss_rate;
};

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_INDEPENDENT_ERASURES_H */
