/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "galois_field.h"
#include <gnuradio/largesc/fec/frame_code.h>
#include <boost/test/unit_test.hpp>
#include <set>
#include <stdexcept>

using gr::largesc::combined_tokens;
using gr::largesc::frame_code;
using gr::largesc::galois_field;
using tokens = std::vector<int16_t>;

namespace {

// Shift and add, modulo x^11 + x^2 + 1.
int16_t product_by_definition(int a, int b)
{
    int sum = 0;
    for (; b; b >>= 1) {
        sum ^= b & 1 ? a : 0;
        a <<= 1;
        a ^= a & 2048 ? 2048 | 4 | 1 : 0;
    }
    return int16_t(sum);
}

} // namespace

BOOST_AUTO_TEST_CASE(t_products_are_those_of_the_definition)
{
    for (int a = 0; a < 2048; a += 13) {
        for (int b = 0; b < 2048; b++) {
            BOOST_REQUIRE_EQUAL(galois_field::product(a, b), product_by_definition(a, b));
        }
    }
    BOOST_CHECK_EQUAL(galois_field::product(2047, 2047),
                      product_by_definition(2047, 2047));
}

BOOST_AUTO_TEST_CASE(t_every_element_but_zero_has_an_inverse)
{
    std::set<int> inverses;
    for (int a = 1; a < galois_field::size; a++) {
        BOOST_REQUIRE_EQUAL(galois_field::product(a, galois_field::inverse(a)), 1);
        inverses.insert(galois_field::inverse(a));
    }
    BOOST_CHECK_EQUAL(inverses.size(), 2047);
}

BOOST_AUTO_TEST_CASE(t_pair_is_the_xor_as_far_as_both_frames_go)
{
    const auto sum =
        combined_tokens(frame_code::xor_pair, { { 0, 2047, 5 }, { 1, 2047, 3, 9 } });
    BOOST_TEST(sum == (tokens{ 1, 0, 6 }), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(t_window_weights_the_middle_frame_by_x)
{
    const auto sum = combined_tokens(frame_code::window, { { 1 }, { 1024 }, { 2 } });
    BOOST_TEST(sum == tokens{ 1 ^ 5 ^ 2 }, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(t_what_is_no_combination_is_refused)
{
    BOOST_CHECK_THROW(combined_tokens(frame_code::repetition, {}), std::invalid_argument);
    BOOST_CHECK_THROW(combined_tokens(frame_code::xor_pair, { { 1 } }),
                      std::invalid_argument);
    BOOST_CHECK_THROW(combined_tokens(frame_code::xor_pair, { { 1 }, { 2048 } }),
                      std::invalid_argument);
    BOOST_CHECK_THROW(combined_tokens(frame_code::xor_pair, { { -1 }, { 1 } }),
                      std::invalid_argument);
}
