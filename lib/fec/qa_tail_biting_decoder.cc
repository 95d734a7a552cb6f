/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/largesc/fec/tail_biting_decoder.h>
#include <boost/test/unit_test.hpp>
#include <algorithm>
#include <cmath>
#include <random>
#include <stdexcept>

using namespace gr::largesc;

namespace {

std::vector<uint8_t> random_bits(size_t count, std::mt19937_64& draw)
{
    std::vector<uint8_t> bits(count);
    for (auto& bit : bits) {
        bit = uint8_t(draw() >> 63);
    }
    return bits;
}

// Likelihood ratios of +-1 in white Gaussian noise; amplitude 0 is noise alone, received
// as if there were a signal of amplitude 1.
std::vector<float> receive(const std::vector<uint8_t>& coded,
                           double amplitude,
                           double deviation,
                           std::mt19937_64& draw)
{
    std::normal_distribution<double> noise(0.0, deviation);
    std::vector<float> ratios;
    for (const uint8_t bit : coded) {
        const double came = (bit ? amplitude : -amplitude) + noise(draw);
        ratios.push_back(float(2.0 * came / (deviation * deviation)));
    }
    return ratios;
}

const tail_biting_code& small_code()
{
    static const tail_biting_code code(5, { 067, 051, 073 }, 12, 32);
    return code;
}

// All 4096 packets of the small code.
const std::vector<std::vector<uint8_t>>& small_words()
{
    static const auto words = [] {
        std::vector<std::vector<uint8_t>> all;
        for (unsigned value = 0; value < 4096; value++) {
            std::vector<uint8_t> bits(12);
            for (size_t i = 0; i < 12; i++) {
                bits[i] = value >> i & 1;
            }
            all.push_back(small_code().encode(bits));
        }
        return all;
    }();
    return words;
}

// Metrics of all packets: sum of +-L/2.
std::vector<double> all_metrics(const std::vector<float>& ratios)
{
    std::vector<double> metrics;
    for (const auto& word : small_words()) {
        double sum = 0.0;
        for (size_t i = 0; i < word.size(); i++) {
            sum += word[i] ? 0.5 * ratios[i] : -0.5 * ratios[i];
        }
        metrics.push_back(sum);
    }
    return metrics;
}

} // namespace

BOOST_AUTO_TEST_CASE(t_small_code_against_all_its_packets)
{
    std::mt19937_64 draw(1);
    tail_biting_decoder decoder(small_code());
    int right = 0, exact = 0;
    for (int trial = 0; trial < 200; trial++) {
        const auto ratios =
            receive(small_code().encode(random_bits(12, draw)), 1.0, 1.0, draw);
        auto metrics = all_metrics(ratios);
        const auto word = decoder.decode(ratios);
        unsigned value = 0;
        for (size_t i = 0; i < 12; i++) {
            value |= unsigned(word.bits[i]) << i;
        }
        const size_t best =
            size_t(std::max_element(metrics.begin(), metrics.end()) - metrics.begin());
        std::sort(metrics.begin(), metrics.end(), std::greater<>());
        const double gap = metrics[0] - metrics[1];
        if (value == best) {
            right++;
            exact += std::abs(word.margin - gap) < 0.01;
        }
    }
    BOOST_TEST(right >= 190); // a path that closes may have been overtaken
    BOOST_TEST(exact >= 60);  // not all rivals that run around the circle are seen
}

