/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_HF_SLOT_CODE_H
#define INCLUDED_LARGESC_HF_SLOT_CODE_H

#include <gnuradio/largesc/modem/hf_waveform.h>
#include <gnuradio/largesc/modem/slot_code.h>

namespace gr {
namespace largesc {

/*!
 * \brief Bits of a slot of profile `hf`: two of each data carrier, real part first, by
 * rising carrier, of symbol 0 and then of symbol 1.
 */
class LARGESC_API hf_slot_code : public slot_code
{
public:
    /*!
     * \param bytes 7, 13 or 23
     * \throws std::invalid_argument another size
     */
    explicit hf_slot_code(size_t bytes);
};

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_HF_SLOT_CODE_H */
