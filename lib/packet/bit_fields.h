/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_BIT_FIELDS_H
#define INCLUDED_LARGESC_BIT_FIELDS_H

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace gr {
namespace largesc {

/*!
 * \brief Writes unsigned numbers of up to 16 bits one after the other, most significant
 * bit first.
 */
class bit_writer
{
public:
    //! \param size bytes that are expected, to allocate once
    explicit bit_writer(size_t size) { d_bytes.reserve(size); }

    //! \param value below 2^bits
    void put(uint32_t value, int bits)
    {
        d_pending = d_pending << bits | value;
        d_count += bits;
        while (d_count >= 8) {
            d_count -= 8;
            d_bytes.push_back(uint8_t(d_pending >> d_count));
        }
    }

    //! The bytes, the last one filled up with zero bits.
    std::vector<uint8_t> take()
    {
        if (d_count > 0) {
            put(0, 8 - d_count);
        }
        return std::move(d_bytes);
    }

private:
    std::vector<uint8_t> d_bytes;
    uint32_t d_pending = 0; // its lowest d_count bits are still to be written
    int d_count = 0;
};

//! \brief Reads what bit_writer wrote. The caller never asks for more than left() bits.
class bit_reader
{
public:
    bit_reader(const uint8_t* data, size_t size) : d_next(data), d_end(data + size) {}

    uint32_t get(int bits)
    {
        while (d_count < bits) {
            d_pending = d_pending << 8 | *d_next++;
            d_count += 8;
        }
        d_count -= bits;
        return d_pending >> d_count & ((1u << bits) - 1);
    }

    int left() const { return 8 * int(d_end - d_next) + d_count; }

private:
    const uint8_t* d_next;
    const uint8_t* d_end;
    uint32_t d_pending = 0; // its lowest d_count bits are still to be read
    int d_count = 0;
};

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_BIT_FIELDS_H */
