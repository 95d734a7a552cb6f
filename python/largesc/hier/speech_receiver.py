# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hierarchical block: packets to speech samples."""

from gnuradio import gr

from ..mimi_decoder import mimi_decoder
from ..moshi_recovery import moshi_recovery
from ..recovery.strategies.strategy_by_name import AUTO_RECOVERY
from ..speech_link.settings import ReceiverSettings
from ..uep_depacketizer import uep_depacketizer


class speech_receiver(gr.hier_block2):
    """Receiver in one block: uep_depacketizer, moshi_recovery and mimi_decoder.

    Args:
        checkpoint: name of the model; it must be the sender's.
        look_ahead: frames to wait for redundancy before a frame is played, 0..12.
        recovery: what fills missing tokens: ``auto``, ``zero``, ``hold``, ``interpolate``, ``base``
            or ``lora``; the last two need a checkpoint with a token model. ``auto``: see
            moshi_recovery.
        max_queue: see mimi_decoder; live also for moshi_recovery.
        live: the output's sink is the clock: a frame is played when it needs one, whatever has
            come; the models run on threads of their own; what they cannot keep up with is held or
            dropped.
            Otherwise nothing is dropped and nothing depends on time. See uep_depacketizer,
            mimi_decoder and moshi_recovery.
        check: see uep_depacketizer.
        speed: see uep_depacketizer.
        prefetch: see mimi_decoder; 0 before a sound card.
        comfort_noise: see mimi_decoder.
        soft: see uep_depacketizer.

    A sender that announces another codec than this receiver's is muted.

    Message ports: ``packets`` in, ``tokens`` (what is played, for displays) and ``report`` and
    ``message`` (see uep_depacketizer) out. Stream output: float, 24 kHz.
    """

    def __init__(
        self,
        checkpoint: str = "mini",
        look_ahead: int = 1,
        recovery: str = AUTO_RECOVERY,
        max_queue: int = 0,
        live: bool = False,
        check: str = "auto",
        speed: float = 1.0,
        prefetch: int = 1,
        comfort_noise: bool = True,
        soft: bool = True,
    ):
        gr.hier_block2.__init__(
            self,
            "speech_receiver",
            gr.io_signature(0, 0, 0),
            gr.io_signature(1, 1, gr.sizeof_float),
        )
        self.message_port_register_hier_in("packets")
        self.message_port_register_hier_out("tokens")
        self.message_port_register_hier_out("report")
        self.message_port_register_hier_out("message")
        self.recovery = moshi_recovery(recovery, max_queue, live, checkpoint, look_ahead)
        self.decoder = mimi_decoder(checkpoint, max_queue, live, prefetch, comfort_noise)
        codec = self.decoder.fingerprint
        self.depacketizer = uep_depacketizer(look_ahead, check, live, codec, speed, soft)
        self.msg_connect(self, "packets", self.depacketizer, "packets")
        self.msg_connect(self.depacketizer, "tokens", self.recovery, "tokens")
        self.msg_connect(self.recovery, "tokens", self.decoder, "tokens")
        self.msg_connect(self.recovery, "tokens", self, "tokens")
        self.msg_connect(self.depacketizer, "report", self, "report")
        self.msg_connect(self.depacketizer, "message", self, "message")
        if live:
            self.msg_connect(self.decoder, "clock", self.depacketizer, "clock")
        self.connect(self.decoder, self)

    def counters(self) -> dict[str, dict[str, int]]:
        """Counters of the blocks inside, by block."""
        return {
            "depacketizer": self.depacketizer.counters(),
            "recovery": self.recovery.counters(),
            "decoder": self.decoder.counters(),
        }

    def set_look_ahead(self, look_ahead: int) -> None:
        """Frames to wait from now on, 0..12; what the recovery refuses changes nothing."""
        self.recovery.set_look_ahead(look_ahead)
        self._follow_recovery(look_ahead)

    def set_recovery_and_look_ahead(self, recovery: str, look_ahead: int) -> None:
        """Both at once; what the recovery refuses changes nothing."""
        self.recovery.set_recovery_and_look_ahead(recovery, look_ahead)
        self._follow_recovery(look_ahead)

    def _follow_recovery(self, look_ahead: int) -> None:
        if self.recovery.look_ahead == look_ahead:
            self.depacketizer.set_look_ahead(look_ahead)

    def set_recovery(self, recovery: str) -> None:
        """Another strategy from the next frame on."""
        self.recovery.set_recovery(recovery)


def made_receiver(
    settings: ReceiverSettings, live: bool = False, speed: float = 1.0, prefetch: int = 1
) -> speech_receiver:
    """The block with these settings.

    Raises:
        CheckpointError: the checkpoint does not load, or lacks what the recovery needs.
    """
    return speech_receiver(**settings.model_dump(), live=live, speed=speed, prefetch=prefetch)
