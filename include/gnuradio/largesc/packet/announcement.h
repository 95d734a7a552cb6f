/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_ANNOUNCEMENT_H
#define INCLUDED_LARGESC_ANNOUNCEMENT_H

#include <gnuradio/largesc/api.h>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>

namespace gr {
namespace largesc {

/*!
 * \brief How well a station hears another, in the steps of the announce packet.
 *
 * It holds what is on the air: the codes. What they mean follows from them, so that a
 * report that was received and is sent again stays the same to the last bit, and
 * quantise() of the values of a report gives its codes again.
 */
struct LARGESC_API channel_report {
    //! Session heard, 0..65535.
    int session = 0;
    //! Share of packets lost, in steps of 1/255.
    uint8_t loss_rate_code = 0;
    //! Mean length of a run of lost packets, in steps of 1/8 packet.
    uint8_t mean_burst_code = 0;
    //! Packets that both were measured over, in steps of 4.
    uint8_t window_code = 0;
    //! Frames since the measurement, in steps of 10 (0.8 s).
    uint8_t age_code = 0;
    //! SNR in 3 kHz in steps of 1/2 dB, 1..255 for -40..87 dB; 0 where it is not known.
    uint8_t snr_code = 0;

    /*!
     * The nearest report. What exceeds the largest step becomes the largest step.
     * \param session heard, 0..65535
     * \param loss_rate share of packets lost, 0..1
     * \param mean_burst mean length of a run of lost packets, in packets
     * \param window packets that both were measured over
     * \param age frames since the measurement
     * \param snr dB in 3 kHz; NaN if it is not known
     * \throws std::invalid_argument a value out of range, negative or no number; any snr
     * will do
     */
    static channel_report quantise(int session,
                                   double loss_rate,
                                   double mean_burst,
                                   double window,
                                   double age,
                                   double snr = std::numeric_limits<double>::quiet_NaN());

    double loss_rate() const { return loss_rate_code / 255.0; }
    double mean_burst() const { return mean_burst_code / 8.0; }
    double window() const { return 4.0 * window_code; }
    double age() const { return 10.0 * age_code; }
    bool knows_snr() const { return snr_code != 0; }
    //! dB in 3 kHz; NaN if it is not known.
    double snr() const;

    bool operator==(const channel_report& other) const;
};

/*!
 * \brief What a sender says about itself: where it is in its stream, which codec it uses,
 * how it hears the other side, who it is.
 */
struct LARGESC_API announcement {
    static constexpr int frame_modulus = 1 << 23;
    static constexpr size_t max_text = 31;

    //! Number modulo frame_modulus of the frame that the packet stands for if silent is
    //! true; otherwise of the next one.
    int frame = 0;
    //! Number of this run of the sender, 0..65535.
    int session = 0;
    //! Fingerprint of the codec's checkpoint, 0..65535.
    int fingerprint = 0;
    //! The packet stands for a silent frame; otherwise it comes beside the frames'
    //! packets.
    bool silent = false;
    //! The stream is over: there is no frame with the number `frame` or a later one.
    bool ends = false;
    //! How well the sender hears the other side, if it does.
    std::optional<channel_report> report;
    //! Callsign or the like: UTF-8 of at most max_text bytes, no control characters.
    std::string text;

    bool operator==(const announcement& other) const;
};

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_ANNOUNCEMENT_H */
