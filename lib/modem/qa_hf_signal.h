/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_QA_HF_SIGNAL_H
#define INCLUDED_LARGESC_QA_HF_SIGNAL_H

#include "qa_over_signal.h"
#include <gnuradio/largesc/modem/hf_demodulator.h>
#include <gnuradio/largesc/modem/hf_modulator.h>

// Overs of profile hf for tests.

using hf_samples = samples_of_over;

inline sent_over make_over(size_t count, size_t bytes, uint64_t seed)
{
    return over_of<gr::largesc::hf_modulator>(count, bytes, seed);
}

inline void shift(hf_samples& samples, double hz) { shift_by(samples, hz, 8000.0); }

inline void add_noise(hf_samples& samples, double snr, uint64_t seed)
{
    add_noise_at(samples, snr, seed, 8000.0);
}

inline heard_over compare(const std::vector<gr::largesc::received_slot>& slots,
                          const sent_over& over,
                          double first)
{
    return compare_slots(slots, over, first, 640.0);
}

inline std::vector<gr::largesc::received_slot>
receive(const hf_samples& samples, const gr::largesc::hf_settings& settings = {})
{
    return received<gr::largesc::hf_demodulator>(samples, settings);
}

#endif /* INCLUDED_LARGESC_QA_HF_SIGNAL_H */
