/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_UNWRAP_H
#define INCLUDED_LARGESC_UNWRAP_H

#include <cstdint>

namespace gr {
namespace largesc {

/*!
 * The number whose lowest part is known, in the range of one modulus from `oldest` on.
 * \param remainder 0..modulus-1
 */
inline int64_t unwrap(int64_t remainder, int64_t modulus, int64_t oldest)
{
    const int64_t ahead = ((remainder - oldest) % modulus + modulus) % modulus;
    return oldest + ahead;
}

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_UNWRAP_H */
