# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an experiment file says of our own link."""

import math
from typing import Literal, Self

from pydantic import Field, FiniteFloat, model_validator

from ...frame.tokens import REPETITION
from ...radio.modem_profile import slot_losses_of
from ...recovery.strategies.strategy_by_name import AUTO_RECOVERY, STRATEGIES, asks_a_model
from ...recovery.token_model.token_model_source import token_model_bytes
from ...speech_link.settings import (
    AUTO,
    Code,
    ImportanceChoice,
    ReceiverSettings,
    SenderSettings,
    check_in_time,
)
from .recovery_choice import RecoveryChoice
from .settings import SystemSettings

ALONE_BYTES = 1 << 30  # a token model that is larger is held by one process
SENDER, RECEIVER = SenderSettings(), ReceiverSettings()  # defaults stand there


class LargescOptions(RecoveryChoice, SystemSettings):
    """Our link as an experiment file names it; RecoveryChoice has the keys of recovery.

    Attributes:
        checkpoint: of the codec: a name or a folder.
        primary: tokens of the frame in its packet, 4..8.
        redundant: repeated tokens in a packet, 0..7.
        lag: frames between a token and its repetition, 1..12, not above the look-ahead.
        code: what redundant tokens are: repetition, xor_pair, window or auto.
        look_ahead: frames the receiver waits, 0..12.
        recovery: what fills lost tokens; rows name it, and so ``auto`` is none.
        crc: packets end in a CRC-16.
        silence_threshold: dBFS; frames below it are sent as silence. None: none is.
        suppress_noise: take noise off the speech first.
        rest: next to nothing is sent where nobody speaks; comfort noise is played there.
        budget: bit/s to spend, in place of fixed numbers of tokens; 0: none.
        importance: who tells the budget what tokens are worth: auto, plain or network.
        slots: bytes that a radio's slots hold, all of which a packet takes. None: it takes its own.
        slot_losses: modem by whose losses a budget chooses the size of slots; empty: by none.
        talked_before: s of the same speech, again and again, sent before what is judged.
        answered: s that the other station speaks in between. Reports come in that answer alone:
            half duplex. 0: they come all the time.
    """

    kind: Literal["largesc"] = "largesc"
    checkpoint: str = "mini"
    primary: int = SENDER.n_primary
    redundant: int = SENDER.n_redundant
    lag: int = SENDER.lag
    code: Code = SENDER.code
    look_ahead: int = RECEIVER.look_ahead
    recovery: str = "hold"
    crc: bool = False
    silence_threshold: FiniteFloat | None = None
    suppress_noise: bool = SENDER.suppress_noise
    rest: bool = SENDER.rest
    budget: FiniteFloat = SENDER.budget
    importance: ImportanceChoice = SENDER.importance
    slots: tuple[int, ...] | None = None
    slot_losses: str = ""
    talked_before: float = Field(0.0, ge=0.0, le=60.0)
    answered: float = Field(0.0, ge=0.0, le=60.0)

    @model_validator(mode="after")
    def _can_work(self) -> Self:
        if self.recovery == AUTO_RECOVERY:
            raise ValueError(f"recovery must be one of {', '.join(STRATEGIES)}: rows name it")
        if self.answered and not (self.talked_before and self.hears_reports):
            raise ValueError(
                "answered means nothing without talked_before and reports (budget, or code auto)"
            )
        check_in_time(self.sender(), self.receiver())
        self.check_meaning(self.recovery)
        self.recovery_settings(self.checkpoint, self.look_ahead)
        return self

    @property
    def hears_reports(self) -> bool:
        """Whether the receiver's reports change what is sent; else nobody sends any."""
        return bool(self.budget) or self.code == AUTO

    def sender(self) -> SenderSettings:
        """Of the link.

        Raises:
            ValueError: a setting out of range.
        """
        return SenderSettings(
            checkpoint=self.checkpoint,
            n_primary=self.primary,
            n_redundant=self.redundant,
            lag=self.lag,
            code=self.code,
            suppress_noise=self.suppress_noise,
            rest=self.rest,
            budget=self.budget,
            importance=self.importance,
            slots=self.slots or (),
            slot_losses=slot_losses_of(self.slot_losses),
            check="crc16" if self.crc else "none",
            silence_threshold=-math.inf
            if self.silence_threshold is None
            else self.silence_threshold,
        )

    def receiver(self) -> ReceiverSettings:
        """Of the link.

        Raises:
            ValueError: a setting out of range.
        """
        return ReceiverSettings(
            checkpoint=self.checkpoint,
            look_ahead=self.look_ahead,
            recovery=self.recovery,
            check="crc16" if self.crc else "none",
        )

    @property
    def most_processes(self) -> int | None:
        """One for a token model of gigabytes, on the CPU or on a GPU."""
        if not asks_a_model(self.recovery):
            return None
        return 1 if token_model_bytes(self.checkpoint) > ALONE_BYTES else None

    def default_label(self) -> str:
        lag = f"lag {self.lag}"
        kind = {REPETITION: lag, AUTO: f"{AUTO} {lag}"}.get(self.code, self.code)
        parts = f"{self.checkpoint} {self.primary}"
        if self.redundant:
            parts += f"+{self.redundant} {kind}"
        if self.budget:
            parts = f"{self.checkpoint} {self.budget:g} bit/s {kind}"
            parts += "" if self.importance == SENDER.importance else f" {self.importance}"
        parts += f" {self.recovery}" + (f" {self.words()}" if self.words() else "")
        if self.silence_threshold is not None:
            parts += f" silence {self.silence_threshold:g} dBFS"
        parts += "" if self.suppress_noise else " with its noise"
        parts += " rest" if self.rest else ""
        parts += f" slots {'/'.join(map(str, self.slots))}" if self.slots else ""
        parts += f" by losses of {self.slot_losses}" if self.slot_losses else ""
        parts += f" after {self.talked_before:g} s" if self.talked_before else ""
        parts += f", answered {self.answered:g} s" if self.answered else ""
        return parts + (" CRC" if self.crc else "")
