/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/largesc/fec/tail_biting_code.h>
#include <boost/test/unit_test.hpp>
#include <algorithm>
#include <random>
#include <stdexcept>

using gr::largesc::tail_biting_code;

namespace {

const std::vector<uint32_t> generators{ 067, 051, 073 };

std::vector<uint8_t> random_bits(size_t count, uint64_t seed)
{
    std::mt19937_64 draw(seed);
    std::vector<uint8_t> bits(count);
    for (auto& bit : bits) {
        bit = uint8_t(draw() >> 63);
    }
    return bits;
}

} // namespace

// Sums over the register, written apart from the code under test.
BOOST_AUTO_TEST_CASE(t_each_coded_bit_is_a_sum_around_the_circle)
{
    const tail_biting_code code(5, generators, 20, 60);
    const auto bits = random_bits(20, 1);
    const auto coded = code.encode(bits);
    BOOST_REQUIRE_EQUAL(coded.size(), 60u);
    for (size_t step = 0; step < 20; step++) {
        for (size_t g = 0; g < 3; g++) {
            int sum = 0;
            for (size_t back = 0; back <= 5; back++) {
                const bool taken = generators[g] >> (5 - back) & 1;
                sum += taken ? bits[(step + 20 - back) % 20] : 0;
            }
            BOOST_TEST(int(coded[step * 3 + g]) == sum % 2);
        }
    }
}

BOOST_AUTO_TEST_CASE(t_what_does_not_fit_is_left_out_evenly)
{
    const tail_biting_code whole(5, generators, 20, 60), short_one(5, generators, 20, 50);
    const auto bits = random_bits(20, 2);
    const auto all = whole.encode(bits), sent = short_one.encode(bits);
    BOOST_REQUIRE_EQUAL(sent.size(), 50u);
    std::vector<size_t> last;
    for (size_t i = 0; i < sent.size(); i++) {
        const size_t from = short_one.sent()[i];
        BOOST_TEST(sent[i] == all[from]);
        if (from % 3 == 2) {
            last.push_back(from / 3);
        }
    }
    BOOST_REQUIRE_EQUAL(last.size(), 10u); // of 20: every other one
    for (size_t i = 1; i < last.size(); i++) {
        BOOST_TEST(last[i] - last[i - 1] == 2u);
    }
}

BOOST_AUTO_TEST_CASE(t_second_generator_gives_way_when_the_third_is_used_up)
{
    const tail_biting_code code(5, generators, 20, 25);
    const auto count = [&code](size_t g) {
        return std::count_if(code.sent().begin(), code.sent().end(), [g](size_t from) {
            return from % 3 == g;
        });
    };
    BOOST_TEST(count(0) == 20);
    BOOST_TEST(count(1) == 5);
    BOOST_TEST(count(2) == 0);
}

BOOST_AUTO_TEST_CASE(t_what_is_no_code_is_refused)
{
    const auto refused =
        [](int memory, std::vector<uint32_t> g, size_t info, size_t coded) {
            BOOST_CHECK_THROW(tail_biting_code(memory, std::move(g), info, coded),
                              std::invalid_argument);
        };
    refused(4, { 031, 023 }, 20, 40);
    refused(15, { 0100001 }, 20, 20);
    refused(5, {}, 20, 20);
    refused(5, std::vector<uint32_t>(9, 041), 20, 100);
    refused(5, { 066, 051 }, 20, 40);  // last tap missing
    refused(5, { 0167, 051 }, 20, 40); // one bit too long
    refused(5, generators, 5, 15);
    refused(5, generators, 20, 19);
    refused(5, generators, 20, 61);
    BOOST_CHECK_THROW(tail_biting_code(5, generators, 20, 60).encode({ 1, 0 }),
                      std::invalid_argument);
}
