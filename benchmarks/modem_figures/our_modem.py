# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Profile `hf` as the benchmark sees it."""

import numpy as np
from largesc_kernels import hf_demodulator, hf_modulator, received_slot

from .hf_channel import Samples


class HfModem:
    """Packets of one size; the receiver expects this size, or any."""

    widest_offset = 150.0

    def __init__(self, packet_bytes: int, any_size: bool = False, look_ahead: int = 0) -> None:
        self.packet_bytes = packet_bytes
        self.name = f"hf, {packet_bytes} bytes"
        self.sizes = [7, 13, 23] if any_size else [packet_bytes]
        self.look_ahead = look_ahead

    def transmit(self, packets: list[bytes]) -> Samples:
        modulator = hf_modulator()
        slots = [modulator.modulate(packet) for packet in packets]
        return np.concatenate([*slots, modulator.flush()])

    def slots(self, samples: Samples) -> list[received_slot]:
        """All that the receiver says."""
        demodulator = hf_demodulator(self.sizes, look_ahead=self.look_ahead)
        return [*demodulator.push(samples), *demodulator.flush()]

    def receive(self, packets: list[bytes], samples: Samples) -> tuple[int, int]:
        accepted = [slot.bytes for slot in self.slots(samples) if slot.accepted]
        sent = set(packets)
        return len(sent & set(accepted)), sum(packet not in sent for packet in accepted)
