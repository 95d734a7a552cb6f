/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_TOKEN_EQUATIONS_H
#define INCLUDED_LARGESC_TOKEN_EQUATIONS_H

#include <cstdint>
#include <map>
#include <vector>

namespace gr {
namespace largesc {

/*!
 * \brief Linear equations over GF(2^11) whose unknowns are tokens of lost frames, one per
 * frame.
 *
 * A sliding-window code in the manner of RFC 8681, over tokens in place of packets: every
 * combination that comes is an equation, and what the equations determine together is
 * told as soon as they do. They are kept solved for the oldest frame in each (reduced row
 * echelon form), so that nothing about later frames is lost when the oldest are
 * forgotten. The order in which facts come does not matter.
 */
class token_equations
{
public:
    //! Coefficients by frame; none is 0.
    using sum = std::map<int64_t, int16_t>;

    //! A token that has become known.
    struct solution {
        int64_t frame;
        int16_t token;
    };

    //! Forgets all equations.
    void clear() { d_rows.clear(); }

    /*!
     * A sum of unknown tokens has become known.
     * \param terms of tokens that are neither known nor told before
     * \param value of the sum
     * \returns what is determined by it
     */
    std::vector<solution> add(sum terms, int16_t value);

    //! A token has become known from elsewhere; returns what else is determined by it.
    std::vector<solution> know(int64_t frame, int16_t token);

    //! There is no such token: nothing follows from equations with it.
    void drop(int64_t frame);

    //! Forgets the frames before this one.
    void forget_before(int64_t frame);

private:
    struct row {
        sum terms; // the first one, the oldest, has coefficient 1 and is in no other row
        int16_t value;
    };

    static void subtract(row& from, const row& what, int16_t times);
    bool reduce(row& r) const;
    void insert(row r);
    std::vector<solution> take_solved();

    std::vector<row> d_rows;
};

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_TOKEN_EQUATIONS_H */
