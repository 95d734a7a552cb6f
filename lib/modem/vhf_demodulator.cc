/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "over_listener.h"
#include "vhf_search.h"
#include "vhf_tracker.h"
#include <gnuradio/largesc/modem/vhf_demodulator.h>
#include <gnuradio/largesc/modem/vhf_slot_code.h>

namespace gr {
namespace largesc {

namespace {

class waveform : public slot_waveform
{
public:
    size_t slot_samples() const override { return vhf_waveform::slot_samples; }
    slot_code code(size_t bytes) const override { return vhf_slot_code(bytes); }
    size_t lead_samples() const override { return 32; } // half a pulse, and a shift
    size_t search_samples() const override { return vhf_search::step_samples; }
    size_t searched_slots() const override { return vhf_search::longest; }
    std::unique_ptr<slot_search> make_search() const override
    {
        return std::make_unique<vhf_search>();
    }
    std::unique_ptr<slot_tracker>
    make_tracker(const sample_history& samples,
                 const slot_candidate& candidate) const override
    {
        return std::make_unique<vhf_tracker>(samples, candidate);
    }
};

const waveform vhf;

} // namespace

vhf_demodulator::vhf_demodulator(const vhf_settings& settings)
    : d_listener(std::make_unique<over_listener>(vhf, settings))
{
}

vhf_demodulator::~vhf_demodulator() = default;

std::vector<received_slot> vhf_demodulator::push(const std::complex<float>* samples,
                                                 size_t count)
{
    return d_listener->push(samples, count);
}

std::vector<received_slot> vhf_demodulator::flush() { return d_listener->flush(); }

void vhf_demodulator::reset() { d_listener->reset(); }

bool vhf_demodulator::in_sync() const { return d_listener->in_sync(); }

} // namespace largesc
} // namespace gr
