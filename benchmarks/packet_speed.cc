/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/*
 * Times the packet codec in C++; benchmarks/packet_speed.py builds and runs it.
 *   packet_speed CRC ROUNDS < packets
 * reads packets in hexadecimal, one a line, checks that packing what they say gives the
 * same bytes, and prints the nanoseconds per packet of packing and of parsing, each the
 * least of ROUNDS rounds.
 */

#include <gnuradio/largesc/packet/packet_codec.h>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <limits>
#include <string>

using gr::largesc::packet;
using gr::largesc::packet_codec;
using gr::largesc::packet_error;
using gr::largesc::parsed_packet;

namespace {

using bytes = std::vector<uint8_t>;

bytes from_hex(const std::string& digits)
{
    bytes data;
    for (size_t n = 0; n + 1 < digits.size(); n += 2) {
        data.push_back(uint8_t(std::stoi(digits.substr(n, 2), nullptr, 16)));
    }
    return data;
}

// The work returns a number that depends on all of it, so that none is optimised away.
template <typename Work>
double least_ns(int rounds, size_t packets, Work work)
{
    double least = std::numeric_limits<double>::infinity();
    size_t sum = 0;
    for (int n = 0; n < rounds; n++) {
        const auto started = std::chrono::steady_clock::now();
        sum += work();
        const std::chrono::duration<double, std::nano> took =
            std::chrono::steady_clock::now() - started;
        least = std::min(least, took.count() / packets);
    }
    return sum > 0 ? least : 0.0;
}

} // namespace

int main(int argc, char** argv)
{
    if (argc != 3) {
        std::cerr << "packet_speed CRC ROUNDS < packets\n";
        return 2;
    }
    const packet_codec codec(std::atoi(argv[1]) != 0);
    const int rounds = std::atoi(argv[2]);
    std::vector<bytes> packed;
    std::vector<packet> packets;
    for (std::string line; std::getline(std::cin, line);) {
        packed.push_back(from_hex(line));
        parsed_packet parsed;
        if (codec.parse(packed.back().data(), packed.back().size(), parsed) !=
                packet_error::none ||
            !std::holds_alternative<packet>(parsed) ||
            codec.pack(std::get<packet>(parsed)) != packed.back()) {
            std::cerr << "not the same bytes: " << line << "\n";
            return 1;
        }
        packets.push_back(std::get<packet>(parsed));
    }
    const double pack_ns = least_ns(rounds, packets.size(), [&] {
        size_t sum = 0;
        for (const auto& p : packets) {
            sum += codec.pack(p).back() + 1u;
        }
        return sum;
    });
    const double parse_ns = least_ns(rounds, packets.size(), [&] {
        size_t sum = 0;
        for (const auto& data : packed) {
            parsed_packet parsed;
            codec.parse(data.data(), data.size(), parsed);
            sum += std::get<packet>(parsed).sequence + 1u;
        }
        return sum;
    });
    std::printf("%.1f %.1f\n", pack_ns, parse_ns);
    return 0;
}
