# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the link loses: a loss process, and the stretch of time one of its decisions is for."""

import hashlib
from typing import Literal, Self

import numpy as np
from largesc_kernels import make_loss_process, takes_burst, takes_loss_rate
from numpy.typing import NDArray
from pydantic import Field, model_validator

from ..settings import Settings

SLOT_SECONDS = 0.08  # one packet of ours


def channel_seed(seed: int, utterance: str) -> int:
    """Seed of the loss process for one utterance: another for each, the same for all systems."""
    digest = hashlib.sha256(f"{seed}:{utterance}".encode()).digest()
    return int.from_bytes(digest[:8], "little")


class LossModel(Settings):
    """Losses as an experiment file names them.

    With ``per: slot`` the process decides on slots of 80 ms and a packet is lost if the slot in
    which its speech begins is lost: all systems are hit at the same times, whatever the duration
    of their packets. With ``per: packet`` it decides on each system's own packets; a burst of the
    same duration is then more packets for a system with short ones.

    Attributes:
        process: ``none``, or a loss process of docs/channels.md.
        loss_rate: share of lost slots or packets, 0..1.
        burst_ms: mean burst (gilbert), or mean stay in the bad state (gilbert-elliott).
        trace: file with decisions (process ``trace``).
        per: what a decision is for.
    """

    process: Literal["none", "independent", "gilbert", "gilbert-elliott", "bellcore", "trace"]
    loss_rate: float = Field(0.0, ge=0.0, le=1.0)
    burst_ms: float = Field(0.0, ge=0.0)
    trace: str = ""
    per: Literal["slot", "packet"] = "slot"

    @model_validator(mode="after")
    def _fits_the_process(self) -> Self:
        takes_rate = self.process != "none" and takes_loss_rate(self._process_name)
        if self.loss_rate and not takes_rate:
            raise ValueError(f"{self.process} takes no loss_rate")
        if takes_rate and not self.loss_rate:
            raise ValueError(f"{self.process} needs a loss_rate")
        takes_burst_length = self.process != "none" and takes_burst(self._process_name)
        if bool(self.burst_ms) != takes_burst_length:
            verb = "needs" if takes_burst_length else "takes no"
            raise ValueError(f"{self.process} {verb} burst_ms")
        if bool(self.trace) != (self.process == "trace"):
            verb = "needs" if self.process == "trace" else "takes no"
            raise ValueError(f"{self.process} {verb} trace")
        self.pattern(1, SLOT_SECONDS, seed=0)
        return self

    @property
    def _process_name(self) -> str:
        return f"trace:{self.trace}" if self.process == "trace" else self.process

    @property
    def label(self) -> str:
        """Name in tables, as ``gilbert 20 %, 240 ms``."""
        if self.process == "none":
            return "no loss"
        parts: list[str] = [self.process]
        if self.loss_rate:
            parts.append(f"{100 * self.loss_rate:g} %")
        label = " ".join(parts)
        if self.burst_ms:
            label += f", {self.burst_ms:g} ms"
        if self.trace:
            label += f" {self.trace}"
        return label + (", per packet" if self.per == "packet" else "")

    def pattern(self, packets: int, packet_seconds: float, seed: int) -> NDArray[np.bool_]:
        """Which packets are lost.

        Args:
            packets: how many are sent.
            packet_seconds: duration of speech in each.
            seed: of the loss process; the same seed hits the same slots for every system.

        Returns:
            bool ``[packets]``, true where lost.

        Raises:
            ValueError: the process refuses its parameters (a burst shorter than chance makes it).
        """
        if self.process == "none":
            return np.zeros(packets, dtype=bool)
        unit = packet_seconds if self.per == "packet" else SLOT_SECONDS
        burst = self.burst_ms / 1000.0 / unit
        process = make_loss_process(self._process_name, self.loss_rate, burst, seed)
        if self.per == "packet":
            return np.array([process.next_is_lost() for _ in range(packets)], dtype=bool)
        # A little more than the start, or rounding would put a packet into the slot before.
        starts = np.arange(packets) * packet_seconds + 1e-6
        slots = (starts / SLOT_SECONDS).astype(int)
        decisions = [process.next_is_lost() for _ in range(int(slots[-1]) + 1 if packets else 0)]
        return np.array(decisions, dtype=bool)[slots] if packets else np.zeros(0, dtype=bool)
