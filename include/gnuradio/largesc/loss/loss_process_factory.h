/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_LOSS_PROCESS_FACTORY_H
#define INCLUDED_LARGESC_LOSS_PROCESS_FACTORY_H

#include <gnuradio/largesc/loss/loss_process.h>
#include <cstdint>
#include <memory>
#include <vector>

namespace gr {
namespace largesc {

/*!
 * \brief Makes a loss process by its name.
 *
 * \param name independent, gilbert, gilbert-elliott (loss probabilities of ITU-T G.191),
 *        bellcore, or trace:FILE
 * \param loss_rate 0..1, as far as the process can have it; a trace ignores it
 * \param burst packets: mean burst of gilbert, mean stay in the bad state of
 *        gilbert-elliott; the others ignore it
 * \param seed of the random generator; a trace ignores it
 * \throws std::invalid_argument no such name, or parameters that the process refuses
 * \throws trace_error the file does not hold a trace
 */
LARGESC_API std::unique_ptr<loss_process>
make_loss_process(const std::string& name, double loss_rate, double burst, uint64_t seed);

//! The names as they are shown to users, "trace:FILE" among them.
LARGESC_API const std::vector<std::string>& loss_process_names();

//! Whether make_loss_process() looks at the loss rate for this name.
LARGESC_API bool takes_loss_rate(const std::string& name);

//! Whether make_loss_process() looks at the burst length for this name.
LARGESC_API bool takes_burst(const std::string& name);

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_LOSS_PROCESS_FACTORY_H */
