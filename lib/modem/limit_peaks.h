/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_LIMIT_PEAKS_H
#define INCLUDED_LARGESC_LIMIT_PEAKS_H

#include "carrier_transform.h"

namespace gr {
namespace largesc {

/*!
 * Clips a symbol's samples and takes what falls between or beside the carriers away
 * again, again and again: what is left of the distortion lies on the carriers, and the
 * spectrum is what it was. Peaks end up at most 4 dB above the mean power (docs/modem.md
 * has the figures). \param values of the carriers, in and out; their mean power comes out
 * as one per carrier \param samples of the symbol, out
 */
void limit_peaks(const carrier_transform& transform,
                 carrier_values& values,
                 std::complex<float>* samples);

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_LIMIT_PEAKS_H */
