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
from ..frame.tokens import FRAME_RATE, Allocation, TokenOrigin
from ..link.depacketizer import Depacketizer, DueFrame, PacketError
from ..link.packet_file import (
    PacketFileError,
    PacketFileHeader,
    PacketFileReader,
    PacketFileWriter,
    Record,
)
from ..link.packetizer import Packetizer
from ..recovery.strategies.recovery_settings import RecoverySettings
from ..recovery.strategies.strategy_by_name import make_recovery

if TYPE_CHECKING:
    from ..codec.speech_codec import SpeechCodec

Progress = Callable[[float], None]


def _no_progress(seconds: float) -> None:
    """Nobody watches."""


def encode_file(
    pcm: NDArray[np.float32],
    target: Path,
    allocation: Allocation,
    crc: bool = False,
    checkpoint: str = "mini",
    on_progress: Progress = _no_progress,
) -> dict[str, Any]:
    """Encodes speech into a packet file.

    Args:
        pcm: float32 ``[samples]`` at 24 kHz, at least one.
        target: the packet file.
        allocation: tokens per packet.
        crc: packets end in a CRC-16.
        checkpoint: of the codec.
        on_progress: called with the seconds of speech encoded so far, about once a second.

    Returns:
        Figures by name, as ``--json`` writes them.

    Raises:
        CheckpointError: the checkpoint does not load.
        OSError: the file cannot be written.
        ValueError: no samples.
    """
    from ..codec.checkpoint import load_codec

    if not len(pcm):
        raise ValueError("there are no samples to encode")
    codec = load_codec(checkpoint)
    packetizer = Packetizer(packet_codec(crc))
    header = PacketFileHeader(codec.fingerprint, Path(checkpoint).name, crc, samples=len(pcm))
    counts: Counter[str] = Counter()
    with PacketFileWriter(target, header) as file:
        for frame, samples in enumerate(codec.frames(pcm)):
            packed = packetizer.packetize(frame, codec.encode(samples).tokens, allocation)
            file.write(packed.data)
            counts["bytes"] += len(packed.data)
            counts["tokens"] += packed.tokens
            if frame % int(FRAME_RATE) == 0:
                on_progress(frame / FRAME_RATE)
        frames = file.frames
    return {
        "seconds_of_audio": len(pcm) / SAMPLE_RATE,
        "packets": frames,
        "token_bps": counts["tokens"] * packet_codec.bits_per_token * FRAME_RATE / frames,
        "packet_bps": 8 * counts["bytes"] * FRAME_RATE / frames,
        "file_bytes": target.stat().st_size,
        "codec": codec.fingerprint,
        "checkpoint": checkpoint,
    }


class FileDecoder:
    """Speech of a packet file.

    Args:
        file: open, at its first record.
        look_ahead: frames to wait before a frame is played, 0..5.
        recovery: what fills missing tokens.
        checkpoint: of the codec; empty for the one that the header names.

    Attributes:
        frames: decoded so far.

    Raises:
        CheckpointError: the checkpoint does not load.
        PacketFileError: the codec is another one than the packets'.
        ValueError: a setting out of range.
    """

    def __init__(
        self,
        file: PacketFileReader,
        look_ahead: int = 1,
        recovery: str = "hold",
        checkpoint: str = "",
    ):
        from .frame_player import FramePlayer

        header = file.header
        self._file = file
        self._depacketizer = Depacketizer(look_ahead, header.crc)
        self._codec = _codec_of(header, checkpoint)
        settings = RecoverySettings(checkpoint or header.checkpoint, look_ahead)
        self._player = FramePlayer(self._codec, make_recovery(recovery, settings))
        self._refused: Counter[str] = Counter()
        self._origins: Counter[int] = Counter()
        self.frames = 0

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
            "packets": self._depacketizer.counters() | dict(self._refused),
            "tokens": {kind.name.lower(): self._origins[kind] for kind in TokenOrigin},
            "frames": self.frames,
            "truncated": self._file.truncated,
            "codec": header.fingerprint,
            "checkpoint": header.checkpoint,
        }

    def _due_frames(self) -> Iterator[DueFrame]:
        frames = 0
        for record in self._file:
            frames += not record.beside
            yield from self._receive(record)
        yield from self._depacketizer.flush(frames)

    def _receive(self, record: Record) -> list[DueFrame]:
        if record.data is None:
            return []  # the playout sees the gap at the next packet
        try:
            return self._depacketizer.receive(record.data)
        except PacketError as error:
            self._refused[error.counter] += 1
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
