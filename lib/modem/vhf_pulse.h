/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_VHF_PULSE_H
#define INCLUDED_LARGESC_VHF_PULSE_H

#include <gnuradio/largesc/modem/vhf_waveform.h>
#include <complex>
#include <vector>

namespace gr {
namespace largesc {

/*!
 * Steps of the phase (radians) that a change of frequency is made of: from sample 10 n -
 * 16 + i to the one after it, for the change from symbol n - 1 to n; their sum is a
 * quarter of a turn.
 */
std::vector<double> vhf_phase_steps();

//! Samples of a symbol's pulse before the symbol's own ten.
constexpr size_t vhf_pulse_lead = 15;

/*!
 * The pulse of one symbol if the signal is taken for a linear one, [40] from sample 10 n
 * - vhf_pulse_lead on, its squares summing to one: P. A. Laurent, "Exact and approximate
 * construction of digital phase modulations by superposition of amplitude modulated
 * pulses (AMP)", IEEE Trans. Commun. 34, 1986; it has all but 0.03 % of the power.
 */
std::vector<float> vhf_symbol_pulse();

//! The axis on which symbol n lies: n quarters of a turn.
inline std::complex<float> vhf_axis(size_t n)
{
    constexpr std::complex<float> axes[] = { { 1, 0 }, { 0, 1 }, { -1, 0 }, { 0, -1 } };
    return axes[n % 4];
}

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_VHF_PULSE_H */
