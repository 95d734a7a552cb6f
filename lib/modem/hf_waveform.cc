/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/largesc/modem/hf_waveform.h>
#include <algorithm>

namespace gr {
namespace largesc {

namespace {

using w = hf_waveform;

// One in each group of nine carriers. Places and values were drawn until the slot's
// pilots resembled themselves least at any other delay, or at another frequency within
// 300 Hz: by 0.33 of the amplitude at most.
constexpr size_t places[w::symbols][w::pilots] = { { 2, 13, 19, 31, 40, 53, 55, 64 },
                                                   { 0, 15, 23, 28, 43, 49, 59, 69 } };
constexpr int powers[w::symbols][w::pilots] = { { 2, 0, 0, 3, 1, 1, 0, 1 },
                                                { 2, 0, 3, 1, 2, 3, 2, 0 } };

std::complex<float> power_of_i(int power)
{
    constexpr std::complex<float> values[] = { { 1, 0 }, { 0, 1 }, { -1, 0 }, { 0, -1 } };
    return values[power];
}

std::array<std::array<hf_pilot, w::pilots>, w::symbols> make_pilots()
{
    std::array<std::array<hf_pilot, w::pilots>, w::symbols> pilots;
    for (size_t s = 0; s < w::symbols; s++) {
        for (size_t i = 0; i < w::pilots; i++) {
            pilots[s][i] = { places[s][i], power_of_i(powers[s][i]) };
        }
    }
    return pilots;
}

std::array<std::array<size_t, w::data_carriers>, w::symbols> make_data_carriers()
{
    std::array<std::array<size_t, w::data_carriers>, w::symbols> data;
    for (size_t s = 0; s < w::symbols; s++) {
        auto next = data[s].begin();
        for (size_t carrier = 0; carrier < w::carriers; carrier++) {
            const auto end = places[s] + w::pilots;
            if (std::find(places[s], end, carrier) == end) {
                *next++ = carrier;
            }
        }
    }
    return data;
}

} // namespace

const std::array<hf_pilot, w::pilots>& hf_pilots(size_t symbol)
{
    static const auto pilots = make_pilots();
    return pilots.at(symbol);
}

const std::array<size_t, w::data_carriers>& hf_data_carriers(size_t symbol)
{
    static const auto data = make_data_carriers();
    return data.at(symbol);
}

} // namespace largesc
} // namespace gr
