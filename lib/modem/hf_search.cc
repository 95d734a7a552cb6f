/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "hf_search.h"
#include <algorithm>
#include <cmath>
#include <numeric>

namespace gr {
namespace largesc {

namespace {

using w = hf_waveform;

constexpr size_t long_size = 2048, short_size = 1024; // samples of both transforms
constexpr size_t delay_step = long_size / short_size;
constexpr size_t delays = w::slot_samples / delay_step;
constexpr long widest_shift = 40; // bins of 3.9 Hz: 156 Hz
constexpr size_t shifts = 2 * widest_shift + 1;
constexpr long band = 256; // bins on either side that pilots reach
// A bin this much above the median is a line: noise gets there in 1 of 60.
constexpr float line = 6.0f;

// So many slots in a row; noise alone exceeds the sum at one place with probability 1e-8
// (gamma distribution), in all of 26,000 places once in some 20 minutes.
struct window {
    size_t slots;
    float threshold;
};
constexpr window windows[] = {
    { 1, 18.4f }, { 2, 21.5f }, { 3, 24.2f },  { 4, 26.6f },
    { 6, 31.0f }, { 8, 35.0f }, { 12, 42.4f },
};

size_t bin(long at, size_t size) { return size_t(at + long(size)) % size; }

split_values pilot_samples()
{
    split_values samples;
    for (size_t symbol = 0; symbol < w::symbols; symbol++) {
        for (size_t n = 0; n < w::symbol_samples; n++) {
            const double time = double(n) - double(w::guard_samples);
            std::complex<double> sum = 0.0;
            for (const auto& pilot : hf_pilots(symbol)) {
                const double turn = 2.0 * M_PI * w::carrier_frequency(pilot.carrier);
                sum += std::complex<double>(pilot.value) * std::polar(1.0, turn * time);
            }
            samples.re.push_back(float(sum.real()));
            samples.im.push_back(float(sum.imag()));
        }
    }
    return samples;
}

} // namespace

hf_search::hf_search() : d_long(long_size), d_short(short_size), d_pilots(pilot_samples())
{
    d_pilots.re.resize(long_size);
    d_pilots.im.resize(long_size);
    d_long.forward(d_pilots);
    reset(0);
}

void hf_search::reset(int64_t next_sample)
{
    d_samples.re.clear();
    d_samples.im.clear();
    d_maps.clear();
    d_next_sample = next_sample;
}

std::optional<slot_candidate> hf_search::push(const std::complex<float>* samples)
{
    for (size_t n = 0; n < w::slot_samples; n++) {
        d_samples.re.push_back(samples[n].real());
        d_samples.im.push_back(samples[n].imag());
    }
    d_next_sample += w::slot_samples;
    if (d_samples.re.size() < 2 * w::slot_samples) {
        return std::nullopt;
    }
    auto map = correlate(flattened());
    for (auto* part : { &d_samples.re, &d_samples.im }) {
        part->erase(part->begin(), part->begin() + w::slot_samples);
    }
    const float mean =
        std::accumulate(map.begin(), map.end(), 0.0f) / float(delays * shifts);
    if (!(mean > 0.0f) || !std::isfinite(mean)) {
        d_maps.clear();
        return std::nullopt;
    }
    for (float& power : map) {
        power /= mean;
    }
    d_maps.push_back(std::move(map));
    if (d_maps.size() > longest) {
        d_maps.pop_front();
    }
    return best();
}

// Spectrum of the latest two slots, its lines cut down.
split_values hf_search::flattened()
{
    auto came = d_samples;
    came.re.resize(long_size);
    came.im.resize(long_size);
    d_long.forward(came);
    std::vector<float> powers;
    for (long at = -band - widest_shift; at <= band + widest_shift; at++) {
        const size_t i = bin(at, long_size);
        powers.push_back(came.re[i] * came.re[i] + came.im[i] * came.im[i]);
    }
    auto sorted = powers;
    std::nth_element(sorted.begin(), sorted.begin() + sorted.size() / 2, sorted.end());
    const float limit = line * sorted[sorted.size() / 2];
    for (size_t i = 0; i < powers.size(); i++) {
        if (powers[i] > limit) {
            const size_t line_bin = bin(long(i) - band - widest_shift, long_size);
            const float factor = std::sqrt(limit / powers[i]);
            came.re[line_bin] *= factor;
            came.im[line_bin] *= factor;
        }
    }
    return came;
}

std::vector<float> hf_search::correlate(const split_values& came)
{
    std::vector<float> map;
    map.reserve(delays * shifts);
    split_values product{ std::vector<float>(short_size),
                          std::vector<float>(short_size) };
    for (long shift = -widest_shift; shift <= widest_shift; shift++) {
        std::fill(product.re.begin(), product.re.end(), 0.0f);
        std::fill(product.im.begin(), product.im.end(), 0.0f);
        for (long at = -band; at < band; at++) {
            const size_t a = bin(at + shift, long_size), b = bin(at, long_size);
            const size_t to = bin(at, short_size);
            product.re[to] = came.re[a] * d_pilots.re[b] + came.im[a] * d_pilots.im[b];
            product.im[to] = came.im[a] * d_pilots.re[b] - came.re[a] * d_pilots.im[b];
        }
        d_short.inverse(product);
        for (size_t i = 0; i < delays; i++) {
            map.push_back(product.re[i] * product.re[i] + product.im[i] * product.im[i]);
        }
    }
    return map;
}

std::optional<slot_candidate> hf_search::best() const
{
    std::optional<slot_candidate> found;
    float best_ratio = 1.0f;
    std::vector<float> sum(delays * shifts);
    size_t added = 0;
    for (const auto& window : windows) {
        if (window.slots > d_maps.size()) {
            break;
        }
        for (; added < window.slots; added++) {
            const auto& map = d_maps[d_maps.size() - 1 - added];
            std::transform(
                sum.begin(), sum.end(), map.begin(), sum.begin(), std::plus<>());
        }
        const auto peak = std::max_element(sum.begin(), sum.end());
        if (*peak / window.threshold > best_ratio) {
            best_ratio = *peak / window.threshold;
            const size_t at = size_t(peak - sum.begin());
            const int64_t newest = d_next_sample - 2 * int64_t(w::slot_samples) +
                                   int64_t(at % delays * delay_step);
            found = { newest - int64_t((window.slots - 1) * w::slot_samples),
                      window.slots,
                      double(long(at / delays) - widest_shift) / double(long_size),
                      best_ratio };
        }
    }
    return found;
}

} // namespace largesc
} // namespace gr