BOOST_AUTO_TEST_CASE(t_known_bits_against_all_packets)
{
    std::mt19937_64 draw(5);
    tail_biting_decoder decoder(small_code());
    int right = 0;
    for (int trial = 0; trial < 200; trial++) {
        const auto bits = random_bits(12, draw);
        const auto ratios = receive(small_code().encode(bits), 1.0, 1.2, draw);
        const auto known = receive(bits, 1.0, 1.5, draw);
        auto metrics = all_metrics(ratios);
        for (unsigned value = 0; value < 4096; value++) {
            for (size_t i = 0; i < 12; i++) {
                metrics[value] += (value >> i & 1 ? 0.5 : -0.5) * known[i];
            }
        }
        const auto word = decoder.decode(ratios, known);
        unsigned value = 0;
        double evidence = 0.0;
        for (size_t i = 0; i < 12; i++) {
            value |= unsigned(word.bits[i]) << i;
            evidence -= std::log1p(std::exp(word.bits[i] ? -known[i] : known[i]));
        }
        const auto coded = small_code().encode(word.bits);
        for (size_t i = 0; i < ratios.size(); i++) {
            evidence += (coded[i] ? 0.5 : -0.5) * ratios[i] -
                        std::log(std::cosh(0.5 * ratios[i]));
        }
        BOOST_TEST(word.evidence == float(evidence), boost::test_tools::tolerance(1e-3f));
        right += value == size_t(std::max_element(metrics.begin(), metrics.end()) -
                                 metrics.begin());
    }
    BOOST_TEST(right >= 190);
    BOOST_CHECK_THROW(decoder.decode(std::vector<float>(32), std::vector<float>(11)),
                      std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(t_evidence_is_the_sum_of_its_definition)
{
    std::mt19937_64 draw(2);
    tail_biting_decoder decoder(small_code());
    const auto ratios = receive(small_code().encode(random_bits(12, draw)), 1, 0.8, draw);
    const auto word = decoder.decode(ratios);
    const auto coded = small_code().encode(word.bits);
    double sum = -12.0 * std::log(2.0);
    for (size_t i = 0; i < ratios.size(); i++) {
        sum += (coded[i] ? 0.5 : -0.5) * ratios[i] - std::log(std::cosh(0.5 * ratios[i]));
    }
    BOOST_TEST(word.evidence == float(sum), boost::test_tools::tolerance(1e-4f));
}

BOOST_AUTO_TEST_CASE(t_noise_shows_evidence_as_seldom_as_promised)
{
    std::mt19937_64 draw(3);
    tail_biting_decoder decoder({ 8, { 0463, 0535, 0733, 0745 }, 56, 200 });
    const std::vector<uint8_t> nothing(200);
    std::vector<float> evidence;
    for (int trial = 0; trial < 1000; trial++) {
        evidence.push_back(decoder.decode(receive(nothing, 0.0, 1.5, draw)).evidence);
    }
    for (const float t : { 1.0f, 2.0f, 3.0f }) {
        const auto above = std::count_if(
            evidence.begin(), evidence.end(), [t](float value) { return value > t; });
        BOOST_TEST(double(above) <= 1000.0 * std::exp(-t));
    }
}

BOOST_AUTO_TEST_CASE(t_soft_bits_agree_with_certain_packets)
{
    std::mt19937_64 draw(4);
    const tail_biting_code code(11, { 04767, 05723, 06265 }, 104, 256);
    tail_biting_decoder decoder(code);
    const auto bits = random_bits(104, draw);
    const auto coded = code.encode(bits);
    const auto word = decoder.decode(receive(coded, 1.0, 0.7, draw));
    BOOST_TEST(word.bits == bits, boost::test_tools::per_element());
    BOOST_REQUIRE_EQUAL(word.soft_bits.size(), 104u);
    for (size_t i = 0; i < bits.size(); i++) {
        BOOST_TEST((word.soft_bits[i] > 0.0f) == (bits[i] == 1));
    }
    BOOST_TEST(word.margin > 10.0f);
    BOOST_TEST(word.evidence > 10.0f);
}

BOOST_AUTO_TEST_CASE(t_nothing_received_is_worth_nothing)
{
    tail_biting_decoder decoder(small_code());
    const auto word = decoder.decode(std::vector<float>(32));
    BOOST_TEST(word.margin <= 0.0f);
    BOOST_TEST(word.evidence < 0.0f);
    BOOST_CHECK_THROW(decoder.decode(std::vector<float>(31)), std::invalid_argument);
}
