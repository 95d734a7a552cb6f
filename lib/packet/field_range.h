/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_FIELD_RANGE_H
#define INCLUDED_LARGESC_FIELD_RANGE_H

#include <stdexcept>
#include <string>

namespace gr {
namespace largesc {

//! \throws std::invalid_argument a packet's field is below 0 or above its most
inline void require_field(int value, int most, const std::string& name)
{
    if (value < 0 || value > most) {
        throw std::invalid_argument("packet_codec: " + name + " must be 0.." +
                                    std::to_string(most) + ", not " +
                                    std::to_string(value));
    }
}

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_FIELD_RANGE_H */
