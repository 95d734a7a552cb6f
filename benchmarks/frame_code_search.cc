/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/*
 * Which earlier frames to combine: share of frames lost for every set of lags, with
 * weights of 1 (XOR) and with others in GF(2^11), and for every two sets that take turns.
 * What is simulated is which frames become known in time, by the solver that receivers
 * use.
 *
 *   cmake --build build --target frame_code_search && build/benchmarks/frame_code_search
 *   frame_code_search [FRAMES [turns]]     30000 frames; "turns" adds sets that take
 * turns
 *
 * docs/redundancy.md has the result.
 */

#include "../lib/fec/galois_field.h"
#include "../lib/fec/token_equations.h"
#include <gnuradio/largesc/loss/loss_process_factory.h>
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>

using gr::largesc::token_equations;
using code =
    std::vector<unsigned>; // sets of lags that take turns; bit n: n + 1 frames ago

namespace {

constexpr int remembered = 64; // frames, as frame_store

// No two alike, and no product of two a square of a third: nothing vanishes by accident.
constexpr int16_t weights[] = { 1, 3, 2, 19, 1, 70, 455, 1001, 5, 1777, 812, 93 };

bool is_due_unknown(const std::vector<bool>& known, size_t newest, size_t look_ahead)
{
    return newest >= look_ahead && !known[newest - look_ahead];
}

// Share of frames that are not known when they are due.
double share_lost(const std::vector<bool>& lost,
                  size_t look_ahead,
                  const code& sets,
                  bool weighted)
{
    token_equations equations;
    std::vector<bool> known(lost.size());
    size_t missed = 0;
    for (size_t n = 0; n < lost.size(); n++) {
        if (!lost[n]) {
            known[n] = true;
            token_equations::sum terms;
            for (size_t lag = 1; lag <= 12 && lag <= n; lag++) {
                if (sets[n % sets.size()] >> (lag - 1) & 1 && !known[n - lag]) {
                    terms[int64_t(n - lag)] = weighted ? weights[lag - 1] : int16_t(1);
                }
            }
            equations.forget_before(int64_t(n) - remembered);
            for (const auto& solved : equations.add(std::move(terms), 0)) {
                known[solved.frame] = true;
            }
        }
        missed += is_due_unknown(known, n, look_ahead);
    }
    return double(missed) / double(lost.size());
}

std::string name_of(const code& sets, bool weighted)
{
    std::string name;
    for (const unsigned set : sets) {
        name += name.empty() ? "{" : " in turn with {";
        for (int lag = 1; lag <= 12; lag++) {
            name += set >> (lag - 1) & 1 ? " " + std::to_string(lag) : "";
        }
        name += " }";
    }
    return name + (weighted ? " weighted" : "");
}

std::vector<code> every_code(size_t look_ahead, bool turns)
{
    std::vector<code> found;
    const unsigned sets = 1u << look_ahead;
    for (unsigned first = 1; first < sets; first++) {
        found.push_back({ first });
        for (unsigned second = first + 1; turns && second < sets; second++) {
            found.push_back({ first, second });
        }
    }
    return found;
}

void search(const char* process,
            double loss_rate,
            double burst,
            size_t look_ahead,
            int frames,
            bool turns)
{
    const auto losses = gr::largesc::make_loss_process(process, loss_rate, burst, 1);
    std::vector<bool> lost(frames);
    for (size_t n = 0; n < lost.size(); n++) {
        lost[n] = losses->next_is_lost();
    }
    std::vector<std::pair<double, std::string>> results;
    for (const auto& sets : every_code(look_ahead, turns)) {
        for (const bool weighted : { false, true }) {
            results.emplace_back(share_lost(lost, look_ahead, sets, weighted),
                                 name_of(sets, weighted));
        }
    }
    std::sort(results.begin(), results.end());
    std::printf("%s, %g %%, burst %g, look-ahead %zu frames:\n",
                process,
                100 * loss_rate,
                burst,
                look_ahead);
    for (size_t n = 0; n < 5; n++) {
        std::printf("  %5.2f %% %s\n", 100 * results[n].first, results[n].second.c_str());
    }
}

} // namespace

int main(int count, char** arguments)
{
    const int frames = count > 1 ? std::atoi(arguments[1]) : 30000;
    const bool turns = count > 2 && std::string(arguments[2]) == "turns";
    for (const size_t look_ahead : { 3, 5 }) {
        for (const double loss_rate : { 0.2, 0.3 }) {
            search("independent", loss_rate, 0.0, look_ahead, frames, turns);
            search("gilbert", loss_rate, 3.0, look_ahead, frames, turns);
        }
    }
}
