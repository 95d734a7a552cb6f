/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_HF_MODULATOR_H
#define INCLUDED_LARGESC_HF_MODULATOR_H

#include <gnuradio/largesc/modem/hf_slot_code.h>
#include <memory>

namespace gr {
namespace largesc {

class carrier_transform;

/*!
 * \brief Packets to samples, profile `hf`: one packet, one slot of 640 samples.
 *
 * Complex baseband at 8000 Hz, the middle of the signal at 0 Hz, mean power 1 while there
 * are packets. Peaks are limited within the carriers (limit_peaks.h), so that nothing has
 * memory but the edge between two symbols: 8 samples of each fade over into the next.
 */
class LARGESC_API hf_modulator
{
public:
    static constexpr size_t edge_samples = 8;

    hf_modulator();
    ~hf_modulator();

    /*!
     * \param packet 7, 13 or 23 bytes
     * \return hf_waveform::slot_samples samples; they begin softly after a pause
     * \throws std::invalid_argument another size
     */
    std::vector<std::complex<float>> modulate(const std::vector<uint8_t>& packet);

    //! The over is over: the last edge_samples, empty if there was no packet.
    std::vector<std::complex<float>> flush();

private:
    std::vector<std::complex<float>> symbol(size_t number,
                                            const std::vector<uint8_t>& bits) const;

    std::unique_ptr<carrier_transform> d_transform;
    std::vector<hf_slot_code> d_codes;
    std::vector<std::complex<float>> d_edge; // what is still to fade out
};

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_HF_MODULATOR_H */
