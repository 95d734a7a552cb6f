/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_PLAIN_TEXT_H
#define INCLUDED_LARGESC_PLAIN_TEXT_H

#include <string>

namespace gr {
namespace largesc {

/*!
 * Whether bytes are well-formed UTF-8 (RFC 3629: shortest form, no surrogates, at most
 * U+10FFFF) without control characters (general category Cc: U+0000..U+001F,
 * U+007F..U+009F), so that a terminal may show them.
 */
bool is_plain_text(const std::string& bytes);

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_PLAIN_TEXT_H */
