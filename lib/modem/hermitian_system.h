/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_HERMITIAN_SYSTEM_H
#define INCLUDED_LARGESC_HERMITIAN_SYSTEM_H

#include <complex>
#include <cstddef>
#include <vector>

namespace gr {
namespace largesc {

//! Linear equations with a positive definite Hermitian matrix, by Cholesky's factors.
class hermitian_system
{
public:
    using value = std::complex<double>;

    explicit hermitian_system(size_t size) : d_size(size), d_matrix(size * size) {}

    //! Entries with column <= row are read; after factorise(), they are those of the
    //! factor.
    value& at(size_t row, size_t column) { return d_matrix[row * d_size + column]; }

    void factorise();
    //! Factor times result = right side. After factorise().
    std::vector<value> forward(std::vector<value> right) const;
    //! Result of the whole system.
    std::vector<value> solve(const std::vector<value>& right) const;

private:
    size_t d_size;
    std::vector<value> d_matrix;
};

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_HERMITIAN_SYSTEM_H */
