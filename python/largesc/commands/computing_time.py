# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether this machine keeps up with speech: time per frame of a checkpoint's codec and model."""

import time
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from ..runtime.frame_filling import DEADLINE_S

FRAME_S = 0.08
FRAMES, FIRST_FRAMES = 24, 6  # measured; those before them, in which memory is allocated


class ComputingTime(NamedTuple):
    """Seconds per frame of 80 ms on one thread, 90 % of frames take less.

    Attributes:
        codec: to encode and to decode it.
        lost_frame: to fill it when it was lost.
    """

    codec: float
    lost_frame: float

    def codec_keeps_up(self) -> bool:
        """Whether a station that sends and receives gets all frames done in time."""
        return self.codec < FRAME_S

    def model_keeps_up(self) -> bool:
        """Whether the token model answers before its deadline, beyond which ``hold`` does."""
        return self.lost_frame < DEADLINE_S

    def sentence(self) -> str:
        """Both for a person."""
        codec, model = 1000 * self.codec, 1000 * self.lost_frame
        if not self.codec_keeps_up():
            return f"codec {codec:.0f} ms for a frame of 80: too slow for live speech"
        times = f"codec {codec:.0f} ms for a frame of 80, token model {model:.0f} ms for a lost one"
        if self.model_keeps_up():
            return f"{times}: --recovery base and lora keep up"
        limit = 1000 * DEADLINE_S
        return f"{times}, needed {limit:.0f}: use --recovery hold or interpolate for live speech"


def computing_time(checkpoint: str = "mini") -> ComputingTime:
    """Measures a checkpoint with a token model and its adapter; takes two seconds or three.

    Raises:
        CheckpointError: it does not load, or has no adapter.
    """
    import soundfile

    from ..codec.checkpoint import load_codec
    from ..codec.speech_codec import use_one_thread
    from ..codec.verification import RECORDING
    from ..frame.tokens import no_tokens
    from ..recovery.strategies.recovery_settings import RecoverySettings
    from ..recovery.strategies.strategy_by_name import make_recovery

    codec = load_codec(checkpoint)
    recovery = make_recovery("lora", RecoverySettings(checkpoint))
    use_one_thread()
    pcm, _ = soundfile.read(RECORDING, dtype="float32")
    frames = iter(codec.frames(np.resize(pcm, (FRAMES + FIRST_FRAMES) * codec.frame_size)))
    coded, lost = no_tokens(), no_tokens()

    def through_the_codec() -> None:
        nonlocal coded
        coded = codec.encode(next(frames)).tokens
        codec.decode(coded)

    def fill_a_lost_frame() -> None:
        recovery.push(coded, lost)

    return ComputingTime(_time_of(through_the_codec), _time_of(fill_a_lost_frame))


def _time_of(work: Callable[[], object]) -> float:
    times = []
    for _ in range(FRAMES + FIRST_FRAMES):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return float(np.percentile(times[FIRST_FRAMES:], 90))
