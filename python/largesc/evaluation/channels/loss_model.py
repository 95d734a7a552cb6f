# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Channels that lose packets: a loss process, and the stretch of time one decision is for."""

from typing import Any, Literal, Self

from largesc_kernels import make_loss_process, takes_burst, takes_loss_rate
from pydantic import Field, model_validator

from ...link.arrival import Arrival
from .axis import LOSS_RATE
from .channel_model import ChannelModel

SLOT_SECONDS = 0.08  # one packet of ours
ROUNDING = 1e-6  # s; a little more than the start, or a packet would fall into the slot before


class LossModel(ChannelModel):
    """Losses as an experiment file names them; see ChannelModel.

    With ``per: slot`` the process decides on slots of 80 ms and a packet is lost if the slot in
    which it starts is lost: all systems are hit at the same times, whatever the duration of their
    packets. With ``per: packet`` it decides on each system's own packets; a burst of the same
    duration is then more packets for a system with short ones.

    Attributes:
        process: a loss process of docs/channels.md.
        loss_rate: share of lost slots or packets, 0..1.
        burst_ms: mean burst (gilbert), or mean stay in the bad state (gilbert-elliott).
        trace: file with decisions (process ``trace``).
        per: what a decision is for.
    """

    process: Literal["independent", "gilbert", "gilbert-elliott", "bellcore", "trace"]
    loss_rate: float = Field(0.0, ge=0.0, le=1.0)
    burst_ms: float = Field(0.0, ge=0.0)
    trace: str = ""
    per: Literal["slot", "packet"] = "slot"

    @model_validator(mode="after")
    def _fits_the_process(self) -> Self:
        if bool(self.loss_rate) != takes_loss_rate(self._process_name):
            verb = "takes no" if self.loss_rate else "needs a"
            raise ValueError(f"{self.process} {verb} loss_rate")
        if bool(self.burst_ms) != takes_burst(self._process_name):
            verb = "takes no" if self.burst_ms else "needs"
            raise ValueError(f"{self.process} {verb} burst_ms")
        if bool(self.trace) != (self.process == "trace"):
            verb = "takes no" if self.trace else "needs"
            raise ValueError(f"{self.process} {verb} trace")
        self.build(SLOT_SECONDS).reset(seed=0)
        return self

    @property
    def _process_name(self) -> str:
        return f"trace:{self.trace}" if self.process == "trace" else self.process

    @property
    def axis(self) -> str:
        return LOSS_RATE.name if takes_loss_rate(self._process_name) else ""

    @property
    def label(self) -> str:
        """Name in tables, as ``gilbert 20 %, 240 ms``."""
        parts: list[str] = [self.process]
        if self.loss_rate:
            parts.append(f"{100 * self.loss_rate:g} %")
        label = " ".join(parts)
        if self.burst_ms:
            label += f", {self.burst_ms:g} ms"
        if self.trace:
            label += f" {self.trace}"
        return label + (", per packet" if self.per == "packet" else "")

    def build(self, packet_seconds: float) -> "LossChannel":
        """See ChannelModel; the process may refuse a burst shorter than chance makes it."""
        unit = packet_seconds if self.per == "packet" else SLOT_SECONDS
        burst = self.burst_ms / 1000.0 / unit
        slot_seconds = None if self.per == "packet" else SLOT_SECONDS
        return LossChannel(self._process_name, self.loss_rate, burst, slot_seconds)

    def columns(self) -> dict[str, Any]:
        return super().columns() | {"loss_rate": self.loss_rate}


class LossChannel:
    """See Channel: what is not lost arrives as it was sent, at its end.

    Args:
        process: as ``make_loss_process`` names it.
        loss_rate: 0..1.
        burst: in units of one decision.
        slot_seconds: that a decision is for, counted from 0 s; None: one for every packet.
    """

    def __init__(
        self, process: str, loss_rate: float, burst: float, slot_seconds: float | None
    ) -> None:
        self._make = (process, loss_rate, burst)
        self._slot_seconds = slot_seconds

    def reset(self, seed: int) -> None:
        """Begins the process anew; see Channel.

        Raises:
            ValueError: the process refuses its parameters.
        """
        self._process = make_loss_process(*self._make, seed)
        self._slot = -1
        self._is_lost = False

    def carry(self, packet: bytes, start: float, airtime: float) -> list[Arrival]:
        """The packet or nothing; see Channel."""
        if self._slot_seconds is None:
            self._is_lost = self._process.next_is_lost()
        else:
            slot = int((start + ROUNDING) / self._slot_seconds)
            for _ in range(slot - self._slot):
                self._is_lost = self._process.next_is_lost()
            self._slot = max(slot, self._slot)
        return [] if self._is_lost else [Arrival(packet, start + airtime)]

    def end(self) -> list[Arrival]:
        """Nothing is on its way; see Channel."""
        return []
