# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Changing the recovery strategy while frames pass: nobody waits, the last choice counts."""

import threading
from collections.abc import Iterator
from typing import Any
from unittest import mock

import pytest
from gnuradio.largesc.codec.checkpoint import CheckpointError
from gnuradio.largesc.recovery.strategies.hold_recovery import HoldRecovery
from gnuradio.largesc.recovery.strategies.recovery_settings import RecoverySettings
from gnuradio.largesc.recovery.token_model.sampling_settings import SamplingSettings
from gnuradio.largesc.runtime.strategy_chooser import StrategyChooser
from pdu_flowgraph import python_threads, wait_until

PATIENCE_S = 60.0  # only a test that fails waits so long


class Loader:
    """Makes strategies as slowly as the test wants, and refuses those it is told to."""

    def __init__(self) -> None:
        self.may_load = threading.Event()
        self.refused: set[str] = set()
        self.asked: list[tuple[str, int]] = []

    def make(self, name: str, settings: RecoverySettings | None = None) -> HoldRecovery:
        if settings is not None and name not in ("zero", "hold"):
            self.asked.append((name, settings.look_ahead))
            self.may_load.wait(PATIENCE_S)
        if name in self.refused:
            raise CheckpointError(f"the checkpoint has no {name}")
        return HoldRecovery()


@pytest.fixture
def loader() -> Iterator[Loader]:
    made, threads = Loader(), python_threads()
    with mock.patch("gnuradio.largesc.runtime.strategy_chooser.make_recovery", made.make):
        yield made
        made.may_load.set()
        wait_until(lambda: python_threads() <= threads, "no thread is left")


class Chooser:
    """A chooser, what it said, and what is in force."""

    def __init__(self, loader: Loader, name: str):
        self.said: list[str] = []
        loader.may_load.set()  # the first one is loaded at once
        self.chooser = StrategyChooser(name, RecoverySettings("mini"), self.said.append)
        loader.may_load.clear()
        loader.asked.clear()

    def in_force(self) -> tuple[str, int]:
        return self.chooser.strategy.name, self.chooser.strategy.settings.look_ahead

    def settled(self) -> tuple[str, int]:
        self.chooser.wait_until_settled()
        return self.in_force()


def test_one_without_checkpoint_is_in_force_at_once_and_without_memory(loader: Loader) -> None:
    one = Chooser(loader, "hold")
    before = one.chooser.strategy
    one.chooser.choose("zero")
    assert one.in_force() == ("zero", 1)
    one.chooser.choose("hold")
    assert one.in_force() == ("hold", 1)
    assert one.chooser.strategy.recovery is not before.recovery


def test_one_that_loads_keeps_nobody_waiting_and_the_one_before_answers(loader: Loader) -> None:
    one = Chooser(loader, "hold")
    before = one.chooser.strategy
    one.chooser.choose("lora")
    wait_until(lambda: loader.asked, "it is being loaded")
    assert one.chooser.strategy is before
    loader.may_load.set()
    assert one.settled() == ("lora", 1)


def test_of_several_choices_the_last_counts(loader: Loader) -> None:
    one = Chooser(loader, "hold")
    one.chooser.choose("base")
    wait_until(lambda: loader.asked, "the first is being loaded")
    for name in ("interpolate", "zero", "base", "lora"):
        one.chooser.choose(name)
    assert one.in_force() == ("zero", 1)
    loader.may_load.set()
    assert one.settled() == ("lora", 1)
    assert loader.asked == [("base", 1), ("lora", 1)]


def test_what_is_loaded_too_late_is_not_taken(loader: Loader) -> None:
    one = Chooser(loader, "hold")
    one.chooser.choose("lora")
    wait_until(lambda: loader.asked, "it is being loaded")
    one.chooser.choose("zero")
    assert one.in_force() == ("zero", 1)
    loader.may_load.set()
    assert one.settled() == ("zero", 1)


def test_choice_and_settings_join_in_any_order(loader: Loader) -> None:
    one = Chooser(loader, "hold")
    one.chooser.choose("lora")
    one.chooser.change(look_ahead=3)
    loader.may_load.set()
    assert one.settled() == ("lora", 3)
    one.chooser.change(look_ahead=2)
    one.chooser.choose("base")
    assert one.settled() == ("base", 2)


def test_settings_that_do_not_matter_keep_the_memory(loader: Loader) -> None:
    one = Chooser(loader, "hold")
    before = one.chooser.strategy
    one.chooser.change(look_ahead=4)
    assert one.in_force() == ("hold", 4)
    assert one.chooser.strategy.recovery is before.recovery


def test_settings_in_force_are_not_loaded_again(loader: Loader) -> None:
    one = Chooser(loader, "lora")
    one.chooser.change(look_ahead=1, sampling=SamplingSettings())
    assert one.settled() == ("lora", 1)
    assert loader.asked == []


def test_one_that_cannot_be_made_is_refused_and_the_one_before_stays(loader: Loader) -> None:
    one = Chooser(loader, "hold")
    before, loader.refused = one.chooser.strategy, {"lora"}
    one.chooser.choose("lora")
    loader.may_load.set()
    one.chooser.wait_until_settled()
    assert one.chooser.strategy.recovery is before.recovery
    assert one.said == ["recovery lora refused, hold stays: the checkpoint has no lora"]


def test_after_a_refusal_the_settings_chosen_since_hold(loader: Loader) -> None:
    for first, loads in (("hold", []), ("base", [("base", 3)])):
        one = Chooser(loader, first)
        loader.refused = {"lora"}
        one.chooser.choose("lora")
        one.chooser.change(look_ahead=3)
        loader.may_load.set()
        assert one.settled() == (first, 3)
        assert [asked for asked in loader.asked if asked[0] != "lora"] == loads
        assert "recovery lora refused" in one.said[-1]


def test_settings_that_the_strategy_cannot_be_made_with_are_refused(loader: Loader) -> None:
    one = Chooser(loader, "base")
    loader.refused = {"base"}
    one.chooser.change(look_ahead=5)
    loader.may_load.set()
    assert one.settled() == ("base", 1)
    assert one.said == ["new settings refused, base stays: the checkpoint has no base"]
    loader.refused = set()
    one.chooser.change(look_ahead=5)
    assert one.settled() == ("base", 5)


def test_a_wrong_name_or_setting_raises_and_changes_nothing(loader: Loader) -> None:
    one = Chooser(loader, "hold")
    before = one.chooser.strategy
    wrong: Any
    for wrong in (
        lambda: one.chooser.choose("guess"),
        lambda: one.chooser.change(look_ahead=13),
    ):
        with pytest.raises(ValueError, match="must be"):
            wrong()
    assert one.chooser.strategy is before


def test_the_first_one_is_made_at_once_or_not_at_all(loader: Loader) -> None:
    loader.refused, _ = {"lora"}, loader.may_load.set()
    with pytest.raises(CheckpointError, match="has no lora"):
        StrategyChooser("lora", RecoverySettings("mini"), print)
