/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "galois_field.h"
#include "token_equations.h"
#include <algorithm>
#include <utility>

namespace gr {
namespace largesc {

namespace {

template <typename Rows, typename Condition>
void remove_if(Rows& rows, Condition condition)
{
    rows.erase(std::remove_if(rows.begin(), rows.end(), condition), rows.end());
}

} // namespace

std::vector<token_equations::solution> token_equations::add(sum terms, int16_t value)
{
    insert({ std::move(terms), value });
    return take_solved();
}

std::vector<token_equations::solution> token_equations::know(int64_t frame, int16_t token)
{
    std::vector<row> changed;
    for (auto& r : d_rows) {
        const auto known = r.terms.find(frame);
        if (known != r.terms.end()) {
            r.value ^= galois_field::product(known->second, token);
            r.terms.erase(known);
            changed.push_back(std::move(r));
            r.terms.clear();
        }
    }
    remove_if(d_rows, [](const row& r) { return r.terms.empty(); });
    for (auto& r : changed) {
        insert(std::move(r));
    }
    return take_solved();
}

void token_equations::drop(int64_t frame)
{
    remove_if(d_rows, [=](const row& r) { return r.terms.count(frame) > 0; });
}

void token_equations::forget_before(int64_t frame)
{
    remove_if(d_rows, [=](const row& r) { return r.terms.begin()->first < frame; });
}

void token_equations::subtract(row& from, const row& what, int16_t times)
{
    from.value ^= galois_field::product(times, what.value);
    for (const auto& [frame, coefficient] : what.terms) {
        int16_t& left = from.terms[frame];
        left ^= galois_field::product(times, coefficient);
        if (left == 0) {
            from.terms.erase(frame);
        }
    }
}

// Whether it says anything that the others do not.
bool token_equations::reduce(row& r) const
{
    for (const auto& other : d_rows) {
        const auto common = r.terms.find(other.terms.begin()->first);
        if (common != r.terms.end()) {
            subtract(r, other, int16_t(common->second));
        }
    }
    return !r.terms.empty();
}

void token_equations::insert(row r)
{
    if (!reduce(r)) {
        return; // what remains is 0 = 0, or of damaged tokens
    }
    const int64_t oldest = r.terms.begin()->first;
    const int16_t scale = galois_field::inverse(r.terms.begin()->second);
    for (auto& [frame, coefficient] : r.terms) {
        coefficient = galois_field::product(scale, coefficient);
    }
    r.value = galois_field::product(scale, r.value);
    for (auto& other : d_rows) {
        const auto common = other.terms.find(oldest);
        if (common != other.terms.end()) {
            subtract(other, r, int16_t(common->second));
        }
    }
    d_rows.push_back(std::move(r));
}

std::vector<token_equations::solution> token_equations::take_solved()
{
    std::vector<solution> solved;
    remove_if(d_rows, [&](const row& r) {
        const bool is_solved = r.terms.size() == 1;
        if (is_solved) {
            solved.push_back({ r.terms.begin()->first, r.value });
        }
        return is_solved;
    });
    return solved;
}

} // namespace largesc
} // namespace gr
