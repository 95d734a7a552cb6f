# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hierarchical block: speech samples to packets."""

from collections.abc import Sequence

from gnuradio import gr

from ..control.slot_losses import SlotLoss
from ..mimi_encoder import mimi_encoder
from ..speech_link.link_sender import check_sender
from ..speech_link.settings import SenderSettings
from ..uep_packetizer import uep_packetizer


class speech_transmitter(gr.hier_block2):
    """Sender in one block: mimi_encoder and uep_packetizer.

    Args:
        checkpoint: name of the model.
        n_primary: tokens of its own frame in a packet, 4..8.
        n_redundant: tokens of earlier frames in a packet, 0..7.
        lag: how many frames earlier a repeated one is, 1..12.
        silence_threshold, max_queue, live, rest, suppress_noise: see mimi_encoder.
        code, check, announce, session, text, budget, importance, slots, slot_losses, message: see
            uep_packetizer.

    Stream input: float, 24 kHz. Message ports: ``control``, ``report``, ``over`` in (see
    uep_packetizer), ``packets`` out.
    """

    def __init__(
        self,
        checkpoint: str = "mini",
        n_primary: int = 8,
        n_redundant: int = 0,
        lag: int = 1,
        code: str = "repetition",
        silence_threshold: float = float("-inf"),
        max_queue: int = 0,
        live: bool = False,
        check: str = "none",
        announce: bool = False,
        session: int = 0,
        text: str = "",
        budget: float = 0.0,
        importance: str = "auto",
        slots: Sequence[int] = (),
        slot_losses: str | Sequence[SlotLoss] = (),
        rest: bool = False,
        message: str = "",
        suppress_noise: bool = True,
    ):
        gr.hier_block2.__init__(
            self,
            "speech_transmitter",
            gr.io_signature(1, 1, gr.sizeof_float),
            gr.io_signature(0, 0, 0),
        )
        self.message_port_register_hier_in("control")
        self.message_port_register_hier_in("report")
        self.message_port_register_hier_in("over")
        self.message_port_register_hier_out("packets")
        self.encoder = mimi_encoder(
            checkpoint, silence_threshold, max_queue, live, rest, suppress_noise
        )
        self.packetizer = uep_packetizer(
            n_primary,
            n_redundant,
            lag,
            code,
            check,
            announce,
            session,
            text,
            budget,
            checkpoint,
            importance,
            slots,
            slot_losses,
            message,
        )
        self.connect(self, self.encoder)
        self.msg_connect(self.encoder, "tokens", self.packetizer, "tokens")
        self.msg_connect(self, "control", self.packetizer, "control")
        self.msg_connect(self, "report", self.packetizer, "report")
        self.msg_connect(self, "over", self.packetizer, "over")
        self.msg_connect(self.packetizer, "packets", self, "packets")

    def counters(self) -> dict[str, dict[str, int]]:
        """Counters of the blocks inside, by block."""
        return {"encoder": self.encoder.counters(), "packetizer": self.packetizer.counters()}

    def set_tokens(self, n_primary: int, n_redundant: int, lag: int, code: str) -> None:
        """What the packets to come have, all of it at once or nothing."""
        self.packetizer.set_tokens(n_primary, n_redundant, lag, code)

    def set_n_primary(self, n_primary: int) -> None:
        """Tokens of its own frame in the packets to come, 4..8."""
        self.packetizer.set_n_primary(n_primary)

    def set_n_redundant(self, n_redundant: int) -> None:
        """Tokens of an earlier frame in the packets to come, 0..7."""
        self.packetizer.set_n_redundant(n_redundant)

    def set_lag(self, lag: int) -> None:
        """How many frames earlier the repeated tokens are, 1..12."""
        self.packetizer.set_lag(lag)

    def set_code(self, code: str) -> None:
        """What the redundant tokens to come are: repetition, xor_pair, window or auto."""
        self.packetizer.set_code(code)

    def set_budget(self, budget: float) -> None:
        """Bits per second to spend from now on; 0 for packets of fixed numbers of tokens."""
        self.packetizer.set_budget(budget)

    def set_text(self, text: str) -> None:
        """What announcements say from now on, at most 31 bytes in UTF-8."""
        self.packetizer.set_text(text)

    def set_message(self, message: str) -> None:
        """A message to be sent now, in place of what is left of the one before."""
        self.packetizer.set_message(message)


def made_transmitter(settings: SenderSettings, live: bool = False) -> speech_transmitter:
    """The block with these settings.

    Raises:
        CheckpointError: the checkpoint does not load.
        ValueError: settings that no sender can have.
    """
    check_sender(settings)
    return speech_transmitter(**settings.model_dump(), live=live)
