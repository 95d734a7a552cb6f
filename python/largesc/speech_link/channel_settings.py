# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options of a simulated channel, typed once."""

from typing import Annotated

from largesc_kernels import loss_process, make_loss_process, takes_burst, takes_loss_rate
from pydantic import Field, model_validator

from ..frame import setting_value as setting
from .settings import LinkSettings, Number

TRACE = "trace:"


class ChannelSettings(LinkSettings):
    """What a simulated channel loses; docs/channels.md describes the processes."""

    process: str = Field(
        "independent",
        description="Loss process: independent, gilbert, gilbert-elliott, bellcore or trace:FILE.",
    )
    loss_rate: Annotated[float, Number] = Field(
        0.0, ge=0, le=1, description="Probability that a packet is lost."
    )
    burst: Annotated[float, Number] | None = Field(
        None, description="Mean burst in packets: gilbert, gilbert-elliott (stay in bad state)."
    )
    seed: Annotated[int, Number] = Field(
        0, ge=0, le=2**64 - 1, description="Of the channel: same seed, same output."
    )
    record_trace: str = Field("", description="File to write to which packets were lost.")

    @model_validator(mode="after")
    def _fits_the_process(self) -> "ChannelSettings":
        if self.loss_rate and not takes_loss_rate(self.process):
            raise ValueError(f"{self.process} has its own loss rate: leave the loss rate away")
        if self.burst is not None and not takes_burst(self.process):
            raise ValueError(f"channel {self.process} has no burst length to choose")
        if self.burst is None and takes_burst(self.process):
            raise ValueError(f"channel {self.process} needs a burst length in packets")
        self.made()
        return self

    def made(self) -> loss_process:
        """The loss process.

        Raises:
            ValueError: no such process, a parameter out of range, or a file that is no trace.
        """
        return checked_loss_process(self.process, self.loss_rate, self.burst or 0.0, self.seed)


def checked_loss_process(name: str, loss_rate: float, burst: float, seed: int) -> loss_process:
    """Loss process by its name, ``trace:FILE`` among them.

    Raises:
        ValueError: no such process, a parameter out of range, or a file that is no trace.
    """
    rate = setting.number("loss_rate", loss_rate, 0, 1)
    length = setting.number("burst", burst) if takes_burst(name) else 0.0
    start = setting.whole_number("seed", seed, 0, 2**64 - 1)
    if name == TRACE:
        raise ValueError("a trace needs the name of its file")
    return make_loss_process(name, rate, length, start)
