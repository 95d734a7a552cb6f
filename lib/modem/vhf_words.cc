/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "vhf_pulse.h"
#include "vhf_words.h"
#include <algorithm>
#include <cmath>

namespace gr {
namespace largesc {

namespace {

using w = vhf_waveform;
using correlator = vhf_word_correlator;

constexpr size_t long_size = 4096; // samples of both transforms
constexpr size_t short_size = long_size / correlator::time_step;
constexpr long bins_apart = long(correlator::frequency_step * long_size);
// The word begins before its place, and ends behind it.
constexpr size_t kept_samples =
    correlator::step_samples + correlator::behind + vhf_pulse_lead;
constexpr size_t line_bins = 32;
constexpr float line = 10.0f;       // times the median of so many bins
constexpr float least_mean = 1e-4f; // of the power at the strongest frequency: 40 dB

size_t bin(long at, size_t size) { return size_t(at + long(size)) % size; }

split_values word_samples()
{
    const auto pulse = vhf_symbol_pulse();
    split_values samples{ std::vector<float>(long_size), std::vector<float>(long_size) };
    for (size_t n = 0; n < w::block_symbols; n++) {
        const auto symbol = float(vhf_pilots()[n]) * vhf_axis(n);
        for (size_t i = 0; i < pulse.size(); i++) {
            samples.re[n * w::samples_per_symbol + i] += symbol.real() * pulse[i];
            samples.im[n * w::samples_per_symbol + i] += symbol.imag() * pulse[i];
        }
    }
    return samples;
}

} // namespace

vhf_word_correlator::vhf_word_correlator()
    : d_long(long_size), d_short(short_size), d_word(word_samples())
{
    d_long.forward(d_word);
    reset();
}

void vhf_word_correlator::reset() { d_samples.assign(kept_samples, 0.0f); }

// Of the samples that a step of places needs, its lines cut down.
split_values vhf_word_correlator::spectrum()
{
    split_values came{ std::vector<float>(long_size), std::vector<float>(long_size) };
    for (size_t n = 0; n < d_samples.size(); n++) {
        came.re[n] = d_samples[n].real();
        came.im[n] = d_samples[n].imag();
    }
    d_long.forward(came);
    std::vector<float> bins(line_bins), sorted;
    for (size_t first = 0; first < long_size; first += line_bins) {
        for (size_t i = 0; i < line_bins; i++) {
            bins[i] =
                std::norm(std::complex<float>(came.re[first + i], came.im[first + i]));
        }
        sorted = bins;
        const auto middle = sorted.begin() + line_bins / 2;
        std::nth_element(sorted.begin(), middle, sorted.end());
        const float limit = line * *middle;
        for (size_t i = 0; i < line_bins; i++) {
            if (bins[i] > limit) {
                const float factor = std::sqrt(limit / bins[i]);
                came.re[first + i] *= factor;
                came.im[first + i] *= factor;
            }
        }
    }
    return came;
}

vhf_words vhf_word_correlator::push(const std::complex<float>* samples)
{
    d_samples.erase(d_samples.begin(), d_samples.begin() + step_samples);
    d_samples.insert(d_samples.end(), samples, samples + step_samples);
    const auto came = spectrum();
    vhf_words result;
    split_values product{ std::vector<float>(short_size),
                          std::vector<float>(short_size) };
    constexpr long half = long(short_size / 2);
    for (long frequency = -widest; frequency <= widest; frequency++) {
        for (long at = -half; at < half; at++) {
            const size_t a = bin(at + frequency * bins_apart, long_size);
            const size_t b = bin(at, long_size), to = bin(at, short_size);
            product.re[to] = came.re[a] * d_word.re[b] + came.im[a] * d_word.im[b];
            product.im[to] = came.im[a] * d_word.re[b] - came.re[a] * d_word.im[b];
        }
        d_short.inverse(product);
        float sum = 0.0f;
        for (size_t i = 0; i < times; i++) {
            sum += product.re[i] * product.re[i] + product.im[i] * product.im[i];
        }
        result.means.push_back(sum / float(times));
        result.values.re.insert(
            result.values.re.end(), product.re.begin(), product.re.begin() + times);
        result.values.im.insert(
            result.values.im.end(), product.im.begin(), product.im.begin() + times);
    }
    // What a strong signal leaves beside it is no noise to go by.
    const float strongest = *std::max_element(result.means.begin(), result.means.end());
    for (float& mean : result.means) {
        mean = std::max(mean, least_mean * strongest);
    }
    return result;
}

} // namespace largesc
} // namespace gr
