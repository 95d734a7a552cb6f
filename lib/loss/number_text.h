/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_NUMBER_TEXT_H
#define INCLUDED_LARGESC_NUMBER_TEXT_H

#include <locale>
#include <sstream>
#include <string>

namespace gr {
namespace largesc {

//! A number with up to six digits, as messages show it; with a point in every locale.
inline std::string number_text(double number)
{
    std::ostringstream text;
    text.imbue(std::locale::classic());
    text << number;
    return text.str();
}

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_NUMBER_TEXT_H */
