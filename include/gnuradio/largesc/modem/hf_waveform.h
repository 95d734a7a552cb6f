/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_HF_WAVEFORM_H
#define INCLUDED_LARGESC_HF_WAVEFORM_H

#include <gnuradio/largesc/api.h>
#include <array>
#include <complex>
#include <cstddef>

namespace gr {
namespace largesc {

/*!
 * \brief What a slot of profile `hf` is made of; docs/modem.md has it bit by bit.
 *
 * Complex baseband, the middle of the signal at 0 Hz (1500 Hz in the audio of a
 * transceiver). A slot is two OFDM symbols of 40 ms: 2 ms of guard, then 38 ms in which
 * all carriers are orthogonal. 8 of 72 carriers of each symbol are pilots, the others
 * carry two bits each.
 */
struct LARGESC_API hf_waveform {
    static constexpr double sample_rate = 8000.0;
    static constexpr size_t useful_samples = 304;
    static constexpr size_t guard_samples = 16;
    static constexpr size_t symbol_samples = guard_samples + useful_samples;
    static constexpr size_t symbols = 2;
    static constexpr size_t slot_samples = symbols * symbol_samples;
    static constexpr size_t carriers = 72;
    static constexpr size_t pilots = 8; // of a symbol
    static constexpr size_t data_carriers = carriers - pilots;
    static constexpr size_t coded_bits = symbols * data_carriers * 2;

    //! Sizes of packets in bytes: 4 tokens, 8 tokens, 15 tokens with their header.
    static constexpr std::array<size_t, 3> packet_bytes{ 7, 13, 23 };

    //! Carriers are 1/38 ms apart, symmetrical about 0 Hz. In cycles per sample.
    static constexpr double carrier_frequency(size_t carrier)
    {
        return (double(carrier) - 0.5 * double(carriers - 1)) / double(useful_samples);
    }
};

//! A carrier that is known, and its value: a power of the imaginary unit.
struct LARGESC_API hf_pilot {
    size_t carrier;
    std::complex<float> value;
};

//! Pilots of symbol 0 or 1, by rising carrier.
LARGESC_API const std::array<hf_pilot, hf_waveform::pilots>& hf_pilots(size_t symbol);

//! Carriers of symbol 0 or 1 that are no pilots, rising.
LARGESC_API const std::array<size_t, hf_waveform::data_carriers>&
hf_data_carriers(size_t symbol);

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_HF_WAVEFORM_H */
