/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_TEXT_PIECE_H
#define INCLUDED_LARGESC_TEXT_PIECE_H

#include <gnuradio/largesc/api.h>
#include <cstddef>
#include <string>

namespace gr {
namespace largesc {

//! \brief Some bytes of a text that is too long for an announcement.
struct LARGESC_API text_piece {
    static constexpr size_t max_bytes = 16;
    static constexpr int max_number = 7;
    static constexpr int max_last = 15;

    //! Frame number modulo packet_codec::sequence_modulus, as in an announcement.
    int sequence = 0;
    //! The packet stands for a silent frame; otherwise it comes beside the frames'
    //! packets.
    bool silent = false;
    //! Of the text, 0..7: the next text has the next one.
    int number = 0;
    //! Of this piece, 0..last.
    int piece = 0;
    //! Of the last piece, 0..15.
    int last = 0;
    //! 1..max_bytes. All pieces of a text, joined, end in a check value.
    std::string bytes;

    bool operator==(const text_piece& other) const;
};

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_TEXT_PIECE_H */
