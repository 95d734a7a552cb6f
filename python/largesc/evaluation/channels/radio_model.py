# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Channels on which radios talk: white noise, or fading paths and noise."""

from typing import Literal, Self

from largesc_kernels import fading_profiles
from pydantic import FiniteFloat, model_validator

from ...radio.modem_profile import load_modem_profile, modem_profile_names
from ..nearest_name import unknown_name
from .air import Conditions
from .channel_model import ChannelModel
from .radio_channel import RadioChannel

NO_FADING = "none"


class RadioModel(ChannelModel):
    """A radio channel as an experiment file names it; see ChannelModel.

    Attributes:
        process: ``radio``.
        snr_db: in 3 kHz, of the mean power of a signal while there is one.
        fading: a profile of docs/channels.md, as ``mpp``; ``none``: white noise alone.
        modem: profile of the modem that carries packets; a system that has its own does without.
        offset_hz: by which the receiver hears everything too high.
    """

    process: Literal["radio"]
    snr_db: FiniteFloat
    fading: str = NO_FADING
    modem: str = "hf"
    offset_hz: FiniteFloat = 0.0

    @model_validator(mode="after")
    def _names_what_there_is(self) -> Self:
        fadings = [NO_FADING, *_fadings()]
        if self.fading not in fadings:
            raise ValueError(unknown_name("fading", self.fading, fadings))
        if self.modem not in modem_profile_names():
            raise ValueError(unknown_name("modem", self.modem, modem_profile_names()))
        return self

    @property
    def axis(self) -> str:
        return "snr_db"

    @property
    def label(self) -> str:
        """Name in tables, as ``radio mpp 3 dB``."""
        kind = "white noise" if self.fading == NO_FADING else self.fading
        modem = "" if self.modem == "hf" else f"{self.modem} "
        offset = f", {self.offset_hz:g} Hz off" if self.offset_hz else ""
        return f"radio {modem}{kind} {self.snr_db:g} dB{offset}"

    def build(self, packet_seconds: float) -> RadioChannel:
        """See ChannelModel; packets must take just a slot of the modem, or come as a waveform."""
        spread, delay = _fadings().get(self.fading, (0.0, 0.0))
        conditions = Conditions(self.snr_db, spread, delay, self.offset_hz)
        return RadioChannel(load_modem_profile(self.modem), conditions)


def _fadings() -> dict[str, tuple[float, float]]:
    """Spread (Hz) and delay (s) by name."""
    return {one.name: (one.spread, one.delay) for one in fading_profiles()}
