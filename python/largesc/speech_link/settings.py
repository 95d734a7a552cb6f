# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options of a link, typed once: name, range, default and help of each.

Command line, judge, hierarchical blocks and the check of Companion's block files are fed from
here.
"""

import math
from collections.abc import Iterable
from dataclasses import replace
from typing import Annotated, Any, Literal, Self

from largesc_kernels import announcement
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic.config import JsonDict

from ..codec.silence_detector import check_threshold
from ..control.slot_losses import SlotLoss, check_slot_losses
from ..frame import setting_value as setting
from ..frame.tokens import LONGEST_LAG, REPETITION, Allocation
from ..link.text_pieces import check_message
from ..recovery.strategies.strategy_by_name import (
    AUTO_RECOVERY,
    CHOICES,
    asks_a_model,
    check_strategy,
)
from ..recovery.token_model.token_model_config import LONGEST_LOOK_AHEAD

ImportanceChoice = Literal["auto", "plain", "network"]
CheckValue = Literal["none", "crc16"]
AUTO = "auto"
Code = Literal["repetition", "xor_pair", "window", "auto"]


def _no_flag(value: Any) -> Any:
    """pydantic would take True for 1."""
    if isinstance(value, bool | str):
        raise ValueError(f"must be a number, not {value!r}")
    return value


Number = BeforeValidator(_no_flag)
NO_OPTION: JsonDict = {"option": False}  # of commands: what nobody writes by hand


def _sizes(value: Any) -> tuple[int, ...]:
    """Sizes of slots, rising; from text as ``7,13,23``, or a list."""
    parts = value.replace(",", " ").split() if isinstance(value, str) else value
    if not isinstance(parts, Iterable):
        raise ValueError(f"must be sizes in bytes, as 7,13,23, not {value!r}")
    try:
        sizes = [setting.whole_number("a slot", _number(part), 3, 255) for part in parts]
    except ValueError as error:
        raise ValueError(f"must be sizes in bytes, as 7,13,23, not {value!r} ({error})") from None
    return tuple(sorted(set(sizes)))


def _number(part: Any) -> Any:
    return int(part) if isinstance(part, str) and part.isdecimal() else part


class LinkSettings(BaseModel):
    """Settings that do not change; what is out of range is said in one line.

    Raises:
        ValueError: an unknown name, or a value out of range.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    def __init__(self, **values: Any) -> None:
        try:
            super().__init__(**values)
        except ValidationError as error:
            raise ValueError(in_one_line(error, type(self))) from None

    def changed(self, **values: Any) -> Self:
        """The same settings but for these."""
        return type(self)(**self.model_dump() | values)


class SenderSettings(LinkSettings):
    """What a sender does with speech."""

    checkpoint: str = Field("mini", description="Model: a name or a folder.")
    n_primary: Annotated[int, Number] = Field(
        8, ge=4, le=8, description="Tokens of the frame in its packet."
    )
    n_redundant: Annotated[int, Number] = Field(
        0, ge=0, le=7, description="Tokens of an earlier frame in a packet."
    )
    lag: Annotated[int, Number] = Field(
        1,
        ge=1,
        le=LONGEST_LAG,
        description="How many frames earlier the repeated tokens are; above 5 costs a byte or two.",
    )
    code: Code = Field(
        "repetition",
        description="What redundant tokens are: repetition of one frame; xor_pair, XOR of those "
        "1 and 3 frames earlier; window, 1, 3 and 5 frames earlier combined; auto follows the "
        "receiver's reports, with what reaches no farther back than the lag.",
    )
    budget: Annotated[float, Number] = Field(
        0.0,
        ge=0,
        le=1e6,
        allow_inf_nan=False,
        description="Bits per second to spend as they do most; then the numbers of tokens are not "
        "looked at. 0: every packet has those.",
    )
    importance: ImportanceChoice = Field(
        "auto",
        description="Who tells a budget what tokens are worth: network, the checkpoint's "
        "controller; plain, a rule of level and spectral flux; auto, the network if there is one.",
    )
    slots: Annotated[tuple[int, ...], BeforeValidator(_sizes)] = Field(
        (),
        description="Bytes that the slots of a radio hold, as 7,13,23: every packet takes the "
        "smallest that it fits into, and all of its bits. None: packets take what they need.",
    )
    slot_losses: tuple[SlotLoss, ...] = Field(
        (),
        json_schema_extra=NO_OPTION,
        description="How often slots of each size are lost by SNR, as the modem's profile has it: "
        "a budget goes by it. None: all are taken to be lost alike.",
    )
    check: CheckValue = Field(
        "none",
        description="Check value at the end of a packet: none, or crc16 where it may be damaged.",
    )
    announce: bool = Field(False, description="Say every 2 s, and at the end, who is sending.")
    session: Annotated[int, Number] = Field(
        0, ge=0, le=0xFFFF, description="Number of this over; 0 draws one."
    )
    text: str = Field("", description="What announcements say, a callsign: at most 31 bytes.")
    message: str = Field(
        "",
        description="A longer text, at most 254 bytes, in pieces: in silence, and one every 2 s.",
    )
    suppress_noise: bool = Field(
        True,
        description="Take noise off the speech before it is coded, 10 dB of it, by "
        "RNNoise. Off for what is no speech.",
    )
    silence_threshold: float = Field(
        -math.inf,
        description="dBFS, -200..0; frames below it are sent as silence (2 bytes). Minus "
        "infinity: none.",
    )
    rest: bool = Field(
        False,
        description="Where nobody speaks send next to nothing: what is heard then, rarely and "
        "when it changes.",
    )

    @property
    def allocation(self) -> Allocation:
        """Tokens per packet. Of ``auto``, which may choose others, that which reaches farthest."""
        code = REPETITION if self.code == AUTO else self.code
        return Allocation(self.n_primary, self.n_redundant, self.lag, code)

    @property
    def reach(self) -> int:
        """Frames that a receiver must wait for all that any packet may tell of earlier frames."""
        repeats = replace(self.allocation, n_redundant=1) if self.budget else self.allocation
        return repeats.reach

    @model_validator(mode="after")
    def _says_something(self) -> "SenderSettings":
        check_threshold(self.silence_threshold)
        size, most = len(self.text.encode()), announcement.max_text
        if size > most:
            raise ValueError(f"text must have at most {most} bytes in UTF-8, not {size}")
        check_message(self.message)
        check_slot_losses(self.slot_losses, self.slots)
        return self


