/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_VHF_MODULATOR_H
#define INCLUDED_LARGESC_VHF_MODULATOR_H

#include <gnuradio/largesc/modem/vhf_slot_code.h>
#include <complex>

namespace gr {
namespace largesc {

/*!
 * \brief Packets to samples, profile `vhf`: one packet, one slot of 4800 samples.
 *
 * Complex baseband at 60 kHz, the middle of the signal at 0 Hz, envelope 1 while there
 * are packets; it rises and falls over 20 samples at the ends of an over. As every slot
 * begins with symbols that are known, none waits for the next.
 */
class LARGESC_API vhf_modulator
{
public:
    static constexpr size_t edge_samples = 20;

    vhf_modulator();

    /*!
     * \param packet 7, 13, 23 or 32 bytes
     * \return vhf_waveform::slot_samples samples; they begin softly after a pause
     * \throws std::invalid_argument another size
     */
    std::vector<std::complex<float>> modulate(const std::vector<uint8_t>& packet);

    //! The over is over: the last edge_samples, empty if there was no packet.
    std::vector<std::complex<float>> flush();

private:
    std::vector<vhf_slot_code> d_codes;
    std::vector<double> d_steps;
    std::vector<int8_t> d_before;            // the last two symbols; empty after a pause
    std::vector<std::complex<float>> d_edge; // what is still to fade out
};

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_VHF_MODULATOR_H */
