/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/*
 * packet_codec against the golden vectors, tests/vectors/packets.txt, whose head says
 * what a line means. tests/test_packet_vectors.py reads the same file.
 */

#include <gnuradio/largesc/packet/packet_codec.h>
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <map>
#include <sstream>

using gr::largesc::announcement;
using gr::largesc::channel_report;
using gr::largesc::frame_code;
using gr::largesc::packet;
using gr::largesc::packet_codec;
using gr::largesc::packet_error;
using gr::largesc::parsed_packet;
using gr::largesc::rest;
using gr::largesc::text_piece;

namespace {

struct golden_vector {
    bool crc;
    std::vector<uint8_t> bytes;
    std::string says;
};

std::vector<uint8_t> from_hex(const std::string& digits)
{
    std::vector<uint8_t> bytes;
    for (size_t n = 0; n + 1 < digits.size(); n += 2) {
        bytes.push_back(uint8_t(std::stoi(digits.substr(n, 2), nullptr, 16)));
    }
    return bytes;
}

std::vector<golden_vector> read_vectors()
{
    std::ifstream file(GOLDEN_VECTORS);
    BOOST_REQUIRE_MESSAGE(file, "cannot read " GOLDEN_VECTORS);
    std::vector<golden_vector> vectors;
    for (std::string line; std::getline(file, line);) {
        if (line.empty() || line[0] == '#') {
            continue;
        }
        const auto first = line.find(" | ");
        const auto second = line.find(" | ", first + 1);
        const auto digits =
            second > first + 3 ? line.substr(first + 3, second - first - 3) : "";
        vectors.push_back({ line.substr(0, first) == "crc",
                            from_hex(digits),
                            line.substr(second + 3) });
    }
    return vectors;
}

// Fields "name=value" by name; "text" goes to the end of the line.
std::map<std::string, std::string> fields_of(const std::string& says)
{
    std::map<std::string, std::string> fields;
    const auto text = says.find(" text=");
    if (text != std::string::npos) {
        fields["text"] = says.substr(text + 6);
    }
    std::istringstream words(says.substr(0, text));
    for (std::string word; words >> word;) {
        const auto equals = word.find('=');
        if (equals != std::string::npos) {
            fields[word.substr(0, equals)] = word.substr(equals + 1);
        }
    }
    return fields;
}

std::vector<int16_t> numbers(const std::string& list)
{
    std::vector<int16_t> values;
    std::istringstream items(list);
    for (std::string item; std::getline(items, item, ',');) {
        values.push_back(int16_t(std::stoi(item)));
    }
    return values;
}

frame_code code_of(const std::map<std::string, std::string>& fields)
{
    static const std::map<std::string, frame_code> codes{
        { "xor_pair", frame_code::xor_pair },
        { "window", frame_code::window },
    };
    const auto named = fields.find("code");
    return named == fields.end() ? frame_code::repetition : codes.at(named->second);
}

std::optional<rest> rest_of(const std::map<std::string, std::string>& fields)
{
    const auto said = fields.find("rest");
    if (said == fields.end()) {
        return std::nullopt;
    }
    const auto values = numbers(said->second);
    return rest{ values.at(0), { values.at(1), values.at(2), values.at(3) } };
}

packet frame_of(const std::string& says)
{
    const auto fields = fields_of(says);
    return { std::stoi(fields.at("sequence")),
             std::stoi(fields.at("lag")),
             numbers(fields.at("primary")),
             numbers(fields.at("redundant")),
             code_of(fields),
             rest_of(fields) };
}

std::optional<channel_report> report_of(const std::string& list)
{
    if (list.empty()) {
        return std::nullopt;
    }
    std::istringstream items(list);
    std::vector<int> values;
    for (std::string item; std::getline(items, item, ',');) {
        values.push_back(std::stoi(item));
    }
    return channel_report{
        values.at(0),          uint8_t(values.at(1)),
        uint8_t(values.at(2)), uint8_t(values.at(3)),
        uint8_t(values.at(4)), uint8_t(values.size() > 5 ? values.at(5) : 0)
    };
}

announcement announcement_of(const std::string& says)
{
    const auto fields = fields_of(says);
    return { std::stoi(fields.at("frame")),
             std::stoi(fields.at("session")),
             std::stoi(fields.at("fingerprint")),
             fields.at("silent") == "1",
             fields.at("ends") == "1",
             report_of(fields.at("report")),
             fields.at("text") };
}

text_piece text_of(const std::string& says)
{
    const auto fields = fields_of(says);
    const auto bytes = from_hex(fields.at("bytes"));
    return { std::stoi(fields.at("sequence")), fields.at("silent") == "1",
             std::stoi(fields.at("number")),   std::stoi(fields.at("piece")),
             std::stoi(fields.at("last")),     std::string(bytes.begin(), bytes.end()) };
}

packet_error error_of(const std::string& says)
{
    static const std::map<std::string, packet_error> errors{
        { "length", packet_error::length },
        { "allocation", packet_error::allocation },
        { "padding", packet_error::padding },
        { "crc", packet_error::crc },
        { "version", packet_error::version },
        { "announcement", packet_error::announcement },
    };
    return errors.at(says.substr(says.find(' ') + 1));
}

template <typename T>
void check_both_ways(const golden_vector& vector, const T& said)
{
    const packet_codec codec(vector.crc);
    BOOST_TEST(codec.pack(said) == vector.bytes, boost::test_tools::per_element());
    parsed_packet parsed;
    BOOST_REQUIRE(codec.parse(vector.bytes.data(), vector.bytes.size(), parsed) ==
                  packet_error::none);
    BOOST_REQUIRE(std::holds_alternative<T>(parsed));
    BOOST_CHECK(std::get<T>(parsed) == said);
}

} // namespace

BOOST_AUTO_TEST_CASE(t_golden_vectors)
{
    std::map<std::string, int> seen;
    for (const auto& vector : read_vectors()) {
        BOOST_TEST_CONTEXT(vector.says)
        {
            const auto kind = vector.says.substr(0, vector.says.find(' '));
            seen[kind]++;
            if (kind == "frame") {
                check_both_ways(vector, frame_of(vector.says));
            } else if (kind == "announcement") {
                check_both_ways(vector, announcement_of(vector.says));
            } else if (kind == "text") {
                check_both_ways(vector, text_of(vector.says));
            } else {
                parsed_packet parsed;
                BOOST_CHECK(packet_codec(vector.crc)
                                .parse(vector.bytes.data(),
                                       vector.bytes.size(),
                                       parsed) == error_of(vector.says));
            }
        }
    }
    BOOST_CHECK_EQUAL(seen.size(), 4);
    BOOST_CHECK_GT(seen["frame"], 30);
    BOOST_CHECK_GT(seen["announcement"], 15);
    BOOST_CHECK_GT(seen["text"], 4);
    BOOST_CHECK_GT(seen["error"], 60);
}
