# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who asks a live command to end, once and again."""

import signal

import pytest
from gnuradio.largesc.commands import live_run


class _Ended(Exception):
    """What the system does by default, as an exception."""


def _ended(*_: object) -> None:
    raise _Ended


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
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
