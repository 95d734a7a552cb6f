/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/largesc/modem/vhf_waveform.h>
#include <algorithm>

namespace gr {
namespace largesc {

namespace {

using w = vhf_waveform;

// Drawn until the pilots of slots in a row resembled themselves least at any other time
// and frequency: by 0.45 of the amplitude at most. No two are further apart than 13 ms.
constexpr std::array<size_t, w::pilot_blocks> places{ 0, 8, 12, 20, 26, 35, 41, 51 };
constexpr int8_t signs[w::pilot_blocks] = { 1, -1, 1, 1, -1, -1, -1, 1 };
constexpr int8_t word[w::block_symbols] = { 1, 1, -1, 1, 1, 1, 1, 1 };

std::array<size_t, w::data_blocks> make_data_blocks()
{
    std::array<size_t, w::data_blocks> data;
    auto next = data.begin();
    for (size_t block = 0; block < w::blocks; block++) {
        if (std::find(places.begin(), places.end(), block) == places.end()) {
            *next++ = block;
        }
    }
    return data;
}

std::array<int8_t, w::symbols> make_pilots()
{
    std::array<int8_t, w::symbols> symbols{};
    for (size_t i = 0; i < w::pilot_blocks; i++) {
        for (size_t n = 0; n < w::block_symbols; n++) {
            symbols[places[i] * w::block_symbols + n] = int8_t(signs[i] * word[n]);
        }
    }
    return symbols;
}

} // namespace

const std::array<size_t, w::pilot_blocks>& vhf_pilot_blocks() { return places; }

const std::array<size_t, w::data_blocks>& vhf_data_blocks()
{
    static const auto data = make_data_blocks();
    return data;
}

const std::array<int8_t, w::symbols>& vhf_pilots()
{
    static const auto pilots = make_pilots();
    return pilots;
}

} // namespace largesc
} // namespace gr
