/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "vhf_start.h"
#include <algorithm>
#include <cmath>

namespace gr {
namespace largesc {

namespace {

using w = vhf_waveform;

constexpr double block_samples = double(w::block_symbols * w::samples_per_symbol);
// Neighbours of a symbol, a quarter turn off, add as much to its power as the gain has.
constexpr double power_of_neighbours = 0.33;
constexpr int widest = 6; // Hz

double time_of(size_t pilot) { return double(vhf_pilot_blocks()[pilot]) * block_samples; }

using word_means = std::array<std::complex<double>, w::pilot_blocks>;

// Power of a carrier `frequency` (cycles per sample) off, from a slot's words.
double power_at(const word_means& words, double frequency)
{
    std::complex<double> sum = 0.0;
    for (size_t i = 0; i < words.size(); i++) {
        sum += words[i] * std::polar(1.0, -2.0 * M_PI * frequency * time_of(i));
    }
    return std::norm(sum / double(words.size()));
}

} // namespace

std::array<std::complex<double>, w::blocks>
block_means(const vhf_symbols& symbols, const std::array<int8_t, w::symbols>& sent)
{
    std::array<std::complex<double>, w::blocks> means{};
    for (size_t n = 0; n < symbols.size(); n++) {
        means[n / w::block_symbols] += std::complex<double>(symbols[n]) *
                                       (double(sent[n]) / double(w::block_symbols));
    }
    return means;
}

double mean_power(const vhf_symbols& symbols)
{
    double sum = 0.0;
    for (const auto& symbol : symbols) {
        sum += std::norm(symbol);
    }
    return sum / double(symbols.size());
}

vhf_start
estimate_start(const vhf_frame& frame, const sample_history& samples, size_t slots)
{
    double best = -1.0, total = 1e-30, mean = 0.0;
    vhf_start start{};
    for (int64_t shift = -vhf_frame::most_shift; shift <= vhf_frame::most_shift;
         shift += 2) {
        std::vector<word_means> seen;
        double power = 1e-30, of_words = 0.0;
        for (size_t slot = 0; slot < slots; slot++) {
            const auto symbols = frame.symbols(samples, long(slot), shift);
            const auto means = block_means(symbols, vhf_pilots());
            power += mean_power(symbols) / double(slots);
            word_means words;
            for (size_t i = 0; i < words.size(); i++) {
                words[i] = means[vhf_pilot_blocks()[i]];
                of_words += std::norm(words[i]) / double(slots * words.size());
            }
            seen.push_back(words);
        }
        for (int hertz = -widest; hertz <= widest; hertz++) {
            const double frequency = double(hertz) / w::sample_rate;
            double fit = 0.0;
            for (const auto& words : seen) {
                fit += power_at(words, frequency) / double(slots);
            }
            if (fit > best) {
                best = fit;
                start.delay = double(shift);
                start.frequency = frequency;
                total = power;
                mean = of_words;
            }
        }
    }
    // Words as they are, and as one carrier has them: what phase noise takes from the
    // second, noise takes from the first.
    const auto without_noise = [total](double seen, double symbols) {
        return (seen - total / symbols) / (1.0 - (1.0 + power_of_neighbours) / symbols);
    };
    const double one = without_noise(best, double(w::block_symbols * w::pilot_blocks));
    const double each = without_noise(mean, double(w::block_symbols));
    start.power = std::clamp(0.5 * (one + each), 0.02 * total, 0.7 * total);
    start.noise =
        std::max(total - (1.0 + power_of_neighbours) * start.power, 0.02 * total);
    return start;
}

} // namespace largesc
} // namespace gr
