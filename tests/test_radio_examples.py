# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The shipped flowgraphs of radios with only the device exchanged: for one of the tests' own driver
for SoapySDR, with noise, offset and delay between two of them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from example_program import EXAMPLES, compile_example
from loopback_driver import loopback_device
from pdu_flowgraph import wait_until
from station_process import StationProcess

pytestmark = [pytest.mark.slow, pytest.mark.alone]

RATE = 24000
CHANNEL = {"noise": 0.5, "offset": 60.0, "delay": 3000, "spike": 0.5}


@pytest.fixture
def voice(speech: np.ndarray, tmp_path: Path) -> str:
    path = tmp_path / "voice.wav"
    soundfile.write(path, speech, RATE)
    return str(path)


@pytest.fixture
def started() -> Iterator[list[StationProcess]]:
    """Stations to stop with the test, whatever becomes of it."""
    running: list[StationProcess] = []
    yield running
    for station in running:
        station.stop()


def soon(condition: Callable[[], bool], what: str) -> None:
    """Waits, without keeping the stations busy with answers."""
    wait_until(condition, what, every=0.02)


def test_speech_crosses_from_transmitter_to_receiver(
    tmp_path: Path, voice: str, started: list[StationProcess]
) -> None:
    ether, heard = tmp_path / "ether", tmp_path / "heard.wav"
    there = StationProcess(
        compile_example(EXAMPLES["radio_receiver"], tmp_path),
        device=loopback_device(ether, "1", **CHANNEL),
        output=str(heard),
    )
    here = StationProcess(
        compile_example(EXAMPLES["radio_transmitter"], tmp_path),
        device=loopback_device(ether, "2"),
        input_file=voice,
        callsign="DL1ABC",
    )
    started += [there, here]
    there.start()
    here.start()
    here.wait()
    sent = here.sent()
    soon(lambda: there.packets() >= min(5, sent), "it is heard")
    there.stop()
    pcm, _ = soundfile.read(heard)
    assert np.sqrt(np.mean(pcm**2)) > 1e-3


def long_speech(voice: str, folder: Path) -> str:
    """A file of speech that lasts until a machine that falls behind has heard of it."""
    spoken = folder / "spoken.wav"
    soundfile.write(spoken, np.tile(soundfile.read(voice)[0], 24), RATE)
    return str(spoken)


def transceivers(
    voice: str, folder: Path, settings: dict[str, object], **device: object
) -> list[StationProcess]:
    """Two stations that talk from a file and hear each other."""
    program = compile_example(EXAMPLES["radio_transceiver"], folder)
    spoken = long_speech(voice, folder)
    return [
        StationProcess(
            program,
            callsign=name,
            modem="hf",
            device=loopback_device(folder / "ether", name, noise=0.3, **device),
            input_file=spoken,
            output=str(folder / f"{name}.wav"),
            **settings,
        )
        for name in ("ONE", "TWO")
    ]


def test_two_full_duplex_stations_talk_at_once(
    tmp_path: Path, voice: str, started: list[StationProcess]
) -> None:
    started += transceivers(voice, tmp_path, {"duplex": "full"})
    for station in started:
        station.start()
    soon(lambda: all(one.packets() >= 3 for one in started), "both are heard")
    assert all("turnovers" not in one.radio() for one in started)


def test_two_half_duplex_stations_take_turns(
    tmp_path: Path, voice: str, started: list[StationProcess]
) -> None:
    """The second one wants to talk while it hears the first: it waits, answers, and reports."""
    started += transceivers(voice, tmp_path, {"duplex": "half", "talks": "press"}, half=1)
    one, two = started
    two.start()
    soon(two.listens, "the second one listens")
    one.start()
    one.press(True)
    soon(lambda: two.packets() >= 5, "it hears the first one")
    two.press(True)
    soon(lambda: two.packets() >= 10, "it goes on hearing it")
    fell_behind = two.packets() < one.sent() - 8  # heard nobody for too long
    assert fell_behind or not two.is_down(), "it cut in"
    one.press(False)
    soon(two.is_down, "it talks")
    soon(lambda: one.packets() >= 3, "it is heard")
    soon(lambda: one.reported() > 0, "it has reported")
    two.press(False)
    soon(lambda: all(station.radio().get("turnovers") for station in started), "both turn over")
