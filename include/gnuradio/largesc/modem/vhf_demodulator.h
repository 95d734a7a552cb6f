/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_VHF_DEMODULATOR_H
#define INCLUDED_LARGESC_VHF_DEMODULATOR_H

#include <gnuradio/largesc/modem/received_slot.h>
#include <complex>
#include <memory>
#include <utility>

namespace gr {
namespace largesc {

class over_listener;

//! How to receive; sizes of packets are 7, 13, 23, 32.
struct LARGESC_API vhf_settings : receive_settings {
    vhf_settings(std::vector<size_t> of_packets = { 7, 13, 23, 32 })
    {
        sizes = std::move(of_packets);
    }
};

/*!
 * \brief Samples to packets, profile `vhf`.
 *
 * Finds overs by their pilots, within 20 kHz, at any time; follows them through fades of
 * two seconds; hears by itself that one is over. docs/modem-vhf.md says how, and how
 * well.
 */
class LARGESC_API vhf_demodulator
{
public:
    //! \throws std::invalid_argument settings outside their ranges
    explicit vhf_demodulator(const vhf_settings& settings = {});
    ~vhf_demodulator();

    /*!
     * Takes samples: complex baseband at 60 kHz, of any level. One that is no finite
     * number counts as zero. \return slots as they become certain; those that may not be
     * believed are among them while there is an over. A second try that succeeds comes as
     * a slot of its own.
     */
    std::vector<received_slot> push(const std::complex<float>* samples, size_t count);

    //! The stream is over: what is left in it. Then as after reset().
    std::vector<received_slot> flush();

    //! Forgets the stream; samples count from 0 again.
    void reset();

    //! Whether there is an over.
    bool in_sync() const;

private:
    std::unique_ptr<over_listener> d_listener;
};

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_VHF_DEMODULATOR_H */
