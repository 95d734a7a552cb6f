/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_VHF_SLOT_CODE_H
#define INCLUDED_LARGESC_VHF_SLOT_CODE_H

#include <gnuradio/largesc/modem/slot_code.h>
#include <gnuradio/largesc/modem/vhf_waveform.h>

namespace gr {
namespace largesc {

//! Bits of a slot of profile `vhf`: one of each symbol of the data blocks, rising.
class LARGESC_API vhf_slot_code : public slot_code
{
public:
    /*!
     * \param bytes 7, 13, 23 or 32
     * \throws std::invalid_argument another size
     */
    explicit vhf_slot_code(size_t bytes);
};

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_VHF_SLOT_CODE_H */
