/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/largesc/loss/bellcore_erasures.h>
#include <gnuradio/largesc/loss/gilbert_elliott_erasures.h>
#include <gnuradio/largesc/loss/gilbert_erasures.h>
#include <gnuradio/largesc/loss/independent_erasures.h>
#include <gnuradio/largesc/loss/loss_process_factory.h>
#include <gnuradio/largesc/loss/trace_erasures.h>
#include <stdexcept>

namespace gr {
namespace largesc {

namespace {

const std::string trace_prefix = "trace:";

bool is_trace(const std::string& name)
{
    return name.compare(0, trace_prefix.size(), trace_prefix) == 0;
}

std::invalid_argument unknown(const std::string& name)
{
    std::string names;
    for (const auto& known : loss_process_names()) {
        names += (names.empty() ? "" : ", ") + known;
    }
    return std::invalid_argument("no loss process is called '" + name +
                                 "': choose one of " + names);
}

} // namespace

std::unique_ptr<loss_process>
make_loss_process(const std::string& name, double loss_rate, double burst, uint64_t seed)
{
    if (name == "independent") {
        return std::make_unique<independent_erasures>(loss_rate, seed);
    }
    if (name == "gilbert") {
        return std::make_unique<gilbert_erasures>(loss_rate, burst, seed);
    }
    if (name == "gilbert-elliott") {
        return std::make_unique<gilbert_elliott_erasures>(loss_rate, burst, seed);
    }
    if (name == "bellcore") {
        return std::make_unique<bellcore_erasures>(loss_rate, seed);
    }
    if (is_trace(name) && name.size() > trace_prefix.size()) {
        return std::make_unique<trace_erasures>(name.substr(trace_prefix.size()));
    }
    throw unknown(name);
}

const std::vector<std::string>& loss_process_names()
{
    static const std::vector<std::string> names{
        "independent", "gilbert", "gilbert-elliott", "bellcore", "trace:FILE"
    };
    return names;
}

bool takes_loss_rate(const std::string& name) { return !is_trace(name); }

bool takes_burst(const std::string& name)
{
    return name == "gilbert" || name == "gilbert-elliott";
}

} // namespace largesc
} // namespace gr
