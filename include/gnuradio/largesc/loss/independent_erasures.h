/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_INDEPENDENT_ERASURES_H
#define INCLUDED_LARGESC_INDEPENDENT_ERASURES_H

#include <gnuradio/largesc/loss/loss_process.h>
#include <gnuradio/largesc/loss/uniform_random.h>

namespace gr {
namespace largesc {

//! Loses each packet with the same probability, whatever happened to the others.
class LARGESC_API independent_erasures : public loss_process
{
public:
    /*!
     * \param loss_rate probability of loss, 0..1
     * \param seed of the random generator
     * \throws std::invalid_argument loss_rate outside 0..1
     */
    independent_erasures(double loss_rate, uint64_t seed);

    //! Draws one random number at any loss rate.
    bool next_is_lost() override;
    void reset() override { d_random.reset(); }
    double loss_rate() const override { return d_loss_rate; }
    void set_loss_rate(double loss_rate) override;
    //! 1 / (1 - loss_rate), infinite at a loss rate of 1.
    double mean_burst() const override;
    std::string description() const override;

private:
    uniform_random d_random;
    double d_loss_rate;
};

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_INDEPENDENT_ERASURES_H */
