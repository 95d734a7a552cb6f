/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "packet_facts.h"
#include <boost/test/unit_test.hpp>
#include <algorithm>
#include <functional>
#include <vector>

using gr::largesc::frame_store;
using gr::largesc::learn_packet;
using gr::largesc::missing_token;
using gr::largesc::packet;
using gr::largesc::playout_step;
using gr::largesc::token_origin;

namespace {

using fact = std::function<void(frame_store&)>;

// What a frame's packet, two that repeat it and a code over several frames may say.
fact told_by(const packet& p, int64_t frame)
{
    return [=](frame_store& frames) { learn_packet(frames, frame, p); };
}

const fact own = told_by({ 20, 0, { 10, 11, 12, 13 }, {} }, 20);
const fact repeats_more = told_by({ 21, 1, { 0, 0, 0, 0 }, { 10, 11, 12, 13, 14 } }, 21);
const fact repeats_less = told_by({ 23, 3, { 0, 0, 0, 0 }, { 10, 11 } }, 23);
const fact decoded = [](frame_store& frames) {
    frames.learn(20, 6, 16, token_origin::redundant);
};
const fact silence = [](frame_store& frames) { frames.learn_silence(20); };

std::string origins(const playout_step& step)
{
    std::string names;
    for (const auto origin : step.origin) {
        names += "-prm.s?"[int(origin)]; // by number: missing, primary ...
    }
    return names;
}

// The frame after these facts; whatever their order, it must be the same.
playout_step after(std::vector<fact> facts)
{
    std::vector<size_t> order(facts.size());
    for (size_t n = 0; n < order.size(); n++) {
        order[n] = n;
    }
    playout_step first;
    bool is_first = true;
    do {
        frame_store frames;
        for (const size_t n : order) {
            facts[n](frames);
        }
        const auto step = frames.step(20);
        if (is_first) {
            first = step;
            is_first = false;
        }
        BOOST_CHECK(step.due == first.due);
        BOOST_CHECK(step.origin == first.origin);
    } while (std::next_permutation(order.begin(), order.end()));
    return first;
}

} // namespace

BOOST_AUTO_TEST_CASE(t_nothing_is_known_of_a_frame_that_nobody_spoke_of)
{
    const auto step = frame_store().step(20);
    BOOST_CHECK_EQUAL(origins(step), "????????");
    BOOST_CHECK_EQUAL(step.due[0], missing_token);
}

BOOST_AUTO_TEST_CASE(t_a_lost_frame_is_known_as_far_as_others_tell)
{
    BOOST_CHECK_EQUAL(origins(after({ repeats_less })), "rr??????");
    BOOST_CHECK_EQUAL(origins(after({ repeats_less, decoded })), "rr????r?");
    const auto step = after({ repeats_more, repeats_less, decoded });
    BOOST_CHECK_EQUAL(origins(step), "rrrrr?r?");
    BOOST_CHECK_EQUAL(step.due[4], 14);
    BOOST_CHECK_EQUAL(step.due[6], 16);
    BOOST_CHECK_EQUAL(step.due[5], missing_token);
}

BOOST_AUTO_TEST_CASE(t_the_frame_s_own_packet_says_what_was_not_sent)
{
    BOOST_CHECK_EQUAL(origins(after({ own })), "pppp....");
    BOOST_CHECK_EQUAL(origins(after({ own, repeats_less })), "pppp....");
    BOOST_CHECK_EQUAL(origins(after({ own, repeats_more, decoded })), "ppppr.r.");
}

BOOST_AUTO_TEST_CASE(t_a_silent_frame_has_no_tokens)
{
    const auto step = after({ silence, repeats_more, decoded });
    BOOST_CHECK_EQUAL(origins(step), "ssssssss");
    BOOST_CHECK_EQUAL(step.due[0], missing_token);
}

BOOST_AUTO_TEST_CASE(t_only_the_frame_s_own_packet_counts_as_it)
{
    frame_store frames;
    repeats_more(frames);
    BOOST_CHECK(!frames.has_packet(20));
    BOOST_CHECK(frames.has_packet(21));
    own(frames);
    BOOST_CHECK(frames.has_packet(20));
    BOOST_CHECK(!frames.is_silent(20));
    frames.clear();
    BOOST_CHECK(!frames.has_packet(20));
    silence(frames);
    BOOST_CHECK(frames.has_packet(20));
    BOOST_CHECK(frames.is_silent(20));
}

BOOST_AUTO_TEST_CASE(t_a_frame_gives_its_place_to_one_256_later)
{
    frame_store frames;
    own(frames);
    BOOST_CHECK(frames.has_packet(20));
    frames.learn(20 + 256, 0, 5, token_origin::redundant);
    BOOST_CHECK(!frames.has_packet(20));
    BOOST_CHECK_EQUAL(origins(frames.step(20 + 256)), "r???????");
    frames.learn(-1, 0, 5, token_origin::redundant);
    BOOST_CHECK_EQUAL(origins(frames.step(-1)), "r???????");
}
