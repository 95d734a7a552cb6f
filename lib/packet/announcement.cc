/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/largesc/packet/announcement.h>
#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <tuple>

namespace gr {
namespace largesc {

namespace {

void require(bool condition, const char* what)
{
    if (!condition) {
        throw std::invalid_argument(std::string("channel_report: ") + what);
    }
}

uint8_t code_of(double value, double step)
{
    return uint8_t(std::floor(std::min(value / step, 255.0) + 0.5));
}

constexpr double snr_step = 0.5;  // dB
constexpr double snr_zero = 81.0; // code of 0 dB

uint8_t code_of_snr(double snr)
{
    if (std::isnan(snr)) {
        return 0;
    }
    return uint8_t(std::floor(std::clamp(snr / snr_step + snr_zero, 1.0, 255.0) + 0.5));
}

auto fields(const channel_report& r)
{
    return std::tie(r.session,
                    r.loss_rate_code,
                    r.mean_burst_code,
                    r.window_code,
                    r.age_code,
                    r.snr_code);
}

auto fields(const announcement& a)
{
    return std::tie(
        a.frame, a.session, a.fingerprint, a.silent, a.ends, a.report, a.text);
}

} // namespace

channel_report channel_report::quantise(int session,
                                        double loss_rate,
                                        double mean_burst,
                                        double window,
                                        double age,
                                        double snr)
{
    // Comparisons the way round that refuses NaN.
    require(session >= 0 && session <= 0xFFFF, "session must be 0..65535");
    require(loss_rate >= 0.0 && loss_rate <= 1.0, "loss_rate must be 0..1");
    require(mean_burst >= 0.0, "mean_burst must be 0 or more");
    require(window >= 0.0, "window must be 0 or more");
    require(age >= 0.0, "age must be 0 or more");
    return { session,
             code_of(loss_rate, 1.0 / 255.0),
             code_of(mean_burst, 1.0 / 8.0),
             code_of(window, 4.0),
             code_of(age, 10.0),
             code_of_snr(snr) };
}

double channel_report::snr() const
{
    return knows_snr() ? (snr_code - snr_zero) * snr_step
                       : std::numeric_limits<double>::quiet_NaN();
}

bool channel_report::operator==(const channel_report& other) const
{
    return fields(*this) == fields(other);
}

bool announcement::operator==(const announcement& other) const
{
    return fields(*this) == fields(other);
}

} // namespace largesc
} // namespace gr
