/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "hermitian_system.h"
#include <cmath>
#include <utility>

namespace gr {
namespace largesc {

namespace {

using value = hermitian_system::value;

// Written out: the library's product of complex numbers minds infinities.
value times_conjugate(const value& a, const value& b)
{
    return { a.real() * b.real() + a.imag() * b.imag(),
             a.imag() * b.real() - a.real() * b.imag() };
}

value times(const value& a, const value& b)
{
    return { a.real() * b.real() - a.imag() * b.imag(),
             a.imag() * b.real() + a.real() * b.imag() };
}

} // namespace

void hermitian_system::factorise()
{
    for (size_t column = 0; column < d_size; column++) {
        const value* upper = &d_matrix[column * d_size];
        double diagonal = at(column, column).real();
        for (size_t k = 0; k < column; k++) {
            diagonal -= std::norm(upper[k]);
        }
        const double root = std::sqrt(diagonal);
        at(column, column) = root;
        for (size_t row = column + 1; row < d_size; row++) {
            const value* left = &d_matrix[row * d_size];
            value sum = left[column];
            for (size_t k = 0; k < column; k++) {
                sum -= times_conjugate(left[k], upper[k]);
            }
            at(row, column) = sum / root;
        }
    }
}

std::vector<value> hermitian_system::forward(std::vector<value> right) const
{
    for (size_t row = 0; row < d_size; row++) {
        const value* factor = &d_matrix[row * d_size];
        for (size_t k = 0; k < row; k++) {
            right[row] -= times(factor[k], right[k]);
        }
        right[row] /= factor[row].real();
    }
    return right;
}

std::vector<value> hermitian_system::solve(const std::vector<value>& right) const
{
    auto result = forward(right);
    for (size_t row = d_size; row-- > 0;) {
        for (size_t k = row + 1; k < d_size; k++) {
            result[row] -= times_conjugate(result[k], d_matrix[k * d_size + row]);
        }
        result[row] /= d_matrix[row * d_size + row].real();
    }
    return result;
}

} // namespace largesc
} // namespace gr
