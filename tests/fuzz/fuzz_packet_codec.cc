/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/*
 * libFuzzer target of packet_codec and packet_parser; tests/fuzz/run builds and runs it.
 * Every input is read three times: as bytes from the air, as a stream of packets, and as
 * the choices that make a packet or announcement.
 */

#include <gnuradio/largesc/packet/packet_codec.h>
#include <gnuradio/largesc/packet/packet_parser.h>
#include <fuzzer/FuzzedDataProvider.h>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>

using gr::largesc::announcement;
using gr::largesc::channel_report;
using gr::largesc::frame_code;
using gr::largesc::packet;
using gr::largesc::packet_codec;
using gr::largesc::packet_error;
using gr::largesc::packet_form;
using gr::largesc::packet_parser;
using gr::largesc::parsed_packet;
using gr::largesc::rest;
using gr::largesc::text_piece;

namespace {

using bytes = std::vector<uint8_t>;

void require(bool condition, const char* what)
{
    if (!condition) {
        std::fprintf(stderr, "violated: %s\n", what);
        std::abort();
    }
}

bytes pack_again(const packet_codec& codec, const parsed_packet& parsed)
{
    return std::visit([&](const auto& what) { return codec.pack(what); }, parsed);
}

void fuzz_bytes(bool crc, const uint8_t* data, size_t size)
{
    const packet_codec codec(crc);
    parsed_packet parsed;
    if (codec.parse(data, size, parsed) != packet_error::none) {
        require(parsed == parsed_packet(), "what is refused writes nothing");
        return;
    }
    const bytes again = pack_again(codec, parsed);
    require(again == bytes(data, data + size),
            "what is accepted packs to the same bytes");
    // The same on a link of the other kind: the check value is all that differs.
    const packet_codec other(!crc);
    const bytes there = pack_again(other, parsed);
    parsed_packet back;
    require(other.parse(there.data(), there.size(), back) == packet_error::none,
            "what is accepted is accepted with and without check value");
    require(back == parsed, "and says the same");
}

// Bytes of a packet on their way, of either form, damaged or whole.
bytes make_arrival(FuzzedDataProvider& choices)
{
    const bool crc = choices.ConsumeBool();
    auto data = choices.ConsumeBytes<uint8_t>(choices.ConsumeIntegralInRange(0, 30));
    parsed_packet parsed;
    if (packet_codec().parse(data.data(), data.size(), parsed) == packet_error::none) {
        data = pack_again(packet_codec(crc), parsed);
    }
    return data;
}

// What a parser hands on is what came, in the form that it has found out.
void fuzz_stream(const uint8_t* input, size_t size)
{
    FuzzedDataProvider choices(input, size);
    packet_parser parser;
    std::vector<bytes> waiting;
    while (choices.remaining_bytes() > 0) {
        const bytes data = make_arrival(choices);
        std::vector<gr::largesc::found_packet> found;
        const auto error = parser.parse(data.data(), data.size(), found);
        require(error == packet_error::none || found.empty(), "an error brings nothing");
        if (error == packet_error::none) {
            waiting.push_back(data);
        }
        require(found.empty() == (!parser.form() || error != packet_error::none),
                "what is no error is handed on once the form is known");
        require(found.size() <= 2 && found.size() <= waiting.size(),
                "nothing is made up");
        for (size_t n = 0; n < found.size(); n++) {
            const bool crc = parser.form() == packet_form::crc16;
            const bytes& came = waiting[waiting.size() - found.size() + n];
            require(pack_again(packet_codec(crc), found[n].what) == came,
                    "what is handed on is what came");
            require(found[n].verified == crc, "a check value vouches for it");
            require(found[n].is_earlier == (n + 1 < found.size()), "in order");
        }
    }
}

// Packs what may be wrong; what is not refused must come back.
template <typename T>
void fuzz_sent(bool crc, const T& sent, bool valid)
{
    const packet_codec codec(crc);
    bytes data;
    try {
        data = codec.pack(sent);
    } catch (const std::invalid_argument&) {
        require(!valid, "what the format can say is packed");
        return;
    }
    require(valid, "what the format cannot say is not packed");
    // An exact copy, so that the sanitizer sees any read past the end.
    const bytes exact(data.begin(), data.end());
    parsed_packet parsed;
    require(codec.parse(exact.data(), exact.size(), parsed) == packet_error::none,
            "what is packed is accepted");
    require(std::get<T>(parsed) == sent, "what is packed comes back");
}

bool is_within(int value, int low, int high) { return value >= low && value <= high; }

std::vector<int16_t> make_tokens(FuzzedDataProvider& choices, int most)
{
    std::vector<int16_t> tokens(choices.ConsumeIntegralInRange(0, most));
    for (auto& token : tokens) {
        token = choices.ConsumeIntegralInRange<int16_t>(0, 2047);
    }
    return tokens;
}

void fuzz_packet(FuzzedDataProvider& choices)
{
    const bool crc = choices.ConsumeBool();
    packet sent;
    sent.sequence = choices.ConsumeIntegralInRange(-1, 128);
    sent.lag = choices.ConsumeIntegralInRange(-1, 128);
    sent.code = frame_code(choices.ConsumeIntegralInRange(0, 3));
    sent.primary = make_tokens(choices, 9);
    sent.redundant = make_tokens(choices, 8);
    const int n_primary = sent.primary.size();
    const int n_redundant = sent.redundant.size();
    const bool repeats = sent.code == frame_code::repetition;
    bool valid =
        is_within(sent.sequence, 0, 127) && n_redundant <= 7 &&
        (n_primary == 0 || is_within(n_primary, 4, 8)) &&
        (repeats && n_redundant ? is_within(sent.lag, 1, 127) : sent.lag == 0) &&
        (repeats || (sent.code <= frame_code::window && n_primary && n_redundant));
    if (n_primary && choices.ConsumeBool()) {
        sent.primary.back() = choices.ConsumeIntegral<int16_t>();
        valid = valid && is_within(sent.primary.back(), 0, 2047);
    }
    fuzz_sent(crc, sent, valid);
}

void fuzz_rest(FuzzedDataProvider& choices)
{
    const bool crc = choices.ConsumeBool();
    packet sent;
    sent.sequence = choices.ConsumeIntegralInRange(-1, 128);
    rest said;
    said.since = choices.ConsumeIntegralInRange(-1, 16);
    said.sound.level = choices.ConsumeIntegralInRange(-1, 32);
    said.sound.tilt = choices.ConsumeIntegralInRange(-1, 16);
    said.sound.bend = choices.ConsumeIntegralInRange(-1, 8);
    sent.resting = said;
    sent.lag = choices.ConsumeIntegralInRange(0, 1);
    const bool valid = is_within(sent.sequence, 0, 127) && is_within(said.since, 0, 15) &&
                       is_within(said.sound.level, 0, 31) &&
                       is_within(said.sound.tilt, 0, 15) &&
                       is_within(said.sound.bend, 0, 7) && sent.lag == 0;
    fuzz_sent(crc, sent, valid);
}

void fuzz_text(FuzzedDataProvider& choices)
{
    const bool crc = choices.ConsumeBool();
    text_piece sent;
    sent.sequence = choices.ConsumeIntegralInRange(-1, 128);
    sent.silent = choices.ConsumeBool();
    sent.number = choices.ConsumeIntegralInRange(-1, 8);
    sent.last = choices.ConsumeIntegralInRange(-1, 16);
    sent.piece = choices.ConsumeIntegralInRange(-1, 16);
    sent.bytes = choices.ConsumeRandomLengthString(17);
    const bool valid = is_within(sent.sequence, 0, 127) && is_within(sent.number, 0, 7) &&
                       is_within(sent.last, 0, 15) &&
                       is_within(sent.piece, 0, sent.last) &&
                       is_within(int(sent.bytes.size()), 1, 16);
    fuzz_sent(crc, sent, valid);
}

channel_report make_report(FuzzedDataProvider& choices)
{
    return { choices.ConsumeIntegral<uint16_t>(), choices.ConsumeIntegral<uint8_t>(),
             choices.ConsumeIntegral<uint8_t>(),  choices.ConsumeIntegral<uint8_t>(),
             choices.ConsumeIntegral<uint8_t>(),  choices.ConsumeIntegral<uint8_t>() };
}

void fuzz_announcement(FuzzedDataProvider& choices)
{
    const bool crc = choices.ConsumeBool();
    announcement sent;
    sent.frame = choices.ConsumeIntegralInRange(-1, announcement::frame_modulus);
    sent.session = choices.ConsumeIntegralInRange(-1, 0x10000);
    sent.fingerprint = choices.ConsumeIntegralInRange(-1, 0x10000);
    sent.silent = choices.ConsumeBool();
    sent.ends = choices.ConsumeBool();
    if (choices.ConsumeBool()) {
        sent.report = make_report(choices);
    }
    // Printable ASCII is valid whatever comes; other text is fuzzed as bytes from the
    // air.
    sent.text = choices.ConsumeRandomLengthString(32);
    for (auto& character : sent.text) {
        character = char(0x20 + uint8_t(character) % 0x5F);
    }
    const bool valid = is_within(sent.frame, 0, announcement::frame_modulus - 1) &&
                       is_within(sent.session, 0, 0xFFFF) &&
                       is_within(sent.fingerprint, 0, 0xFFFF) &&
                       !(sent.silent && sent.ends) && sent.text.size() <= 31;
    fuzz_sent(crc, sent, valid);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    fuzz_bytes(false, data, size);
    fuzz_bytes(true, data, size);
    fuzz_stream(data, size);
    FuzzedDataProvider choices(data, size);
    switch (choices.ConsumeIntegralInRange(0, 3)) {
    case 0:
        fuzz_packet(choices);
        break;
    case 1:
        fuzz_announcement(choices);
        break;
    case 2:
        fuzz_rest(choices);
        break;
    default:
        fuzz_text(choices);
    }
    return 0;
}
