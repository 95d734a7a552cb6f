/*
 * Copyright 2026 the gr-largesc authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_LARGESC_PACKET_FACTS_H
#define INCLUDED_LARGESC_PACKET_FACTS_H

#include "frame_store.h"

namespace gr {
namespace largesc {

/*!
 * Tells the store what a packet says of its own frame, and of the earlier one whose
 * tokens it repeats.
 * \param frame number of the packet's frame
 * \returns how many frames were counted as lost that nobody had sent
 */
size_t learn_packet(frame_store& frames, int64_t frame, const packet& p);

} // namespace largesc
} // namespace gr

#endif /* INCLUDED_LARGESC_PACKET_FACTS_H */
