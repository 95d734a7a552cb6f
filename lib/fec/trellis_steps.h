/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_TRELLIS_STEPS_H
#define INCLUDED_LARGESC_TRELLIS_STEPS_H

#include <gnuradio/largesc/fec/tail_biting_code.h>

namespace gr {
namespace largesc {

/*!
 * \brief One step of a tail_biting_code's trellis, over all its states at once.
 *
 * A state is the register's last bits, the newest on top. States 2j and 2j + 1 go to j
 * with bit 0 and to j + half with bit 1. Both end taps of every generator are set, so
 * that the four labels are one and its complement, and their metrics +b and -b. Labels
 * are linear: the one of j is the exclusive or of those of its upper bits and its lowest
 * four; so b comes in rows of 16 by the label of the upper bits, which compilers turn
 * into vector instructions.
 */
class trellis_steps
{
public:
    static constexpr size_t width = 16;

    explicit trellis_steps(const tail_biting_code& code);

    size_t states() const { return 2 * d_half; }

    /*!
     * Sets the step.
     * \param half_ratios half the likelihood ratio of each generator's bit
     * \param half_known the same of the packet's own bit, as far as it was known before
     */
    void set_ratios(const float* half_ratios, float half_known);

    /*!
     * Viterbi's add, compare, select, from the beginning of the step to its end.
     * \param metrics of the states, in and out
     * \param origins carried along with the survivors, in and out
     * \param choices which of the two predecessors survived, 0 or 1
     */
    void forward(const float* metrics_in,
                 float* metrics_out,
                 const int32_t* origins_in,
                 int32_t* origins_out,
                 uint8_t* choices) const;

    //! The same from the end of the step to its beginning, metrics alone.
    void backward(const float* metrics_in, float* metrics_out) const;

    /*!
     * Best paths through the step with the packet's bit 1 and with 0.
     * \param before metrics of paths up to the step, by state
     * \param after metrics of paths from the step on, by state
     * \return difference of their metrics
     */
    float soft_bit(const float* before, const float* after) const;

private:
    void fill_label_metrics(const float* half_ratios);

    size_t d_generators;
    size_t d_labels;
    float d_known = 0.0f; // added for the packet's bit 1, taken off for 0
    size_t d_half;
    std::vector<uint8_t> d_upper; // label of the upper bits, by row
    uint8_t d_lower[width];       // label of the lowest four bits
    std::vector<float> d_metrics; // of each label
    std::vector<float> d_rows;    // b, by label of the upper bits, 16 each
};

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_TRELLIS_STEPS_H */
