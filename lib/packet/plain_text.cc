/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "plain_text.h"
#include <cstdint>

namespace gr {
namespace largesc {

namespace {

// Bytes of a character by its first one; 0 if no character starts with it.
size_t character_size(uint8_t first)
{
    if (first < 0x80) {
        return 1;
    }
    if (first >> 5 == 0x06) {
        return 2;
    }
    if (first >> 4 == 0x0E) {
        return 3;
    }
    return first >> 3 == 0x1E ? 4 : 0;
}

bool is_plain_character(uint32_t code, size_t size)
{
    static constexpr uint32_t smallest[] = { 0, 0, 0x80, 0x800, 0x10000 }; // of each size
    const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
    const bool control = code < 0x20 || (code >= 0x7F && code <= 0x9F);
    return code >= smallest[size] && code <= 0x10FFFF && !surrogate && !control;
}

} // namespace

bool is_plain_text(const std::string& bytes)
{
    for (size_t start = 0; start < bytes.size();) {
        const uint8_t first = bytes[start];
        const size_t size = character_size(first);
        if (size == 0 || size > bytes.size() - start) {
            return false;
        }
        uint32_t code = size == 1 ? first : first & (0x7Fu >> size);
        for (size_t n = 1; n < size; n++) {
            const uint8_t next = bytes[start + n];
            if (next >> 6 != 0x02) {
                return false;
            }
            code = code << 6 | (next & 0x3F);
        }
        if (!is_plain_character(code, size)) {
            return false;
        }
        start += size;
    }
    return true;
}

} // namespace largesc
} // namespace gr
