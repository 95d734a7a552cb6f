# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a radio is set: options of commands and parameters of blocks, typed once."""

import math
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, field_validator

from ..frame import setting_value as setting
from ..speech_link.settings import LinkSettings, Number
from .device_rate import read_gains
from .modem_profile import modem_profile_names

OWN_SHIFT = -1.0  # the front end chooses


def _finite(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("must be finite")
    return value


Finite = BeforeValidator(_finite)


class RadioSettings(LinkSettings):
    """What a front end does."""

    modem: str = Field(
        "hf",
        description="Profile of the modem: hf, for an SSB channel; vhf, for a channel of 12.5 kHz.",
    )
    frequency: Annotated[float, Number, Finite] = Field(
        0.0, ge=0, le=300e9, description="Hz, the middle of the signal; of an SDR only."
    )
    rate: Annotated[float, Number, Finite] = Field(
        0.0,
        ge=0,
        le=1e9,
        description="Samples/s of the device; 0 takes the lowest that fits (of a HackRF 2 MS/s).",
    )
    rx_gain: str = Field(
        "",
        description="Of what is received, dB, as 30 or LNA=16,VGA=20,AMP=0; nothing: the device's.",
    )
    tx_gain: str = Field(
        "", description="Of what is sent, dB, as 30 or VGA=20,AMP=0; nothing: the device's."
    )
    correction: Annotated[float, Number, Finite] = Field(
        0.0, ge=-1000, le=1000, description="ppm by which the device's frequencies come too low."
    )
    shift: Annotated[float, Number, Finite] = Field(
        OWN_SHIFT,
        ge=-1,
        le=100e6,
        description="Hz by which an SDR is tuned beside the signal, off the spike in its middle; "
        "-1: as suits the device.",
    )
    antenna: str = Field("", description="Of the device, by name; nothing: its own.")
    amplitude: Annotated[float, Number] = Field(
        0.5,
        gt=0,
        le=1,
        description="Root of an over's mean power, of full scale; peaks of hf are 1.6 times that.",
    )
    duplex: Literal["auto", "full", "half"] = Field(
        "auto",
        description="half: the device does one direction at a time, as a HackRF does; auto: half "
        "for a HackRF, and for a device that receives as well as it sends by a key (ptt).",
    )

    ptt: str = Field(
        "none",
        description="Key of the transmitter: none, vox, rigctld:HOST:PORT (rigctld-data: to send "
        "what comes in at the socket for data), rts:/dev/ttyUSB0 or dtr:/dev/ttyUSB0.",
    )
    ptt_lead: Annotated[float, Number] = Field(
        200.0, ge=0, le=5000, description="ms from the key to the first sample of an over."
    )
    ptt_tail: Annotated[float, Number] = Field(
        200.0, ge=0, le=5000, description="ms from the last sample of an over to the key's release."
    )
    ptt_limit: Annotated[float, Number] = Field(
        180.0, gt=0, le=3600, description="s of the longest over; then the key is released."
    )

    @field_validator("modem")
    @classmethod
    def _is_a_modem(cls, name: str) -> str:
        return str(setting.one_of("modem", name, modem_profile_names()))

    @field_validator("rx_gain", "tx_gain")
    @classmethod
    def _are_gains(cls, text: str) -> str:
        read_gains(text)
        return text
