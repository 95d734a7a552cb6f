# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which recovery strategy is in force, and its change while frames pass."""

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

from ..recovery.frame_recovery import FrameRecovery
from ..recovery.strategies.recovery_settings import RecoverySettings
from ..recovery.strategies.strategy_by_name import (
    check_strategy,
    make_recovery,
    needs_checkpoint,
    strategy_in_force,
)


class Strategy(NamedTuple):
    """A strategy in force; ``name`` is never ``auto``, but what that is.

    ``hold`` answers for frames that ``recovery`` is late for; both are without memory at first.
    """

    name: str
    settings: RecoverySettings
    recovery: FrameRecovery
    hold: FrameRecovery


class _Choice(NamedTuple):
    name: str
    settings: RecoverySettings


class StrategyChooser:
    """Changes the strategy without letting the one who asks wait until a model is loaded.

    A strategy that looks at no checkpoint is in force at once. Another is made on a thread, and
    until then the one before stays. Of several choices in a row the last counts. One that cannot
    be made is refused, and the strategy before stays, with the settings chosen since.

    Args:
        name: strategy to begin with; made at once.
        settings: of strategies that look at a checkpoint.
        on_refusal: called with what to say when a choice is refused, on the thread.

    Raises:
        CheckpointError, ValueError: what :func:`make_recovery` says of the first strategy.
    """

    def __init__(self, name: str, settings: RecoverySettings, on_refusal: Callable[[str], None]):
        self._on_refusal = on_refusal
        self._wanted = self._settled = _Choice(name, settings)
        self._strategy = _made(self._wanted)
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    @property
    def strategy(self) -> Strategy:
        """The one in force."""
        return self._strategy

    @property
    def wanted(self) -> "_Choice":
        """What was chosen last, and not refused: in force now, or once it is loaded."""
        return self._wanted

    def choose(self, name: str, **settings: Any) -> None:
        """Another strategy, or the same again without memory, and other settings with it; of the
        same strategy, these alone, as :meth:`change` has it.

        Raises:
            ValueError: no such strategy, or a setting out of range.
        """
        check_strategy(name)
        with self._changed:
            choice = _Choice(name, replace(self._wanted.settings, **settings))
            if name == self._wanted.name and choice != self._wanted:
                self._put_in_force(choice)
            else:
                self._want(choice)

    def change(self, **settings: Any) -> None:
        """Other settings; the strategy begins anew with them, if they matter to it.

        Raises:
            ValueError: a setting out of range.
        """
        with self._changed:
            choice = _Choice(self._wanted.name, replace(self._wanted.settings, **settings))
            if choice != self._wanted:
                self._put_in_force(choice)

    def wait_until_settled(self) -> None:
        """Returns when the last choice is in force, or was refused."""
        with self._changed:
            self._changed.wait_for(lambda: self._thread is None)

    def _put_in_force(self, choice: _Choice) -> None:
        if choice.name == self._settled.name and not needs_checkpoint(choice.name):
            self._keep(choice)
        else:
            self._want(choice)

    def _want(self, choice: _Choice) -> None:
        self._wanted = choice
        if not needs_checkpoint(choice.name):
            self._settle(choice, _made(choice))
        elif self._thread is None:
            self._thread = threading.Thread(target=self._make_what_is_wanted, daemon=True)
            self._thread.start()

    def _keep(self, choice: _Choice) -> None:
        """The strategy in force goes on, with its memory, under other settings."""
        self._wanted = choice
        self._settle(choice, self._strategy._replace(settings=choice.settings))

    def _settle(self, choice: _Choice, strategy: Strategy) -> None:
        self._settled, self._strategy = choice, strategy

    def _make_what_is_wanted(self) -> None:
        while True:
            with self._changed:
                choice = self._wanted
                if choice is self._settled:
                    self._thread = None
                    self._changed.notify_all()
                    return
            try:
                made = _made(choice)
            except Exception as error:  # whatever it is: it would end the thread
                self._refuse(choice, error)
                continue
            with self._changed:
                if choice is self._wanted:
                    self._settle(choice, made)

    def _refuse(self, choice: _Choice, error: Exception) -> None:
        stays = self._settled
        what = "new settings" if choice.name == stays.name else f"recovery {choice.name}"
        self._on_refusal(f"{what} refused, {stays.name} stays: {error}")
        with self._changed:
            if choice is not self._wanted:
                return  # another choice has come since
            if choice.name == stays.name:
                self._keep(_Choice(stays.name, stays.settings))
            elif choice.settings == stays.settings or not needs_checkpoint(stays.name):
                self._keep(_Choice(stays.name, choice.settings))
            else:
                self._wanted = _Choice(stays.name, choice.settings)


def _made(choice: _Choice) -> Strategy:
    name = strategy_in_force(choice.name, choice.settings)
    recovery = FrameRecovery(make_recovery(name, choice.settings))
    return Strategy(name, choice.settings, recovery, FrameRecovery(make_recovery("hold")))
