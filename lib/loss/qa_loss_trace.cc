/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/largesc/loss/loss_trace.h>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <random>
#include <stdexcept>

using namespace gr::largesc;

namespace {

//! A file that is gone when the test is over.
class temporary_file
{
public:
    explicit temporary_file(const std::string& content = "")
        : d_path(std::filesystem::temp_directory_path() /
                 ("largesc-" + std::to_string(std::random_device()()) + ".txt"))
    {
        std::ofstream(path(), std::ios::binary) << content;
    }
    ~temporary_file() { std::filesystem::remove(d_path); }
    temporary_file(const temporary_file&) = delete;

    std::string path() const { return d_path.string(); }

private:
    std::filesystem::path d_path;
};

void check_unreadable(const std::string& content, const std::string& says)
{
    const temporary_file file(content);
    BOOST_CHECK_EXCEPTION(read_trace(file.path()), trace_error, [&](const auto& error) {
        const std::string message = error.what();
        BOOST_TEST_MESSAGE(message);
        return message.find(says) != std::string::npos &&
               message.find(file.path()) != std::string::npos;
    });
}

} // namespace

BOOST_AUTO_TEST_CASE(t_white_space_and_comments_mean_nothing)
{
    const temporary_file file("# 1 0 a comment\n01 1\t0\r\n\n  1#1 0\n# the end");
    BOOST_TEST(read_trace(file.path()) == (loss_trace{ 0, 1, 1, 0, 1 }));
}

BOOST_AUTO_TEST_CASE(t_what_is_written_is_read)
{
    std::mt19937 random(1);
    for (const size_t packets : { 1, 49, 50, 51, 1000 }) {
        loss_trace trace;
        for (size_t n = 0; n < packets; n++) {
            trace.push_back(random() % 2);
        }
        const temporary_file file;
        write_trace(file.path(), trace, "two\nlines 1 0");
        BOOST_TEST(read_trace(file.path()) == trace);
    }
}

BOOST_AUTO_TEST_CASE(t_what_is_no_trace_is_said)
{
    check_unreadable("", "no packet in it");
    check_unreadable(" \n# 0101\n", "no packet in it");
    check_unreadable("0101\n01x1\n", "line 2, column 3: expected 0 or 1, not 'x'");
    check_unreadable("2", "line 1, column 1: expected 0 or 1, not '2'");
    check_unreadable("0\n\n\xff", "line 3, column 1: expected 0 or 1, not byte 255");
    check_unreadable(std::string("01\0", 3), "column 3: expected 0 or 1, not byte 0");
    check_unreadable(std::string(max_trace_bytes + 1, '0'), "larger than 16777216 bytes");
}

BOOST_AUTO_TEST_CASE(t_largest_file_is_read)
{
    const temporary_file file(std::string(max_trace_bytes, '1'));
    BOOST_CHECK_EQUAL(longest_burst(read_trace(file.path())), max_trace_bytes);
}

BOOST_AUTO_TEST_CASE(t_files_that_cannot_be_opened_are_said)
{
    const std::string nowhere = "/no/such/folder/trace.txt";
    BOOST_CHECK_THROW(read_trace(nowhere), trace_error);
    BOOST_CHECK_THROW(write_trace(nowhere, { true }), trace_error);
    BOOST_CHECK_THROW(read_trace(std::filesystem::temp_directory_path().string()),
                      trace_error);
    const temporary_file file("01");
    BOOST_CHECK_THROW(write_trace(file.path(), {}), trace_error);
    BOOST_CHECK_EQUAL(read_trace(file.path()).size(), 2u); // left as it was
}

BOOST_AUTO_TEST_CASE(t_longer_packets_take_every_fourth_entry)
{
    const loss_trace trace{ 1, 0, 0, 0, 0, 1, 1, 1, 1, 1 };
    BOOST_TEST(thin_trace(trace, 4) == (loss_trace{ 1, 0, 1 }));
    BOOST_TEST(thin_trace(trace, 4, 1) == (loss_trace{ 0, 1, 1 }));
    BOOST_TEST(thin_trace(trace, 4, 3) == (loss_trace{ 0, 1 }));
    BOOST_TEST(thin_trace(trace, 1) == trace);
    BOOST_CHECK_THROW(thin_trace(trace, 0), std::invalid_argument);
    BOOST_CHECK_THROW(thin_trace(trace, 4, 4), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(t_longest_burst)
{
    BOOST_CHECK_EQUAL(longest_burst({}), 0u);
    BOOST_CHECK_EQUAL(longest_burst({ 0, 0 }), 0u);
    BOOST_CHECK_EQUAL(longest_burst({ 1, 1, 0, 1, 1, 1, 0, 1 }), 3u);
    BOOST_CHECK_EQUAL(longest_burst({ 0, 1, 1 }), 2u);
}

BOOST_AUTO_TEST_CASE(t_classes_by_the_longest_burst)
{
    auto class_of = [](size_t burst, double packet_ms) {
        loss_trace trace(100, false);
        std::fill_n(trace.begin() + 3, burst, true);
        return classify_trace(trace, packet_ms);
    };
    BOOST_CHECK(class_of(0, 20) == burst_class::up_to_120_ms);
    BOOST_CHECK(class_of(6, 20) == burst_class::up_to_120_ms);
    BOOST_CHECK(class_of(7, 20) == burst_class::up_to_320_ms);
    BOOST_CHECK(class_of(16, 20) == burst_class::up_to_320_ms);
    BOOST_CHECK(class_of(17, 20) == burst_class::up_to_1000_ms);
    BOOST_CHECK(class_of(50, 20) == burst_class::up_to_1000_ms);
    BOOST_CHECK(class_of(51, 20) == burst_class::above_1000_ms);
    BOOST_CHECK(class_of(4, 80) == burst_class::up_to_320_ms);
    BOOST_CHECK_THROW(class_of(1, 0.0), std::invalid_argument);
}
