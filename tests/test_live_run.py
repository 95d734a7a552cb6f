# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What live commands say before they run, and who asks them to end, once and again."""

import io
import signal
from collections.abc import Iterator

import pytest
from gnuradio.largesc.commands import live_run
from rich.console import Console


@pytest.fixture(autouse=True)
def hang_up_is_heard() -> Iterator[None]:
    """Whoever runs the tests may ignore it (nohup), and what they start would."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


class _Ended(Exception):
    """What the system does by default, as an exception."""


def _ended(*_: object) -> None:
    raise _Ended


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_two_signals_at_once_are_one_request_and_a_later_one_ends(
    number: signal.Signals, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_run.signal, "SIG_DFL", _ended)
    now = [100.0]
    monkeypatch.setattr(live_run.time, "monotonic", lambda: now[0])
    before = signal.getsignal(number)
    with live_run._asked_to_end() as asked:
        signal.raise_signal(number)
        assert asked.is_set()
        now[0] += 0.1
        signal.raise_signal(number)
        now[0] += 0.6
        with pytest.raises(_Ended):
            signal.raise_signal(number)
    assert signal.getsignal(number) == before


def test_time_counts_from_when_it_is_asked_first(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(live_run.time, "monotonic", lambda: now[0])
    is_up = live_run.time_is_up(5.0)
    now[0] += 60.0  # a model is loaded
    assert not is_up()
    now[0] += 4.9
    assert not is_up()
    now[0] += 0.2
    assert is_up()
    assert not live_run.time_is_up(None)()


@pytest.mark.parametrize("is_terminal", [True, False])
def test_whoever_waits_for_models_is_told_on_a_terminal(is_terminal: bool) -> None:
    shown = io.StringIO()
    console = Console(file=shown, force_terminal=is_terminal, width=80)
    with live_run.making(console):
        pass
    assert ("loading models" in shown.getvalue()) == is_terminal


def test_what_cannot_be_made_is_wrong_input() -> None:
    with (
        pytest.raises(OSError, match="no sound card"),
        live_run.making(Console(file=io.StringIO())),
    ):
        raise RuntimeError("no sound card")
