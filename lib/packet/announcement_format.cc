/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "announcement_format.h"
#include "bit_fields.h"
#include "field_range.h"
#include "packet_header.h"
#include "plain_text.h"
#include <stdexcept>

namespace gr {
namespace largesc {

namespace {

constexpr uint32_t version_plain = 1;
constexpr uint32_t version_with_snr = 2; // if and only if there is a report with an SNR
constexpr int epoch_bits = 16;
constexpr int text_size_bits = 5;
constexpr size_t fixed_size = 9;
constexpr size_t report_size = 6;
constexpr size_t snr_size = 1;

static_assert(announcement::frame_modulus == 1 << (sequence_bits + epoch_bits));
static_assert(announcement::max_text == (1 << text_size_bits) - 1);

[[noreturn]] void refuse(const std::string& what)
{
    throw std::invalid_argument("packet_codec: " + what);
}

void check(const announcement& a)
{
    require_field(a.frame, announcement::frame_modulus - 1, "frame");
    require_field(a.session, 0xFFFF, "session");
    require_field(a.fingerprint, 0xFFFF, "fingerprint");
    if (a.report) {
        require_field(a.report->session, 0xFFFF, "session of the report");
    }
    if (a.silent && a.ends) {
        refuse("an announcement that ends the stream stands for no frame");
    }
    if (a.text.size() > announcement::max_text) {
        refuse("text must have at most 31 bytes in UTF-8, not " +
               std::to_string(a.text.size()));
    }
    if (!is_plain_text(a.text)) {
        refuse("text must be UTF-8 without control characters");
    }
}

uint32_t version_of(const announcement& a)
{
    return a.report && a.report->knows_snr() ? version_with_snr : version_plain;
}

size_t size_of(uint32_t version, bool has_report, size_t text_size)
{
    const size_t report = report_size + (version == version_with_snr ? snr_size : 0);
    return fixed_size + (has_report ? report : 0) + text_size;
}

void write_report(bit_writer& writer, const channel_report& report)
{
    writer.put(report.session, 16);
    writer.put(report.loss_rate_code, 8);
    writer.put(report.mean_burst_code, 8);
    writer.put(report.window_code, 8);
    writer.put(report.age_code, 8);
    if (report.knows_snr()) {
        writer.put(report.snr_code, 8);
    }
}

channel_report read_report(bit_reader& reader, uint32_t version)
{
    channel_report report;
    report.session = int(reader.get(16));
    report.loss_rate_code = uint8_t(reader.get(8));
    report.mean_burst_code = uint8_t(reader.get(8));
    report.window_code = uint8_t(reader.get(8));
    report.age_code = uint8_t(reader.get(8));
    if (version == version_with_snr) {
        report.snr_code = uint8_t(reader.get(8));
    }
    return report;
}

std::string read_text(bit_reader& reader, size_t size)
{
    std::string text(size, '\0');
    for (auto& byte : text) {
        byte = char(reader.get(8));
    }
    return text;
}

} // namespace

std::vector<uint8_t> pack_announcement(const announcement& a)
{
    check(a);
    const uint32_t version = version_of(a);
    bit_writer writer(size_of(version, a.report.has_value(), a.text.size()));
    writer.put(a.frame % packet_codec::sequence_modulus, sequence_bits);
    writer.put(announcement_code, code_bits);
    writer.put(version, version_bits);
    writer.put(a.session, 16);
    writer.put(a.fingerprint, 16);
    writer.put(a.frame / packet_codec::sequence_modulus, epoch_bits);
    writer.put(a.silent, 1);
    writer.put(a.ends, 1);
    writer.put(a.report.has_value(), 1);
    writer.put(uint32_t(a.text.size()), text_size_bits);
    if (a.report) {
        write_report(writer, *a.report);
    }
    for (const char byte : a.text) {
        writer.put(uint8_t(byte), 8);
    }
    return writer.take();
}

packet_error parse_announcement(const uint8_t* data, size_t size, announcement& a)
{
    bit_reader reader(data, size);
    const int sequence = int(reader.get(sequence_bits));
    reader.get(code_bits);
    const uint32_t version = reader.get(version_bits);
    if (version != version_plain && version != version_with_snr) {
        return packet_error::version;
    }
    if (size < fixed_size) {
        return packet_error::length;
    }
    announcement parsed;
    parsed.session = int(reader.get(16));
    parsed.fingerprint = int(reader.get(16));
    parsed.frame =
        int(reader.get(epoch_bits)) * packet_codec::sequence_modulus + sequence;
    parsed.silent = reader.get(1);
    parsed.ends = reader.get(1);
    const bool has_report = reader.get(1);
    const size_t text_size = reader.get(text_size_bits);
    if (size != size_of(version, has_report, text_size)) {
        return packet_error::length;
    }
    if (has_report) {
        parsed.report = read_report(reader, version);
    }
    parsed.text = read_text(reader, text_size);
    if ((parsed.silent && parsed.ends) || version_of(parsed) != version ||
        !is_plain_text(parsed.text)) {
        return packet_error::announcement;
    }
    a = std::move(parsed);
    return packet_error::none;
}

} // namespace largesc
} // namespace gr
