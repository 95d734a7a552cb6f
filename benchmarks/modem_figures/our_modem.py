# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Our profiles as the benchmark sees them."""

from collections.abc import Callable
from typing import Any

import numpy as np
from largesc_kernels import (
    hf_demodulator,
    hf_modulator,
    received_slot,
    vhf_demodulator,
    vhf_modulator,
)

from .hf_channel import Samples


class OurModem:
    """Packets of one size; the receiver expects this size, or any."""

    profile: str
    widest_offset: float
    sample_rate: int
    all_sizes: tuple[int, ...]
    modulator: Callable[[], Any]
    demodulator: Callable[..., Any]

    def __init__(self, packet_bytes: int, any_size: bool = False, look_ahead: int = 0) -> None:
        self.packet_bytes = packet_bytes
        self.name = f"{self.profile}, {packet_bytes} bytes"
        self.sizes = list(self.all_sizes) if any_size else [packet_bytes]
        self.look_ahead = look_ahead

    def transmit(self, packets: list[bytes]) -> Samples:
        modulator = self.modulator()
        slots = [modulator.modulate(packet) for packet in packets]
        return np.concatenate([*slots, modulator.flush()])

    def receiver(self) -> Any:
        """The kernel that receives."""
        return self.demodulator(self.sizes, look_ahead=self.look_ahead)

    def slots(self, samples: Samples) -> list[received_slot]:
        """All that the receiver says."""
        receiver = self.receiver()
        return [*receiver.push(samples), *receiver.flush()]

    def receive(self, packets: list[bytes], samples: Samples) -> tuple[int, int]:
        accepted = [slot.bytes for slot in self.slots(samples) if slot.accepted]
        sent = set(packets)
        return len(sent & set(accepted)), sum(packet not in sent for packet in accepted)


class HfModem(OurModem):
    """Profile hf."""

    profile = "hf"
    widest_offset = 150.0
    sample_rate = 8000
    all_sizes = (7, 13, 23)
    modulator, demodulator = hf_modulator, hf_demodulator


class VhfModem(OurModem):
    """Profile vhf."""

    profile = "vhf"
    widest_offset = 20000.0
    sample_rate = 60000
    all_sizes = (7, 13, 23, 32)
    modulator, demodulator = vhf_modulator, vhf_demodulator
