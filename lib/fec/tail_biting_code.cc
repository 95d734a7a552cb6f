/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/largesc/fec/tail_biting_code.h>
#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>

namespace gr {
namespace largesc {

namespace {

uint32_t parity(uint32_t bits)
{
    bits ^= bits >> 16;
    bits ^= bits >> 8;
    bits ^= bits >> 4;
    return (0x6996u >> (bits & 15u)) & 1u;
}

void check(bool right, const char* what)
{
    if (!right) {
        throw std::invalid_argument(std::string("tail_biting_code: ") + what);
    }
}

// Bits of each generator that are sent: all, until the last one has to give way.
std::vector<size_t> bits_per_generator(size_t generators, size_t info, size_t coded)
{
    std::vector<size_t> counts(generators, info);
    for (size_t g = generators, excess = generators * info - coded; excess > 0;) {
        g--;
        const size_t left_out = std::min(excess, info);
        counts[g] -= left_out;
        excess -= left_out;
    }
    return counts;
}

} // namespace

tail_biting_code::tail_biting_code(int memory,
                                   std::vector<uint32_t> generators,
                                   size_t info_bits,
                                   size_t coded_bits)
    : d_memory(memory), d_generators(std::move(generators)), d_info_bits(info_bits)
{
    check(memory >= min_memory && memory <= max_memory, "memory must be 5 to 14");
    check(!d_generators.empty() && d_generators.size() <= max_generators,
          "there must be 1 to 8 generators");
    const uint32_t ends = (1u << memory) | 1u;
    for (const uint32_t generator : d_generators) {
        check(
            (generator & ends) == ends && generator >> (memory + 1) == 0,
            "a generator must have memory + 1 bits, the first and the last of them set");
    }
    check(info_bits > size_t(memory), "info_bits must be more than memory");
    check(coded_bits >= info_bits && coded_bits <= info_bits * d_generators.size(),
          "coded_bits must be info_bits to info_bits times generators");
    const size_t n = d_generators.size();
    const auto counts = bits_per_generator(n, info_bits, coded_bits);
    for (size_t step = 0; step < info_bits; step++) {
        for (size_t g = 0; g < n; g++) {
            // Evenly: the count so far rises by one.
            if ((step + 1) * counts[g] / info_bits > step * counts[g] / info_bits) {
                d_sent.push_back(step * n + g);
            }
        }
    }
}

uint32_t tail_biting_code::outputs(uint32_t bits_in_register) const
{
    uint32_t out = 0;
    for (size_t g = 0; g < d_generators.size(); g++) {
        out |= parity(bits_in_register & d_generators[g]) << g;
    }
    return out;
}

std::vector<uint8_t> tail_biting_code::encode(const std::vector<uint8_t>& bits) const
{
    check(bits.size() == d_info_bits, "another number of bits than info_bits");
    uint32_t in_register = 0;
    for (size_t i = d_info_bits - d_memory; i < d_info_bits; i++) {
        in_register = (in_register >> 1) | (uint32_t(bits[i] & 1) << d_memory);
    }
    std::vector<uint8_t> coded;
    coded.reserve(d_sent.size());
    auto next = d_sent.begin();
    const size_t n = d_generators.size();
    for (size_t step = 0; step < d_info_bits; step++) {
        in_register = (in_register >> 1) | (uint32_t(bits[step] & 1) << d_memory);
        const uint32_t out = outputs(in_register);
        for (; next != d_sent.end() && *next < (step + 1) * n; ++next) {
            coded.push_back((out >> (*next - step * n)) & 1u);
        }
    }
    return coded;
}

} // namespace largesc
} // namespace gr
