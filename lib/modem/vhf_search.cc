/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "vhf_pulse.h"
#include "vhf_search.h"
#include <algorithm>
#include <cmath>
#include <numeric>

namespace gr {
namespace largesc {

namespace {

using w = vhf_waveform;

constexpr size_t long_size = 8192, short_size = 2048; // samples of both transforms
constexpr size_t time_step = long_size / short_size;
constexpr size_t times = w::slot_samples / time_step; // of a slot
constexpr size_t block_times = w::block_symbols * w::samples_per_symbol / time_step;
constexpr long bins_apart = 56; // 410 Hz
constexpr long widest = 49;     // 20.1 kHz
constexpr size_t frequencies = 2 * widest + 1;
constexpr int finest_step = 24; // 48 steps from one frequency to the next: 8.5 Hz each
constexpr double fine_apart = double(bins_apart) / double(long_size * 2 * finest_step);
// The word begins before its place, and ends behind it.
constexpr int64_t word_lead = int64_t(vhf_pulse_lead);
constexpr int64_t behind = 96;
constexpr size_t kept_samples = w::slot_samples + size_t(behind + word_lead);
constexpr size_t line_bins = 64;
constexpr float line = 10.0f; // times the median of so many bins
constexpr size_t places = 96; // that are looked at more closely

// So many slots in a row; noise alone exceeds the sum at one place with probability 5e-10
// (gamma distribution), in all of them some six times a minute: then nothing decodes.
struct window {
    size_t slots;
    float threshold;
};
constexpr window windows[] = {
    { 1, 21.4f }, { 2, 24.7f }, { 3, 27.4f },  { 4, 29.9f },
    { 6, 34.5f }, { 8, 38.7f }, { 12, 46.4f },
};

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

// Of a pilot block against the first one.
float sign_of(size_t pilot)
{
    return float(vhf_pilots()[vhf_pilot_blocks()[pilot] * w::block_symbols]);
}

} // namespace

vhf_search::vhf_search() : d_long(long_size), d_short(short_size), d_word(word_samples())
{
    d_long.forward(d_word);
    for (int fine = -finest_step; fine <= finest_step; fine++) {
        for (size_t i = 0; i < w::pilot_blocks; i++) {
            const double time = double(vhf_pilot_blocks()[i] * block_times * time_step);
            const auto turn =
                std::polar(double(sign_of(i)), -2.0 * M_PI * fine_apart * fine * time);
            d_turns.re.push_back(float(turn.real()));
            d_turns.im.push_back(float(turn.imag()));
        }
    }
    reset(0);
}

void vhf_search::reset(int64_t next_sample)
{
    d_samples.assign(kept_samples, 0.0f);
    d_words.clear();
    d_maps.clear();
    d_next_sample = next_sample;
}

std::optional<slot_candidate> vhf_search::push(const std::complex<float>* samples)
{
    d_samples.erase(d_samples.begin(), d_samples.begin() + w::slot_samples);
    d_samples.insert(d_samples.end(), samples, samples + w::slot_samples);
    d_next_sample += w::slot_samples;
    d_words.push_back(correlate(spectrum()));
    for (const float mean : d_words.back().means) {
        if (!(mean > 0.0f) || !std::isfinite(mean)) {
            d_words.clear();
            d_maps.clear();
            return std::nullopt;
        }
    }
    if (d_words.size() < 2) {
        return std::nullopt;
    }
    d_maps.push_back(powers(d_words[d_words.size() - 2], d_words.back()));
    if (d_maps.size() > longest) {
        d_maps.pop_front();
        d_words.pop_front();
    }
    return best();
}

// Of the samples that a slot's length of places needs, its lines cut down.
split_values vhf_search::spectrum()
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

vhf_search::words vhf_search::correlate(const split_values& came)
{
    words result;
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
    return result;
}

// Sum over a slot's words, by frequency and delay; noise alone has mean 1 a word.
std::vector<float> vhf_search::powers(const words& first, const words& second) const
{
    std::vector<float> map(frequencies * times);
    std::vector<float> both(2 * times);
    for (size_t f = 0; f < frequencies; f++) {
        const float scale = 2.0f / (first.means[f] + second.means[f]);
        for (size_t half = 0; half < 2; half++) {
            const auto& values = (half ? second : first).values;
            const float *re = &values.re[f * times], *im = &values.im[f * times];
            for (size_t i = 0; i < times; i++) {
                both[half * times + i] = scale * (re[i] * re[i] + im[i] * im[i]);
            }
        }
        for (const size_t block : vhf_pilot_blocks()) {
            const float* from = &both[block * block_times];
            float* to = &map[f * times];
            for (size_t i = 0; i < times; i++) {
                to[i] += from[i];
            }
        }
    }
    return map;
}

// How strong the carrier is that the words of the latest slots at this place have.
vhf_search::place vhf_search::finest(size_t cell, size_t slots) const
{
    const size_t f = cell / times, delay = cell % times;
    // Each slot's length of words has its own beginning of the carrier's phase.
    const double cycles = double((long(f) - widest) * bins_apart) *
                          double(w::slot_samples) / double(long_size);
    const std::complex<float> later(
        std::polar(1.0, -2.0 * M_PI * std::remainder(cycles, 1.0)));
    std::array<float, 2 * finest_step + 1> sums{};
    for (size_t slot = 0; slot < slots; slot++) {
        const auto& first = d_words[d_words.size() - 2 - slot];
        const auto& second = d_words[d_words.size() - 1 - slot];
        const float scale =
            2.0f / (float(w::pilot_blocks) * (first.means[f] + second.means[f]));
        std::array<std::complex<float>, w::pilot_blocks> seen;
        for (size_t i = 0; i < seen.size(); i++) {
            const size_t at = delay + vhf_pilot_blocks()[i] * block_times;
            const auto& values = (at < times ? first : second).values;
            const size_t index = f * times + at % times;
            seen[i] = { values.re[index], values.im[index] };
            seen[i] *= at < times ? 1.0f : later;
        }
        for (size_t fine = 0; fine < sums.size(); fine++) {
            float re = 0.0f, im = 0.0f;
            for (size_t i = 0; i < seen.size(); i++) {
                const float turn_re = d_turns.re[fine * w::pilot_blocks + i];
                const float turn_im = d_turns.im[fine * w::pilot_blocks + i];
                re += seen[i].real() * turn_re - seen[i].imag() * turn_im;
                im += seen[i].real() * turn_im + seen[i].imag() * turn_re;
            }
            sums[fine] += scale * (re * re + im * im);
        }
    }
    const auto peak = std::max_element(sums.begin(), sums.end());
    return { *peak, cell, int(peak - sums.begin()) - finest_step };
}

std::optional<slot_candidate> vhf_search::best()
{
    std::optional<slot_candidate> found;
    float best_ratio = 1.0f;
    std::vector<float> sum(frequencies * times);
    std::vector<size_t> cells(sum.size());
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
        std::iota(cells.begin(), cells.end(), 0);
        std::nth_element(cells.begin(),
                         cells.begin() + places,
                         cells.end(),
                         [&sum](size_t a, size_t b) { return sum[a] > sum[b]; });
        for (size_t i = 0; i < places; i++) {
            const auto place = finest(cells[i], window.slots);
            if (place.power / window.threshold > best_ratio) {
                best_ratio = place.power / window.threshold;
                const int64_t newest = d_next_sample - 2 * int64_t(w::slot_samples) -
                                       behind + int64_t(place.cell % times * time_step);
                const double coarse = double(long(place.cell / times) - widest) *
                                      double(bins_apart) / double(long_size);
                found = { newest - int64_t((window.slots - 1) * w::slot_samples),
                          window.slots,
                          coarse + fine_apart * place.fine,
                          best_ratio };
            }
        }
    }
    return found;
}

} // namespace largesc
} // namespace gr
