# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""When token frames are decoded: as their samples are taken, or ahead, on a thread of its own."""

from collections import Counter, deque
from collections.abc import Callable
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from ..codec.pause_adjustment import PauseAdjustment
from ..frame.background import Background
from ..frame.tokens import Tokens
from ..link.frame_demand import FrameDemand
from .bounded_worker import BoundedWorker, WhenFull

DEFAULT_QUEUE = 5  # frames, 400 ms: a computer that pauses for longer is not live

Samples = NDArray[np.float32]


class FrameToPlay(NamedTuple):
    """Tokens, and playout's wish for a frame less or more (-2..2), if it has one; whether it is
    silent, and what is to be heard then, if that was told; samples at its beginning that are not to
    be played."""

    tokens: Tokens
    adjust: int | None
    silent: bool = False
    sound: Background | None = None
    trim: int = 0


Decode = Callable[[FrameToPlay], Samples]  # must not raise


class DecodedFrames(Protocol):
    """Takes token frames in order and gives their samples in that order.

    ``capacity``: frames that may wait, decoded or not; 0 means any number.
    """

    capacity: int

    def start(self) -> None:
        """Begins anew: nothing waits, counters at zero."""
        ...

    def stop(self) -> None: ...

    def put(self, frame: FrameToPlay) -> None: ...

    def take(self) -> Samples | None:
        """Samples of the next frame, None while there are none."""
        ...

    def requests(self, is_handing_on: bool) -> list[int]:
        """One for each frame that is wanted now, while something of the last one taken is left.

        It says what was done about a wish since the last one: -1 or 1 frames were played more, or
        0 if nothing was done.
        """
        ...

    def backlog(self) -> int:
        """Frames that have come and were not taken."""
        ...

    def is_decoding(self) -> bool:
        """Whether :meth:`take` may give more although nothing more comes."""
        ...

    def counters(self) -> dict[str, int]: ...


class DecodedWhenTaken:
    """Decodes a frame when its samples are taken; whoever takes sets the pace. Drops nothing.

    Args:
        decode: frame to samples.
        capacity: frames, for the one who asks whether senders should wait.
    """

    def __init__(self, decode: Decode, capacity: int):
        self.capacity = capacity
        self._decode = decode
        self._queue: deque[FrameToPlay] = deque()

    def start(self) -> None:
        self._queue.clear()

    def stop(self) -> None:
        """Nothing to do."""

    def put(self, frame: FrameToPlay) -> None:
        self._queue.append(frame)

    def take(self) -> Samples | None:
        return self._decode(self._queue.popleft()) if self._queue else None

    def requests(self, is_handing_on: bool) -> list[int]:
        """None: frames come by themselves."""
        return []

    def backlog(self) -> int:
        return len(self._queue)

    def is_decoding(self) -> bool:
        """Never: what is there is decoded while it is taken."""
        return False

    def counters(self) -> dict[str, int]:
        return {}


class DecodedAhead:
    """Decodes on a thread of its own, and asks for frames as a clock does; drops the oldest.

    Args:
        decode: frame to samples; called on the thread.
        capacity: frames that may wait, decoded or not; 0 chooses 5. Never below prefetch.
        prefetch: frames on their way or decoded and not taken, below which one is asked for; 0: one
            is asked for when nothing of the last one taken is left.
        on_decoded: called on the thread when there is more to take.

    Raises:
        ValueError: prefetch below 0.
    """

    def __init__(
        self, decode: Decode, capacity: int, prefetch: int, on_decoded: Callable[[], None]
    ):
        self.capacity = max(capacity or DEFAULT_QUEUE, prefetch)
        self._decode = decode
        self._demand = FrameDemand(prefetch)
        self._adjustment = PauseAdjustment()
        self._ready: deque[Samples] = deque()
        self._adjusted: deque[int] = deque()  # adjustments made and not told yet
        self._counts: Counter[str] = Counter()
        self._worker: BoundedWorker[FrameToPlay] = BoundedWorker(
            self._decode_and_adjust, self.capacity, WhenFull.DROP_OLDEST, on_done=on_decoded
        )

    def start(self) -> None:
        self._worker.abort()
        self._adjustment.reset()
        self._demand.reset()
        self._ready.clear()
        self._adjusted.clear()
        self._counts.clear()
        self._worker.start()

    def stop(self) -> None:
        self._worker.abort()

    def put(self, frame: FrameToPlay) -> None:
        self._demand.answered()
        while self._ready and self.backlog() >= self.capacity:
            self._ready.popleft()
            self._counts["dropped"] += 1
        self._worker.put(frame)

    def take(self) -> Samples | None:
        return self._ready.popleft() if self._ready else None

    def requests(self, is_handing_on: bool) -> list[int]:
        wanted = self._demand.to_ask(self.backlog(), is_handing_on)
        return [self._adjusted.popleft() if self._adjusted else 0 for _ in range(wanted)]

    def backlog(self) -> int:
        # In this order: a frame that is decoded meanwhile is in both, never in neither.
        return self._worker.backlog + len(self._ready)

    def is_decoding(self) -> bool:
        return self._worker.backlog > 0

    def counters(self) -> dict[str, int]:
        counts = self._counts + Counter(self._worker.counters())
        adjustments = {n: getattr(self._adjustment, n) for n in ("skipped", "repeated", "forced")}
        return dict(counts) | adjustments | {"unanswered": self._demand.unanswered}

    def _decode_and_adjust(self, frame: FrameToPlay) -> None:
        to_play = self._adjustment.push(self._decode(frame), frame.adjust, frame.trim)
        if len(to_play) != 1:
            self._adjusted.append(len(to_play) - 1)
        self._ready.extend(to_play)
