/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "hf_search.h"
#include "hf_tracker.h"
#include "over_listener.h"
#include <gnuradio/largesc/modem/hf_demodulator.h>
#include <gnuradio/largesc/modem/hf_slot_code.h>

namespace gr {
namespace largesc {

namespace {

class waveform : public slot_waveform
{
public:
    size_t slot_samples() const override { return hf_waveform::slot_samples; }
    slot_code code(size_t bytes) const override { return hf_slot_code(bytes); }
    size_t lead_samples() const override { return 0; }
    size_t search_samples() const override { return hf_waveform::slot_samples; }
    size_t searched_slots() const override { return hf_search::longest; }
    std::unique_ptr<slot_search> make_search() const override
    {
        return std::make_unique<hf_search>();
    }
    std::unique_ptr<slot_tracker>
    make_tracker(const sample_history& samples,
                 const slot_candidate& candidate) const override
    {
        return std::make_unique<hf_tracker>(samples, candidate);
    }
};

const waveform hf;

} // namespace

hf_demodulator::hf_demodulator(const hf_settings& settings)
    : d_listener(std::make_unique<over_listener>(hf, settings))
{
}

hf_demodulator::~hf_demodulator() = default;

std::vector<received_slot> hf_demodulator::push(const std::complex<float>* samples,
                                                size_t count)
{
    return d_listener->push(samples, count);
}

std::vector<received_slot> hf_demodulator::flush() { return d_listener->flush(); }

void hf_demodulator::reset() { d_listener->reset(); }

bool hf_demodulator::in_sync() const { return d_listener->in_sync(); }

} // namespace largesc
} // namespace gr
