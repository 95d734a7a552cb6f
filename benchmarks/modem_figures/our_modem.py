# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Our profiles as the benchmark sees them."""

from collections.abc import Callable
from typing import Any

import numpy as np
from gnuradio.largesc.link.known_headers import HeardSlot, KnownHeaders
from largesc_kernels import (
    hf_code,
    hf_demodulator,
    hf_modulator,
    received_slot,
    vhf_code,
    vhf_demodulator,
    vhf_modulator,
)

from .hf_channel import Samples

SLOT_SECONDS = 0.08


def heard(headers: KnownHeaders, slots: list[received_slot]) -> list[HeardSlot]:
    """Packets that packet_demodulator would hand on."""
    every = [headers.heard(slot) for slot in slots]
    return [slot for slot in every if slot is not None and slot.accepted]


class OurModem:
    """Packets of one size; the receiver expects this size, or any."""

    profile: str
    widest_offset: float
    sample_rate: int
    all_sizes: tuple[int, ...]
    modulator: Callable[[], Any]
    demodulator: Callable[..., Any]
    code: Callable[..., Any]

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

    def headers(self) -> KnownHeaders:
        """What packet_demodulator has behind the kernel."""
        return KnownHeaders(type(self).code, round(SLOT_SECONDS * self.sample_rate))

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
    modulator, demodulator, code = hf_modulator, hf_demodulator, hf_code


class VhfModem(OurModem):
    """Profile vhf."""

    profile = "vhf"
    widest_offset = 20000.0
    sample_rate = 60000
    all_sizes = (7, 13, 23, 32)
    modulator, demodulator, code = vhf_modulator, vhf_demodulator, vhf_code