class ReceiverSettings(LinkSettings):
    """What a receiver does with packets."""

    checkpoint: str = Field("mini", description="Model: a name or a folder; the sender's.")
    look_ahead: Annotated[int, Number] = Field(
        1,
        ge=0,
        le=LONGEST_LAG,
        description="Frames the receiver waits for late and repeated tokens; "
        "the token model takes no more than 5.",
    )
    recovery: str = Field(
        AUTO_RECOVERY,
        description=f"What fills lost tokens: {', '.join(CHOICES)}. "
        "auto: the checkpoint's token model where it has one.",
    )
    check: Literal["auto", "none", "crc16"] = Field(
        "auto",
        description="Check value of packets: auto takes what two packets in a row confirm.",
    )
    comfort_noise: bool = Field(
        True, description="Play the sender's background, as far as it tells it, where it is silent."
    )
    soft: bool = Field(
        True,
        description="Let the token model weigh what a modem has heard of packets that may not be "
        "believed.",
    )

    @model_validator(mode="after")
    def _has_a_strategy(self) -> "ReceiverSettings":
        check_strategy(self.recovery)
        if asks_a_model(self.recovery) and self.look_ahead > LONGEST_LOOK_AHEAD:
            raise ValueError(
                f"recovery {self.recovery} takes a look-ahead of 0..{LONGEST_LOOK_AHEAD} frames, "
                f"not {self.look_ahead}: choose hold or interpolate"
            )
        return self


def check_in_time(sender: SenderSettings, receiver: ReceiverSettings) -> None:
    """Whether what the sender repeats comes before the receiver must play it.

    Raises:
        ValueError: redundancy that would always come too late.
    """
    reach = sender.reach
    if reach <= receiver.look_ahead:
        return
    too_late = f"comes too late for a look-ahead of {receiver.look_ahead}"
    if sender.code != REPETITION:
        raise ValueError(f"{sender.code} reaches over {reach} frames and {too_late}")
    raise ValueError(
        f"redundancy at lag {reach} {too_late}: choose a lag no larger than the look-ahead"
    )


def in_one_line(error: ValidationError, model: type[BaseModel] | None = None) -> str:
    """The first thing that is wrong, in words: which setting, what it must be, what it is.

    Args:
        error: of making a model.
        model: it; its ranges are told then.
    """
    first = error.errors()[0]
    name = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        return f"there is no setting {name!r}"
    if first["type"] == "literal_error":
        return f"{name} must be {first['ctx']['expected']}, not {first['input']!r}"
    message = str(first["msg"]).removeprefix("Value error, ")
    if message.startswith(f"{name} must be "):
        return message
    limits = _limits_of(model, name) if model is not None and name in model.model_fields else ""
    if limits and first["type"] != "value_error":
        return f"{name} must be {limits}, not {first['input']!r}"
    return message if not name else f"{name}: {message}"


def range_of(model: type[BaseModel], name: str) -> str:
    """Range of a setting as ``4..8``; empty where it has none."""
    bounds = _bounds(model, name)
    return f"{bounds['ge']}..{_short(bounds['le'])}" if bounds.keys() == {"ge", "le"} else ""


def _limits_of(model: type[BaseModel], name: str) -> str:
    """As range_of; also of a setting whose range does not have its lower end."""
    bounds = _bounds(model, name)
    if bounds.keys() == {"gt", "le"}:
        return f"above {_short(bounds['gt'])} and at most {_short(bounds['le'])}"
    return range_of(model, name)


def _bounds(model: type[BaseModel], name: str) -> dict[str, float]:
    rules = model.model_fields[name].metadata
    keys = ("ge", "gt", "le", "lt")
    return {key: getattr(rule, key) for rule in rules for key in keys if hasattr(rule, key)}


def _short(number: float) -> str:
    """A number as people write it, the largest of 64 bits and powers of ten too."""
    if number == 2**64 - 1:
        return "2^64-1"
    return str(int(number)) if number == int(number) else f"{number:g}"
