/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_CHECK_PROBABILITY_H
#define INCLUDED_LARGESC_CHECK_PROBABILITY_H

#include "number_text.h"
#include <stdexcept>
#include <string>

namespace gr {
namespace largesc {

//! Refuses what is no probability, NaN included; the message names who and what.
inline void
check_probability(const std::string& who, const std::string& what, double value)
{
    if (!(value >= 0.0 && value <= 1.0)) {
        throw std::invalid_argument(who + ": " + what + " must be 0..1, not " +
                                    number_text(value));
    }
}

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_CHECK_PROBABILITY_H */
