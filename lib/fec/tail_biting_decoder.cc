/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "trellis_steps.h"
#include <gnuradio/largesc/fec/tail_biting_decoder.h>
#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

namespace gr {
namespace largesc {

namespace {

// Logarithm of the probability of a bit, by half its likelihood ratio.
double log_share(uint8_t bit, double half)
{
    const double size = std::abs(half);
    return (bit ? half : -half) - size - std::log1p(std::exp(-2.0 * size));
}

} // namespace

float decoded_word::reliability() const
{
    return margin + 0.5f * std::min(evidence, 2.0f);
}

tail_biting_decoder::tail_biting_decoder(const tail_biting_code& code)
    : d_code(code),
      d_steps(std::make_unique<trellis_steps>(code)),
      d_ratios(code.info_bits() * code.generators().size()),
      d_known(code.info_bits()),
      d_metrics((code.info_bits() + 1) * d_steps->states()),
      d_after(d_steps->states()),
      d_next_after(d_steps->states()),
      d_origins(d_steps->states()),
      d_next_origins(d_steps->states()),
      d_choices(code.info_bits() * d_steps->states()),
      d_bits(code.info_bits()),
      d_closed(d_steps->states())
{
}

tail_biting_decoder::~tail_biting_decoder() = default;
tail_biting_decoder::tail_biting_decoder(tail_biting_decoder&&) noexcept = default;

decoded_word tail_biting_decoder::decode(const std::vector<float>& ratios,
                                         const std::vector<float>& known)
{
    if (ratios.size() != d_code.coded_bits()) {
        throw std::invalid_argument(
            "tail_biting_decoder: another number of ratios than coded_bits");
    }
    if (!known.empty() && known.size() != d_code.info_bits()) {
        throw std::invalid_argument(
            "tail_biting_decoder: another number of known bits than info_bits");
    }
    spread(ratios, known);
    const size_t states = d_steps->states();
    const auto last = d_metrics.end() - states;
    std::fill(last, d_metrics.end(), 0.0f);
    std::fill(d_closed.begin(), d_closed.end(), -INFINITY);
    d_best = -INFINITY;
    for (int round = 0; round < max_rounds; round++) {
        go_round();
        // The first round gives the metrics of the soft bits no way around the circle
        // yet.
        if (take_closed_path() && round > 0) {
            break;
        }
    }
    if (d_best == -INFINITY) {
        trace_back(size_t(std::max_element(last, d_metrics.end()) - last));
    }
    decoded_word word;
    word.bits = d_bits;
    word.evidence = evidence(ratios);
    go_back(word);
    word.margin = margin(word);
    return word;
}

void tail_biting_decoder::spread(const std::vector<float>& ratios,
                                 const std::vector<float>& known)
{
    std::fill(d_ratios.begin(), d_ratios.end(), 0.0f);
    for (size_t i = 0; i < ratios.size(); i++) {
        d_ratios[d_code.sent()[i]] = 0.5f * ratios[i];
    }
    std::fill(d_known.begin(), d_known.end(), 0.0f);
    std::transform(known.begin(), known.end(), d_known.begin(), [](float ratio) {
        return 0.5f * ratio;
    });
}

void tail_biting_decoder::go_round()
{
    const size_t states = d_steps->states(), n = d_code.generators().size();
    std::copy(d_metrics.end() - states, d_metrics.end(), d_metrics.begin());
    std::iota(d_origins.begin(), d_origins.end(), 0);
    for (size_t step = 0; step < d_code.info_bits(); step++) {
        d_steps->set_ratios(&d_ratios[step * n], d_known[step]);
        d_steps->forward(&d_metrics[step * states],
                         &d_metrics[(step + 1) * states],
                         d_origins.data(),
                         d_next_origins.data(),
                         &d_choices[step * states]);
        d_origins.swap(d_next_origins);
    }
}

// Keeps the best path that ends where it began; says whether none can be better.
bool tail_biting_decoder::take_closed_path()
{
    const size_t states = d_steps->states();
    const float* last = &d_metrics[d_code.info_bits() * states];
    float best_of_all = -INFINITY, best_closed = -INFINITY;
    size_t closed = 0;
    for (size_t state = 0; state < states; state++) {
        const float net = last[state] - d_metrics[size_t(d_origins[state])];
        best_of_all = std::max(best_of_all, net);
        if (size_t(d_origins[state]) != state) {
            continue;
        }
        d_closed[state] = std::max(d_closed[state], net);
        if (net > best_closed) {
            best_closed = net;
            closed = state;
        }
    }
    if (best_closed > d_best) {
        d_best = best_closed;
        trace_back(closed);
    }
    return best_closed >= best_of_all;
}

void tail_biting_decoder::trace_back(size_t state)
{
    const size_t states = d_steps->states();
    const int top = d_code.memory() - 1;
    for (size_t step = d_code.info_bits(); step-- > 0;) {
        d_bits[step] = uint8_t(state >> top);
        state = ((state << 1) & (states - 1)) | d_choices[step * states + state];
    }
}

float tail_biting_decoder::evidence(const std::vector<float>& ratios) const
{
    const auto coded = d_code.encode(d_bits);
    double sum = 0.0;
    for (size_t i = 0; i < ratios.size(); i++) {
        sum += log_share(coded[i], 0.5 * ratios[i]) + M_LN2;
    }
    for (size_t i = 0; i < d_bits.size(); i++) {
        sum += log_share(d_bits[i], d_known[i]);
    }
    return float(sum);
}

// Twice around the circle from the end: once to arrive, once to join both directions.
void tail_biting_decoder::go_back(decoded_word& word)
{
    const size_t steps = d_code.info_bits(), states = d_steps->states();
    const size_t n = d_code.generators().size();
    word.soft_bits.resize(steps);
    std::fill(d_after.begin(), d_after.end(), 0.0f);
    for (size_t passed = 0; passed < 2 * steps; passed++) {
        const size_t step = steps - 1 - passed % steps;
        d_steps->set_ratios(&d_ratios[step * n], d_known[step]);
        if (passed >= steps) {
            word.soft_bits[step] =
                d_steps->soft_bit(&d_metrics[step * states], d_after.data());
        }
        d_steps->backward(d_after.data(), d_next_after.data());
        d_after.swap(d_next_after);
    }
}

// The next best packet differs for a few steps, which the soft bits show, or all around
// the circle: then its path closes in another state.
float tail_biting_decoder::margin(const decoded_word& word) const
{
    float margin = INFINITY;
    for (size_t i = 0; i < word.bits.size(); i++) {
        margin = std::min(margin, word.bits[i] ? word.soft_bits[i] : -word.soft_bits[i]);
    }
    float best = -INFINITY, second = -INFINITY;
    for (const float net : d_closed) {
        second = std::max(second, std::min(net, best));
        best = std::max(best, net);
    }
    return second > -INFINITY ? std::min(margin, best - second) : margin;
}

} // namespace largesc
} // namespace gr
