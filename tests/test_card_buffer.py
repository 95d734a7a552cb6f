# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What gr-audio would ask ALSA for while a card is opened for playing, and afterwards."""

from collections.abc import Iterator
from unittest.mock import patch

import pytest
from gnuradio import audio, blocks, gr, largesc
from gnuradio.largesc.runtime.card_buffer import VARIABLE, short_card_buffer

PERIOD_VARIABLE = "GR_CONF_AUDIO_ALSA_PERIOD_TIME"


def periods() -> int:
    return int(gr.prefs().get_long("audio_alsa", "nperiods", 32))


@pytest.fixture(autouse=True)
def untouched(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nobody has set anything."""
    monkeypatch.setenv(VARIABLE, "32")
    monkeypatch.setenv(PERIOD_VARIABLE, "0.010")
    yield
    assert periods() == 32


def test_the_buffer_of_a_loudspeaker_is_short() -> None:
    opened = []

    def sink(*_: object) -> blocks.null_sink:
        opened.append(periods())
        return blocks.null_sink(gr.sizeof_float)

    with patch.object(audio, "sink", sink):
        largesc.speech_sink()
    assert opened == [4]


def test_it_is_as_short_with_periods_of_another_length(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PERIOD_VARIABLE, "0.005")
    with short_card_buffer():
        assert periods() == 8


def test_what_the_user_has_set_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "16")
    with short_card_buffer():
        assert periods() == 16
    monkeypatch.setenv(VARIABLE, "32")


def test_a_card_that_does_not_open_leaves_it_as_it_was(
    capfd: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(RuntimeError, match="no sound card to play on"):
        largesc.speech_sink(device="largesc_has_no_such_card")
    assert capfd.readouterr() == ("", "")  # what ALSA says of it is not for users


def test_a_variable_that_was_not_set_is_not_there_afterwards(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv(VARIABLE)
    with short_card_buffer():
        assert periods() == 4
    assert periods() == 32
