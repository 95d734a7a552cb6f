/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "vhf_search.h"
#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>

namespace gr {
namespace largesc {

namespace {

using w = vhf_waveform;

using correlator = vhf_word_correlator;

constexpr size_t times = correlator::times; // of a step
constexpr size_t frequencies = correlator::frequencies;
constexpr size_t steps_per_slot = w::slot_samples / vhf_search::step_samples;
constexpr size_t reach = steps_per_slot + 1; // steps that the words of a slot lie in
constexpr size_t block_times =
    w::block_symbols * w::samples_per_symbol / correlator::time_step;
constexpr int finest_step = 24; // 48 steps from one frequency to the next: 8.5 Hz each
constexpr size_t fines = 2 * finest_step + 1;
constexpr double fine_apart = correlator::frequency_step / double(2 * finest_step);
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

// Of a pilot block against the first one.
float sign_of(size_t pilot)
{
    return float(vhf_pilots()[vhf_pilot_blocks()[pilot] * w::block_symbols]);
}

std::vector<size_t> cells_from(const std::vector<float>& sum, float least)
{
    std::vector<size_t> cells;
    for (size_t cell = 0; cell < sum.size(); cell++) {
        if (sum[cell] >= least) {
            cells.push_back(cell);
        }
    }
    return cells;
}

} // namespace

vhf_search::vhf_search() : d_bounds(std::size(windows))
{
    for (size_t i = 0; i < w::pilot_blocks; i++) {
        const double time =
            double(vhf_pilot_blocks()[i] * block_times * correlator::time_step);
        for (int fine = -finest_step; fine <= finest_step; fine++) {
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
    d_correlator.reset();
    d_words.clear();
    d_maps.clear();
    std::fill(d_bounds.begin(), d_bounds.end(), 0.0f);
    d_next_sample = next_sample;
}

std::optional<slot_candidate> vhf_search::push(const std::complex<float>* samples)
{
    d_next_sample += step_samples;
    d_words.push_back(d_correlator.push(samples));
    for (const float mean : d_words.back().means) {
        if (!(mean > 0.0f) || !std::isfinite(mean)) {
            d_words.clear();
            d_maps.clear();
            return std::nullopt;
        }
    }
    if (d_words.size() < reach) {
        return std::nullopt;
    }
    d_maps.push_back(powers());
    if (d_maps.size() > longest * steps_per_slot) {
        d_maps.pop_front();
        d_words.pop_front();
    }
    return best();
}

// Of the power at a frequency, around the words of a slot that begins in this step.
float vhf_search::mean(size_t frequency, size_t step) const
{
    float sum = 0.0f;
    for (size_t i = 0; i < reach; i++) {
        sum += d_words[step + i].means[frequency];
    }
    return sum / float(reach);
}

// Sum over the words of slots that begin in the latest step for which they are there, by
// frequency and delay; noise alone has mean 1 a word.
std::vector<float> vhf_search::powers() const
{
    const size_t step = d_words.size() - reach;
    std::vector<float> map(frequencies * times);
    std::vector<float> all(reach * times);
    for (size_t f = 0; f < frequencies; f++) {
        const float scale = 1.0f / mean(f, step);
        for (size_t part = 0; part < reach; part++) {
            const auto& values = d_words[step + part].values;
            const float *re = &values.re[f * times], *im = &values.im[f * times];
            for (size_t i = 0; i < times; i++) {
                all[part * times + i] = scale * (re[i] * re[i] + im[i] * im[i]);
            }
        }
        for (const size_t block : vhf_pilot_blocks()) {
            const float* from = &all[block * block_times];
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
    // Each step has its own beginning of the carrier's phase.
    const double cycles = double(long(f) - correlator::widest) *
                          correlator::frequency_step * double(step_samples);
    const auto later = [cycles](size_t part) {
        const double turn = std::remainder(cycles * double(part), 1.0);
        return std::complex<float>(std::polar(1.0, -2.0 * M_PI * turn));
    };
    const std::array<std::complex<float>, reach> turns{ later(0), later(1), later(2) };
    std::array<float, fines> sums{};
    for (size_t slot = 0; slot < slots; slot++) {
        const size_t step = d_words.size() - reach - slot * steps_per_slot;
        const float scale = 1.0f / (float(w::pilot_blocks) * mean(f, step));
        std::array<std::complex<float>, w::pilot_blocks> seen;
        for (size_t i = 0; i < seen.size(); i++) {
            const size_t at = delay + vhf_pilot_blocks()[i] * block_times;
            const auto& values = d_words[step + at / times].values;
            const size_t index = f * times + at % times;
            seen[i] = { values.re[index], values.im[index] };
            seen[i] *= turns[at / times];
        }
        // Along the frequencies, so that compilers take several of them at a time.
        std::array<float, fines> re{}, im{};
        for (size_t i = 0; i < seen.size(); i++) {
            const float seen_re = seen[i].real(), seen_im = seen[i].imag();
            const float *turn_re = &d_turns.re[i * fines],
                        *turn_im = &d_turns.im[i * fines];
            for (size_t fine = 0; fine < fines; fine++) {
                re[fine] += seen_re * turn_re[fine] - seen_im * turn_im[fine];
                im[fine] += seen_re * turn_im[fine] + seen_im * turn_re[fine];
            }
        }
        for (size_t fine = 0; fine < fines; fine++) {
            sums[fine] += scale * (re[fine] * re[fine] + im[fine] * im[fine]);
        }
    }
    const auto peak = std::max_element(sums.begin(), sums.end());
    return { *peak, cell, int(peak - sums.begin()) - finest_step };
}

slot_candidate vhf_search::candidate(const place& at, size_t slots, float strength) const
{
    const int64_t newest = d_next_sample - int64_t(reach * step_samples) -
                           int64_t(correlator::behind) +
                           int64_t(at.cell % times * correlator::time_step);
    const double coarse =
        double(long(at.cell / times) - correlator::widest) * correlator::frequency_step;
    return { newest - int64_t((slots - 1) * w::slot_samples),
             slots,
             coarse + fine_apart * at.fine,
             strength };
}

// The strongest. A bound that few exceed, from the step before, spares sorting all; what
// comes out does not depend on it.
std::vector<size_t> vhf_search::strongest_cells(const std::vector<float>& sum,
                                                float& bound)
{
    auto cells = cells_from(sum, bound);
    if (cells.size() < places) {
        cells = cells_from(sum, 0.0f);
    }
    if (cells.size() <= places) {
        return cells;
    }
    std::vector<float> powers;
    for (const size_t cell : cells) {
        powers.push_back(sum[cell]);
    }
    std::nth_element(
        powers.begin(), powers.begin() + (places - 1), powers.end(), std::greater<>());
    const float least = powers[places - 1];
    bound = 0.95f * least;
    const auto weak = [&](size_t cell) { return sum[cell] < least; };
    cells.erase(std::remove_if(cells.begin(), cells.end(), weak), cells.end());
    cells.resize(places);
    return cells;
}

// Of what exceeds the threshold the strongest: far above the noise a signal's own skirts
// exceed it as well.
std::optional<slot_candidate> vhf_search::best()
{
    std::optional<slot_candidate> found;
    float strongest = 0.0f;
    std::vector<float> sum(frequencies * times);
    size_t added = 0;
    for (size_t number = 0; number < std::size(windows); number++) {
        const auto& window = windows[number];
        if ((window.slots - 1) * steps_per_slot >= d_maps.size()) {
            break;
        }
        for (; added < window.slots; added++) {
            const auto& map = d_maps[d_maps.size() - 1 - added * steps_per_slot];
            std::transform(
                sum.begin(), sum.end(), map.begin(), sum.begin(), std::plus<>());
        }
        for (const size_t cell : strongest_cells(sum, d_bounds[number])) {
            const auto at = finest(cell, window.slots);
            const float ratio = at.power / window.threshold;
            const float power = ratio * mean(at.cell / times, d_words.size() - reach);
            if (ratio > 1.0f && power > strongest) {
                strongest = power;
                found = candidate(at, window.slots, ratio);
            }
        }
    }
    return found;
}

} // namespace largesc
} // namespace gr
