# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Profiles of modems: slots, band and delay of one kind of radio channel."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, Protocol

import numpy as np
from largesc_kernels import (
    hf_code,
    hf_demodulator,
    hf_modulator,
    received_slot,
    tail_biting_code,
    vhf_code,
    vhf_demodulator,
    vhf_modulator,
)
from numpy.typing import NDArray
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    FiniteFloat,
    ValidationError,
    model_validator,
)

from ..control.slot_losses import SlotLoss, fitted_curve
from ..frame import setting_value as setting
from ..speech_link.settings import in_one_line
from .over_sender import SlotModulator

FOLDER = Path(__file__).parent / "modem_profiles"


MODULATORS: dict[str, type[SlotModulator]] = {"hf": hf_modulator, "vhf": vhf_modulator}


class SlotDemodulator(Protocol):
    """Kernel of a waveform: samples to the slots that were received."""

    @property
    def in_sync(self) -> bool:
        """Whether there is an over."""

    def push(self, samples: NDArray[np.complex64]) -> list[received_slot]:
        """Slots that are certain by these samples."""

    def flush(self) -> list[received_slot]:
        """The stream is over: what is left in it. Then as after reset()."""

    def reset(self) -> None:
        """Forgets the stream."""


DEMODULATORS: dict[str, Callable[[list[int], bool, int], SlotDemodulator]] = {
    "hf": hf_demodulator,
    "vhf": vhf_demodulator,
}
CODES = {"hf": hf_code, "vhf": vhf_code}


Points = tuple[tuple[FiniteFloat, Annotated[float, Field(ge=0.0, le=1.0)]], ...]


class MeasuredLosses(BaseModel):
    """Packets lost by SNR in slots of one size, as they were measured.

    Attributes:
        steady: in white noise: SNR, dB in 3 kHz, and share lost, 0..1; at two SNRs or more.
        fading: the same on paths that fade; the SNR is the mean over the fading.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    steady: Points
    fading: Points

    @model_validator(mode="after")
    def _are_curves(self) -> "MeasuredLosses":
        for points in (self.steady, self.fading):
            fitted_curve(points)
        return self


class SlotSize(BaseModel):
    """One of the sizes that a slot can have.

    Attributes:
        bytes: of the packet in it.
        code_rate: bits of the packet per bit on the air.
        tokens: most that such a packet has.
        lost: how often it is lost.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    bytes: int = Field(ge=3, le=64)
    code_rate: float = Field(gt=0.0, le=1.0)
    tokens: int = Field(ge=0, le=15)
    lost: MeasuredLosses

    @property
    def losses(self) -> SlotLoss:
        """The curves next to what was measured."""
        steady, fading = fitted_curve(self.lost.steady), fitted_curve(self.lost.fading)
        return SlotLoss(self.bytes, steady, fading)


class ModemProfile(BaseModel):
    """What a modem does with a channel.

    Attributes:
        name: of the profile.
        description: which channel it is for.
        waveform: the kernel that makes it.
        sample_rate: Hz, of complex baseband.
        centre_hz: where the middle of the signal lies in the audio of an SSB transceiver; 0 where
            it does not go through one.
        bandwidth_hz: that has 99 % of the power.
        peak_db: of the highest peak above the mean power.
        slot_ms: duration of a slot, which carries one packet.
        slots: their sizes, the smallest and best protected first.
        delay_ms: from the beginning of a slot to its packet at the receiver.
        offset_hz: of the signal's frequency, up or down, that the receiver stands.
        told_db: by which the SNR that the receiver tells is off in white noise, where slots begin
            to be lost.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    description: str
    waveform: Literal["hf", "vhf"]
    sample_rate: int = Field(gt=0)
    centre_hz: float = Field(ge=0.0)
    bandwidth_hz: float = Field(gt=0.0)
    peak_db: float = Field(ge=0.0)
    slot_ms: float = Field(gt=0.0)
    slots: tuple[SlotSize, ...] = Field(min_length=1)
    delay_ms: float = Field(ge=0.0)
    offset_hz: float = Field(ge=0.0)
    told_db: FiniteFloat = 0.0

    @property
    def sizes(self) -> tuple[int, ...]:
        """Bytes of the packets that slots carry, rising."""
        return tuple(sorted(slot.bytes for slot in self.slots))

    @property
    def slot_losses(self) -> tuple[SlotLoss, ...]:
        """How often slots of each size are lost, by the SNR that the receiver tells."""
        return tuple(self._as_told(slot.losses) for slot in self.slots)

    def _as_told(self, one: SlotLoss) -> SlotLoss:
        """Where paths fade, what is told is off by more than that from one time to the next."""
        steady = one.steady._replace(middle=one.steady.middle + self.told_db)
        return one._replace(steady=steady)

    @property
    def slot_samples(self) -> int:
        """Samples of a slot."""
        return round(self.sample_rate * self.slot_ms / 1000.0)

    def some_sizes(self, sizes: Sequence[Any]) -> tuple[int, ...]:
        """Those of the sizes that a user wants, rising; all of them if none is named.

        Raises:
            ValueError: one that the profile does not have, or no list.
        """
        allowed = " ".join(str(size) for size in self.sizes)
        if isinstance(sizes, str) or not hasattr(sizes, "__iter__"):
            raise setting.SettingError("sizes", f"a list of some of {allowed}", sizes)
        chosen = {setting.whole_number("each of sizes", size) for size in sizes}
        if not chosen <= set(self.sizes):
            raise setting.SettingError("sizes", f"some of {allowed}", list(sizes))
        return tuple(sorted(chosen)) or self.sizes

    def modulator(self) -> SlotModulator:
        """The kernel that turns packets into samples."""
        return MODULATORS[self.waveform]()

    def code(self, size: int) -> tail_biting_code:
        """Code of the slots with so many bytes."""
        return CODES[self.waveform](size)

    def demodulator(
        self, sizes: Sequence[int], second_tries: bool, look_ahead: int
    ) -> SlotDemodulator:
        """The kernel that turns samples into packets; see hf_demodulator."""
        return DEMODULATORS[self.waveform](list(sizes), second_tries, look_ahead)


def modem_profile_names() -> list[str]:
    """Names of the profiles that come with the module."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


def load_modem_profile(name: str) -> ModemProfile:
    """The profile of this name.

    Raises:
        ValueError: there is none, or it is not as ModemProfile describes.
    """
    import yaml  # not before it is needed: every flowgraph imports all blocks

    chosen = setting.one_of("profile", name, modem_profile_names())
    try:
        values = yaml.safe_load((FOLDER / f"{chosen}.yaml").read_text(encoding="utf-8"))
        return ModemProfile(name=chosen, **values)
    except ValidationError as error:
        raise ValueError(f"profile {name}: {in_one_line(error, ModemProfile)}") from None
    except (yaml.YAMLError, UnicodeDecodeError, TypeError) as error:
        why = " ".join(str(error).split())
        raise ValueError(f"profile {name}: no mapping in YAML ({why})") from None


def slot_losses_of(given: str | Sequence[SlotLoss]) -> Sequence[SlotLoss]:
    """Losses by slot size as a block is given them: by a modem's name, or as they are.

    Raises:
        ValueError: there is no modem of this name.
    """
    if not isinstance(given, str):
        return given
    return load_modem_profile(given).slot_losses if given else ()
