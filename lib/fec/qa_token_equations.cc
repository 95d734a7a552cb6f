/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "galois_field.h"
#include "token_equations.h"
#include <boost/test/unit_test.hpp>
#include <algorithm>
#include <functional>
#include <random>

using gr::largesc::galois_field;
using gr::largesc::token_equations;
using known_tokens = std::map<int64_t, int16_t>;

namespace {

using chance = std::mt19937;

int16_t draw(chance& random, int least, int most)
{
    return int16_t(std::uniform_int_distribution<int>(least, most)(random));
}

void take(known_tokens& known, const std::vector<token_equations::solution>& solved)
{
    for (const auto& [frame, token] : solved) {
        BOOST_REQUIRE(known.emplace(frame, token).second); // told once
    }
}

struct equation {
    token_equations::sum terms;
    int16_t value = 0;
};

equation drawn_equation(chance& random, const known_tokens& truth)
{
    equation drawn;
    for (const auto& [frame, token] : truth) {
        if (draw(random, 0, 2) == 0) {
            const int16_t coefficient = draw(random, 1, 2047);
            drawn.terms[frame] = coefficient;
            drawn.value ^= galois_field::product(coefficient, token);
        }
    }
    return drawn;
}

// What is known already does not stand in an equation that comes.
void add(token_equations& equations, known_tokens& known, equation e)
{
    for (const auto& [frame, token] : known) {
        const auto term = e.terms.find(frame);
        if (term != e.terms.end()) {
            e.value ^= galois_field::product(term->second, token);
            e.terms.erase(term);
        }
    }
    take(known, equations.add(std::move(e.terms), e.value));
}

} // namespace

BOOST_AUTO_TEST_CASE(t_one_equation_determines_the_last_of_its_tokens)
{
    token_equations equations;
    BOOST_CHECK(equations.add({ { 5, 1 }, { 7, 1 } }, 100 ^ 300).empty());
    const auto solved = equations.know(5, 100);
    BOOST_REQUIRE_EQUAL(solved.size(), 1);
    BOOST_CHECK_EQUAL(solved[0].frame, 7);
    BOOST_CHECK_EQUAL(solved[0].token, 300);
    BOOST_CHECK(equations.know(7, 300).empty());
}

BOOST_AUTO_TEST_CASE(t_two_equations_determine_two_tokens_neither_does_alone)
{
    token_equations equations;
    BOOST_CHECK(equations.add({ { 5, 2 }, { 7, 1 } }, 200 ^ 300).empty());
    auto solved = equations.add({ { 5, 1 }, { 7, 2 } }, 100 ^ 600);
    BOOST_REQUIRE_EQUAL(solved.size(), 2);
    BOOST_CHECK_EQUAL(solved[0].token + solved[1].token, 400);
    // With the same weights the second says nothing new, not even where it contradicts.
    token_equations same;
    same.add({ { 5, 1 }, { 7, 1 } }, 100 ^ 300);
    BOOST_CHECK(same.add({ { 5, 1 }, { 7, 1 } }, 1).empty());
    BOOST_CHECK_EQUAL(same.know(5, 100).size(), 1);
}

BOOST_AUTO_TEST_CASE(t_whatever_the_order_the_same_becomes_known_and_it_is_right)
{
    chance random(19);
    for (int trial = 0; trial < 300; trial++) {
        known_tokens truth;
        for (int frame = -2; frame < 6; frame++) {
            truth[frame] = draw(random, 0, 2047);
        }
        std::vector<std::function<void(token_equations&, known_tokens&)>> facts;
        const int count = draw(random, 1, 8);
        for (int n = 0; n < count; n++) {
            const auto e = drawn_equation(random, truth);
            facts.push_back(
                [=](auto& equations, auto& known) { add(equations, known, e); });
        }
        for (int frame = draw(random, 0, 3); frame < 6; frame += 4) {
            const int16_t token = truth[frame];
            facts.push_back([=](auto& equations, auto& known) {
                if (known.emplace(frame, token).second) {
                    take(known, equations.know(frame, token));
                }
            });
        }
        known_tokens first;
        for (int order = 0; order < 5; order++) {
            token_equations equations;
            known_tokens known;
            for (const auto& fact : facts) {
                fact(equations, known);
            }
            for (const auto& [frame, token] : known) {
                BOOST_REQUIRE_EQUAL(token, truth[frame]);
            }
            if (order == 0) {
                first = known;
            }
            BOOST_REQUIRE(known == first);
            std::shuffle(facts.begin(), facts.end(), random);
        }
    }
}

BOOST_AUTO_TEST_CASE(
    t_as_many_equations_as_unknowns_are_enough_but_for_one_chance_in_2047)
{
    chance random(5);
    int solved = 0;
    for (int trial = 0; trial < 200; trial++) {
        token_equations equations;
        known_tokens known, truth{ { 1, 10 }, { 2, 20 }, { 3, 30 }, { 4, 40 } };
        for (int n = 0; n < 4; n++) {
            equation e;
            for (const auto& [frame, token] : truth) {
                e.terms[frame] = draw(random, 1, 2047);
                e.value ^= galois_field::product(e.terms[frame], token);
            }
            add(equations, known, e);
        }
        solved += known == truth;
    }
    BOOST_CHECK_GE(solved, 198);
}

BOOST_AUTO_TEST_CASE(t_forgetting_the_oldest_loses_nothing_of_the_others)
{
    token_equations equations;
    equations.add({ { 1, 1 }, { 5, 1 }, { 6, 1 } }, 1 ^ 50 ^ 60);
    equations.add({ { 1, 1 }, { 5, 2 }, { 6, 1 } }, 1 ^ 100 ^ 60);
    // Their sum is one of frame 5 alone: it was told at once. Then 1 and 6 are left.
    equations.add({ { 1, 1 }, { 7, 1 }, { 8, 1 } }, 1 ^ 70 ^ 80);
    equations.forget_before(2);
    BOOST_CHECK(equations.know(1, 1).empty());
    // 6 + 7 + 8 without 1 is what remains.
    const auto none = equations.know(7, 70);
    BOOST_CHECK(none.empty());
    const auto solved = equations.know(6, 60);
    BOOST_REQUIRE_EQUAL(solved.size(), 1);
    BOOST_CHECK_EQUAL(solved[0].frame, 8);
    BOOST_CHECK_EQUAL(solved[0].token, 80);
}

BOOST_AUTO_TEST_CASE(t_equations_with_a_token_that_is_none_are_dropped)
{
    token_equations equations;
    equations.add({ { 5, 1 }, { 7, 1 } }, 1);
    equations.add({ { 8, 1 }, { 9, 1 } }, 80 ^ 90);
    equations.drop(7);
    BOOST_CHECK(equations.know(5, 1).empty());
    BOOST_CHECK_EQUAL(equations.know(8, 80).size(), 1);
}
