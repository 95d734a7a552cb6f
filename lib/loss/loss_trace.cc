/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "number_text.h"
#include <gnuradio/largesc/loss/burst_statistics.h>
#include <gnuradio/largesc/loss/loss_trace.h>
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

namespace gr {
namespace largesc {

namespace {

constexpr size_t packets_on_a_line = 50;

trace_error error(const std::string& path, const std::string& why)
{
    return trace_error("trace " + path + ": " + why);
}

std::string system_message() { return std::strerror(errno ? errno : EIO); }

//! Name of a byte that does not belong there.
std::string byte_text(char byte)
{
    if (byte > ' ' && byte <= '~') {
        return std::string("'") + byte + "'";
    }
    return "byte " + std::to_string(static_cast<unsigned char>(byte));
}

//! At most one byte more than a trace may have.
std::string read_text(const std::string& path)
{
    errno = 0;
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        throw error(path, "cannot be opened: " + system_message());
    }
    std::string text;
    std::vector<char> block(65536);
    while (file && text.size() <= max_trace_bytes) {
        file.read(block.data(), block.size());
        text.append(block.data(), file.gcount());
    }
    if (file.bad()) {
        throw error(path, "cannot be read: " + system_message());
    }
    return text;
}

//! Line and column of a byte, for people.
std::string position_text(const std::string& text, size_t at)
{
    const auto begin = text.begin();
    const auto line = 1 + std::count(begin, begin + at, '\n');
    const auto before = text.rfind('\n', at);
    const auto column = before == std::string::npos ? at + 1 : at - before;
    return "line " + std::to_string(line) + ", column " + std::to_string(column);
}

} // namespace

loss_trace read_trace(const std::string& path)
{
    const auto text = read_text(path);
    if (text.size() > max_trace_bytes) {
        throw error(path, "larger than " + std::to_string(max_trace_bytes) + " bytes");
    }
    loss_trace trace;
    bool comment = false;
    for (size_t at = 0; at < text.size(); at++) {
        const char byte = text[at];
        if (comment) {
            comment = byte != '\n';
        } else if (byte == '0' || byte == '1') {
            trace.push_back(byte == '1');
        } else if (byte == '#') {
            comment = true;
        } else if (!std::strchr(" \t\r\n\v\f", byte) || byte == '\0') {
            throw error(path,
                        position_text(text, at) + ": expected 0 or 1, not " +
                            byte_text(byte));
        }
    }
    if (trace.empty()) {
        throw error(path, "no packet in it: it should hold a 0 or 1 for each");
    }
    return trace;
}

void write_trace(const std::string& path,
                 const loss_trace& trace,
                 const std::string& comment)
{
    if (trace.empty()) {
        throw error(path, "not written: there is no packet to write");
    }
    std::string text = "# " + comment;
    std::replace(text.begin(), text.end(), '\n', ' ');
    std::replace(text.begin(), text.end(), '\r', ' ');
    text = comment.empty() ? "" : text + '\n';
    for (size_t n = 0; n < trace.size(); n++) {
        text += trace[n] ? '1' : '0';
        if ((n + 1) % packets_on_a_line == 0 || n + 1 == trace.size()) {
            text += '\n';
        }
    }
    errno = 0;
    std::ofstream file(path, std::ios::binary);
    file.write(text.data(), text.size());
    file.close();
    if (!file) {
        throw error(path, "cannot be written: " + system_message());
    }
}

loss_trace thin_trace(const loss_trace& trace, size_t step, size_t first)
{
    if (step == 0 || first >= step) {
        throw std::invalid_argument(
            "thin_trace: step must be at least 1 and first below it, "
            "not " +
            std::to_string(step) + " and " + std::to_string(first));
    }
    loss_trace thinned;
    for (size_t n = first; n < trace.size(); n += step) {
        thinned.push_back(trace[n]);
    }
    return thinned;
}

size_t longest_burst(const loss_trace& trace)
{
    burst_statistics statistics;
    for (const bool lost : trace) {
        statistics.add(lost);
    }
    return statistics.longest_burst();
}

burst_class classify_trace(const loss_trace& trace, double packet_ms)
{
    if (!(packet_ms > 0.0)) {
        throw std::invalid_argument("classify_trace: packet_ms must be above 0, not " +
                                    number_text(packet_ms));
    }
    const double longest_ms = longest_burst(trace) * packet_ms;
    if (longest_ms <= 120.0) {
        return burst_class::up_to_120_ms;
    }
    if (longest_ms <= 320.0) {
        return burst_class::up_to_320_ms;
    }
    return longest_ms <= 1000.0 ? burst_class::up_to_1000_ms : burst_class::above_1000_ms;
}

} // namespace largesc
} // namespace gr
