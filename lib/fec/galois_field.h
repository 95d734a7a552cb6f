/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_GALOIS_FIELD_H
#define INCLUDED_LARGESC_GALOIS_FIELD_H

#include <array>
#include <cstdint>

namespace gr {
namespace largesc {

/*!
 * \brief The field GF(2^11), whose elements are tokens: 0..2047, a bit per power of x.
 *
 * Sums are XORs; products are taken modulo x^11 + x^2 + 1, which is primitive: the powers
 * of x are all elements but 0.
 */
class galois_field
{
public:
    static constexpr int size = 2048;

    static int16_t product(int16_t a, int16_t b)
    {
        return a == 0 || b == 0 ? 0 : s_tables.power[s_tables.log[a] + s_tables.log[b]];
    }

    //! 1 / a; a is not 0.
    static int16_t inverse(int16_t a) { return s_tables.power[order - s_tables.log[a]]; }

private:
    static constexpr int order = size - 1; // powers of x repeat after so many
    static constexpr int polynomial = 1 << 11 | 1 << 2 | 1;

    struct tables {
        std::array<int16_t, size> log{};
        std::array<int16_t, 2 * order>
            power{}; // twice: a sum of logarithms needs no modulo
        constexpr tables()
        {
            int element = 1;
            for (int n = 0; n < order; n++) {
                log[element] = int16_t(n);
                power[n] = power[n + order] = int16_t(element);
                element <<= 1;
                element ^= element & size ? polynomial : 0;
            }
        }
    };
    static const tables s_tables;
};

inline constexpr galois_field::tables galois_field::s_tables{};

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_GALOIS_FIELD_H */
