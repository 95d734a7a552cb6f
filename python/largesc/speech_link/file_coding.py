# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Speech into a packet file and out of it, without a flowgraph and in constant memory."""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from largesc_kernels import packet_codec
from numpy.typing import NDArray

from ..audio.speech_file import SAMPLE_RATE
from ..frame.due_frame import DueFrame
from ..frame.tokens import FRAME_RATE, TokenOrigin
from ..link.packet_file import (
    PacketFileError,
    PacketFileHeader,
    PacketFileReader,
    PacketFileWriter,
    Record,
)
from ..link.packet_parser import PacketRefused
from ..recovery.strategies.recovery_settings import RecoverySettings
from ..recovery.strategies.strategy_by_name import make_recovery
from .file_receiver import FileReceiver
from .link_sender import LinkSender
from .settings import ReceiverSettings, SenderSettings
from .speech_coding import speech_packets

if TYPE_CHECKING:
    from ..codec.speech_codec import SpeechCodec

Progress = Callable[[float], None]


def _no_progress(seconds: float) -> None:
    """Nobody watches."""


def encode_file(
    pcm: NDArray[np.float32],
    target: Path,
    settings: SenderSettings,
    on_progress: Progress = _no_progress,
) -> dict[str, Any]:
    """Encodes speech into a packet file.

    Args:
        pcm: float32 ``[samples]`` at 24 kHz, at least one.
        target: the packet file.
        settings: of the sender.
        on_progress: called with the seconds of speech encoded so far, about once a second.

    Returns:
        Figures by name, as ``--json`` writes them.

    Raises:
        CheckpointError: the checkpoint does not load.
        OSError: the file cannot be written.
        ValueError: no samples, or settings that no sender can have.
    """
    from ..codec.checkpoint import load_codec

    if not len(pcm):
        raise ValueError("there are no samples to encode")
    codec = load_codec(settings.checkpoint)
    sender = LinkSender(settings, int(codec.fingerprint, 16))
    name, crc = Path(settings.checkpoint).name, settings.check == "crc16"
    header = PacketFileHeader(codec.fingerprint, name, crc, samples=len(pcm))
    with PacketFileWriter(target, header) as file:
        for packets in speech_packets(codec, sender, pcm):
            for packet in packets:
                file.write(packet.data, packet.beside)
            if not packets:
                file.write(None)  # a frame of a rest
            if file.frames % int(FRAME_RATE) == 1:
                on_progress(file.frames / FRAME_RATE)
        frames, size = file.frames, file.size
    on_progress(len(pcm) / SAMPLE_RATE)
    counts = sender.counters()
    return {
        "seconds_of_audio": len(pcm) / SAMPLE_RATE,
        "packets": counts["packets"],
        "silent": counts.get("silent", 0),
        "rested": counts.get("rested", 0),
        "token_bps": counts.get("tokens", 0) * packet_codec.bits_per_token * FRAME_RATE / frames,
        "packet_bps": 8 * counts["bytes"] * FRAME_RATE / frames,
        "file_bytes": size,
        "codec": codec.fingerprint,
        "checkpoint": settings.checkpoint,
        "notice": sender.notice,
    }


class FileDecoder:
    """Speech of a packet file.

    Args:
        file: open, at its first record.
        settings: of the receiver; the check value is the file's.
        checkpoint: of the codec; empty for the one that the header names.

    Attributes:
        frames: decoded so far.
        packets: read so far.

    Raises:
        CheckpointError: the checkpoint does not load.
        PacketFileError: the codec is another one than the packets'.
        ValueError: a setting out of range.
    """

    def __init__(
        self,
        file: PacketFileReader,
        settings: ReceiverSettings,
        checkpoint: str = "",
    ):
        from .frame_player import FramePlayer

        header = file.header
        self._file = file
        self._codec = _codec_of(header, checkpoint)
        self._receiver = FileReceiver(settings.changed(check="crc16" if header.crc else "none"))
        known = RecoverySettings(checkpoint or header.checkpoint, settings.look_ahead)
        recovery = make_recovery(settings.recovery, known)
        self._player = FramePlayer(self._codec, recovery, settings.comfort_noise)
        self._origins: Counter[int] = Counter()
        self.frames = self.packets = 0

    def __iter__(self) -> Iterator[NDArray[np.float32]]:
        """Speech, float32, in pieces of a frame or less; as long as what was encoded."""
        missing, to_skip = self._file.header.samples, self._codec.delay
        for due in self._due_frames():
            pcm = self._play(due)
            skipped = min(to_skip, len(pcm))
            to_skip -= skipped
            pcm = pcm[skipped:][:missing]
            if missing is not None:
                missing -= len(pcm)
            yield pcm

    def report(self) -> dict[str, Any]:
        """Figures by name, as ``--json`` writes them."""
        header = self._file.header
        return {
            "packets": self._receiver.counters(),
            "tokens": {kind.name.lower(): self._origins[kind] for kind in TokenOrigin},
            "frames": self.frames,
            "truncated": self._file.truncated,
            "codec": header.fingerprint,
            "checkpoint": header.checkpoint,
        }

    def _due_frames(self) -> Iterator[DueFrame]:
        frames = 0
        for record in self._file:
            yield from self._receive(record, frames)
            frames += not record.beside
        yield from self._receiver.end(frames)

    def _receive(self, record: Record, frame: int) -> list[DueFrame]:
        if record.data is None:
            return []  # the playout sees the gap at the next packet
        self.packets += 1
        try:
            return self._receiver.receive_record(record, frame)
        except PacketRefused:  # counted
            return []

    def _play(self, due: DueFrame) -> NDArray[np.float32]:
        played = self._player.play(due)
        self.frames += 1
        self._origins.update(played.origin.tolist())
        return played.pcm


def _codec_of(header: PacketFileHeader, checkpoint: str) -> "SpeechCodec":
    """The codec that a file needs; a file alone may only choose among those embedded."""
    from ..codec.checkpoint import embedded_names, load_codec

    if not checkpoint and header.checkpoint not in embedded_names():
        raise PacketFileError(
            f"the file was made with checkpoint {header.checkpoint!r} "
            f"(fingerprint {header.fingerprint}), which is not embedded: name it by --checkpoint"
        )
    codec = load_codec(checkpoint or header.checkpoint)
    if codec.fingerprint != header.fingerprint:
        raise PacketFileError(
            f"the file's codec has the fingerprint {header.fingerprint}, checkpoint "
            f"{checkpoint or header.checkpoint!r} here has {codec.fingerprint}: its speech would "
            "be noise"
        )
    return codec
