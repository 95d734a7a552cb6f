/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_VHF_WAVEFORM_H
#define INCLUDED_LARGESC_VHF_WAVEFORM_H

#include <gnuradio/largesc/api.h>
#include <array>
#include <cstddef>
#include <cstdint>

namespace gr {
namespace largesc {

/*!
 * \brief What a slot of profile `vhf` is made of; docs/modem-vhf.md has it bit by bit.
 *
 * Complex baseband, constant envelope: GMSK with BT = 0.5, 480 symbols a slot. Symbol n
 * is +1 or -1 on an axis that turns by 90 degrees from symbol to symbol, so that a
 * receiver may take it for a linear modulation. Symbols come in blocks of eight; 8 of 60
 * blocks are pilots, the same word with a sign of its own each.
 */
struct LARGESC_API vhf_waveform {
    static constexpr double sample_rate = 60000.0;
    static constexpr size_t samples_per_symbol = 10;
    static constexpr double symbol_rate = sample_rate / double(samples_per_symbol);
    static constexpr size_t block_symbols = 8;
    static constexpr size_t blocks = 60;
    static constexpr size_t symbols = blocks * block_symbols;
    static constexpr size_t slot_samples = symbols * samples_per_symbol;
    static constexpr size_t pilot_blocks = 8;
    static constexpr size_t data_blocks = blocks - pilot_blocks;
    static constexpr size_t coded_bits = data_blocks * block_symbols;
    //! Symbols that a pulse of frequency lasts.
    static constexpr size_t pulse_symbols = 3;
    static constexpr double bandwidth_time = 0.5;
    //! Hz up or down that the receiver looks for overs.
    static constexpr double widest_offset = 20000.0;

    //! Sizes of packets in bytes.
    static constexpr std::array<size_t, 4> packet_bytes{ 7, 13, 23, 32 };
};

//! The blocks that are pilots, rising; the first block is one.
LARGESC_API const std::array<size_t, vhf_waveform::pilot_blocks>& vhf_pilot_blocks();

//! The other blocks, rising.
LARGESC_API const std::array<size_t, vhf_waveform::data_blocks>& vhf_data_blocks();

//! Symbols of a slot, +1 or -1; 0 where there are data.
LARGESC_API const std::array<int8_t, vhf_waveform::symbols>& vhf_pilots();

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_VHF_WAVEFORM_H */
