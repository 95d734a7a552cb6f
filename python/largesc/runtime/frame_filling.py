# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a frame's holes are filled: as it comes, or on a thread of its own, within a deadline."""

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

from ..frame.tokens import MISSING_TOKEN, TokenOrigin
from ..recovery.frame_recovery import FilledFrame, as_it_came
from ..recovery.sent_codebooks import DueTokens
from ..recovery.strategies.strategy_by_name import asks_a_model
from .strategy_chooser import Strategy
from .timely_recovery import TimelyRecovery

DEFAULT_QUEUE = 5  # frames, 400 ms: a model that is further behind had better begin anew
# Live, mimi_decoder asks for a frame 115 ms before it is heard, and full-size Mimi takes 41 ms.
DEADLINE_S = 0.06


class FrameToFill(NamedTuple):
    """A frame due, its metadata, and the strategy that was in force when it came.

    ``is_foreign``: its tokens are another codec's; it passes as it came.
    """

    meta: Any
    due: DueTokens
    is_foreign: bool
    strategy: Strategy

    def has_holes(self) -> bool:
        """Whether the strategy has something to fill."""
        due, fills_unsent = self.due, self.strategy.settings.fill_unsent
        asked = due.origin != TokenOrigin.SILENCE
        if not fills_unsent:
            asked &= due.origin != TokenOrigin.UNSENT
        return bool((asked & (due.tokens == MISSING_TOKEN)).any())


# Called with counter, reason, and what became of the frame.
Refuse = Callable[[str, str, str], None]
# Called with the frame, what it is filled with, and whether that is held for want of time.
Publish = Callable[[FrameToFill, FilledFrame, bool], None]


class FrameFilling(Protocol):
    """Takes frames in order and publishes each of them once, in that order."""

    def start(self) -> None:
        """Begins anew; what still ran is thrown away."""
        ...

    def stop(self) -> None: ...

    def put(self, frame: FrameToFill) -> None: ...

    def wait_until_published(self) -> None:
        """Returns when every frame that came has been published."""
        ...


class FilledAtOnce:
    """Fills a frame as it comes; whoever brings it waits. Nothing depends on time.

    Args:
        publish: gets every frame.
        refuse: gets the errors of strategies.
    """

    def __init__(self, publish: Publish, refuse: Refuse):
        self._publish, self._strategies = publish, GuardedStrategies(refuse)

    def start(self) -> None:
        """Nothing to do."""

    def stop(self) -> None:
        """Nothing to do."""

    def put(self, frame: FrameToFill) -> None:
        self._publish(frame, self._strategies.fill(frame), False)

    def wait_until_published(self) -> None:
        """Nothing to wait for."""


class FilledInTime:
    """Lets a token model run on a thread of its own; a frame it is late for is held.

    Args:
        publish: gets every frame.
        refuse: gets the errors of strategies, and that a model begins anew.
        capacity: frames that may wait for the model, see TimelyRecovery; 0 chooses 5.
    """

    def __init__(self, publish: Publish, refuse: Refuse, capacity: int):
        self._publish, self._strategies = publish, GuardedStrategies(refuse)
        self._models: TimelyRecovery[FrameToFill] = TimelyRecovery(
            self._strategies.fill,
            self._strategies.skip,
            self._strategies.restart,
            publish,
            DEADLINE_S,
            capacity or DEFAULT_QUEUE,
        )

    def start(self) -> None:
        self._models.start()

    def stop(self) -> None:
        self._models.abort()

    def put(self, frame: FrameToFill) -> None:
        if not asks_a_model(frame.strategy.name):
            self.wait_until_published()  # of a strategy before
            self._publish(frame, self._strategies.fill(frame), False)
            return
        passes = frame.is_foreign
        instead = as_it_came(frame.due) if passes else frame.strategy.hold.fill(frame.due)
        self._models.put(frame, instead, passes or not frame.has_holes())

    def wait_until_published(self) -> None:
        self._models.wait_until_answered()


class GuardedStrategies:
    """Asks a frame's strategy; what that raises is counted, and the stream goes on."""

    def __init__(self, refuse: Refuse):
        self._refuse = refuse

    def fill(self, frame: FrameToFill) -> FilledFrame:
        """The strategy's answer, or the frame as it came."""
        if frame.is_foreign:
            frame.strategy.recovery.reset()  # what was before tells nothing of what comes after
            return as_it_came(frame.due)
        try:
            return frame.strategy.recovery.fill(frame.due)
        except Exception as error:  # whatever it is: the stream goes on
            self._refuse("errors", f"{type(error).__name__}: {error}", "passed as it came")
            return as_it_came(frame.due)

    def skip(self, frame: FrameToFill, played: FilledFrame) -> None:
        """Tells the strategy what was played in the place of its answer."""
        try:
            frame.strategy.recovery.skip(frame.due, played.tokens)
        except Exception as error:  # whatever it is: the stream goes on
            self._refuse("errors", f"{type(error).__name__}: {error}", "held")

    def restart(self, frame: FrameToFill) -> None:
        """Lets the strategy forget everything before this frame."""
        self._refuse("restarts", "the model does not keep up", "begun anew")
        frame.strategy.recovery.reset()
