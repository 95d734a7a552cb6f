/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_TRACE_ERASURES_H
#define INCLUDED_LARGESC_TRACE_ERASURES_H

#include <gnuradio/largesc/loss/loss_process.h>
#include <gnuradio/largesc/loss/loss_trace.h>

namespace gr {
namespace largesc {

//! Loses what a trace says; after its last packet it begins again with the first.
class LARGESC_API trace_erasures : public loss_process
{
public:
    /*!
     * \brief Takes a trace from a file.
     * \param path of the file; read_trace() says what it holds
     * \throws trace_error the file does not hold a trace
     */
    explicit trace_erasures(const std::string& path);

    /*!
     * \param trace at least one packet
     * \param name for the description
     * \throws std::invalid_argument the trace is empty
     */
    trace_erasures(const loss_trace& trace, const std::string& name);

    bool next_is_lost() override;
    void reset() override;
    double loss_rate() const override { return d_loss_rate; }
    //! Always throws: the loss rate is the trace's own.
    void set_loss_rate(double loss_rate) override;
    //! Of the trace read once.
    double mean_burst() const override { return d_mean_burst; }
    std::string description() const override;

    //! How often a packet was decided from the beginning of the trace again.
    size_t repeats() const { return d_repeats; }

private:
    loss_trace d_trace;
    std::string d_name;
    double d_loss_rate;
    double d_mean_burst;
    size_t d_next = 0;
    size_t d_repeats = 0;
};

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_TRACE_ERASURES_H */
