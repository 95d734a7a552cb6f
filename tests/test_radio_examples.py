# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The shipped flowgraphs of radios with only the device exchanged: for one of the tests' own driver
for SoapySDR, with noise, offset and delay between two of them."""

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from example_program import EXAMPLES, compile_example
from gnuradio import gr
from loopback_driver import loopback_device
from pdu_flowgraph import stop, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.alone]

RATE = 24000
CHANNEL = {"noise": 0.5, "offset": 60.0, "delay": 3000, "spike": 0.5}


@pytest.fixture
def voice(speech: np.ndarray, tmp_path: Path) -> str:
    path = tmp_path / "voice.wav"
    soundfile.write(path, speech, RATE)
    return str(path)


@pytest.fixture
def started() -> Iterator[list[gr.top_block]]:
    """Flowgraphs to stop with the test, whatever becomes of it."""
    running: list[gr.top_block] = []
    yield running
    for flowgraph in running:
        stop(flowgraph)


def example(name: str, folder: Path) -> Any:
    """The flowgraph's class, as grcc makes it."""
    spec = importlib.util.spec_from_file_location(name, compile_example(EXAMPLES[name], folder))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return getattr(module, name)


def packets(station: Any) -> int:
    """That the modem found; on a machine that falls behind many come too late to be heard."""
    return int(station.demodulator.counters().get("packets", 0))


def reported_window(station: Any) -> int:
    """Packets over which the other station has measured the channel; 0 before it says so."""
    peer = station.receiver.depacketizer.report().peer
    return int(peer.window) if peer is not None else 0


def test_speech_crosses_from_transmitter_to_receiver(
    tmp_path: Path, voice: str, started: list[gr.top_block]
) -> None:
    ether, heard = tmp_path / "ether", tmp_path / "heard.wav"
    there = example("radio_receiver", tmp_path)(
        device=loopback_device(ether, "1", **CHANNEL), output=str(heard)
    )
    here = example("radio_transmitter", tmp_path)(
        device=loopback_device(ether, "2"), input_file=voice, callsign="DL1ABC"
    )
    started += [there, here]
    there.start()
    here.start()
    here.wait()
    sent = here.modulator.counters()["packets"]
    wait_until(lambda: packets(there) >= min(5, sent), "it is heard")
    stop(there)
    pcm, _ = soundfile.read(heard)
    assert np.sqrt(np.mean(pcm**2)) > 1e-3


def long_speech(voice: str, folder: Path) -> str:
    """A file of speech that lasts until a machine that falls behind has heard of it."""
    spoken = folder / "spoken.wav"
    soundfile.write(spoken, np.tile(soundfile.read(voice)[0], 24), RATE)
    return str(spoken)


def test_two_full_duplex_stations_talk_at_once(
    tmp_path: Path, voice: str, started: list[gr.top_block]
) -> None:
    made, spoken = example("radio_transceiver", tmp_path), long_speech(voice, tmp_path)
    for name in ("ONE", "TWO"):
        device = loopback_device(tmp_path / "ether", name, noise=0.3)
        heard = str(tmp_path / f"{name}.wav")
        started.append(
            made(callsign=name, device=device, duplex="full", input_file=spoken, output=heard)
        )
    for station in started:
        station.start()
    wait_until(lambda: all(packets(one) >= 3 for one in started), "both are heard")
    assert all("turnovers" not in one.sink.counters() for one in started)


def test_two_half_duplex_stations_take_turns(
    tmp_path: Path, voice: str, started: list[gr.top_block]
) -> None:
    """The second one wants to talk while it hears the first: it waits, answers, and reports."""
    made, stations = example("radio_transceiver", tmp_path), []
    spoken = long_speech(voice, tmp_path)
    for name in ("ONE", "TWO"):
        device = loopback_device(tmp_path / "ether", name, half=1, noise=0.3)
        heard = str(tmp_path / f"{name}.wav")
        values = {"device": device, "duplex": "half", "output": heard, "callsign": name}
        stations.append(made(**values, input_file=spoken, talks="press"))
    started += stations
    one, two = stations
    two.start()
    wait_until(lambda: two.radio.nitems_written(0) > 0, "the second one listens")
    one.start()
    one.gate.set_pressed(True)
    wait_until(lambda: packets(two) >= 5, "it hears the first one")
    two.gate.set_pressed(True)
    wait_until(lambda: packets(two) >= 10, "it goes on hearing it")
    fell_behind = (
        packets(two) < one.modulator.counters()["packets"] - 8
    )  # heard nobody for too long
    assert fell_behind or not two.gate.is_down, "it cut in"
    one.gate.set_pressed(False)
    wait_until(lambda: two.gate.is_down, "it talks")
    wait_until(lambda: packets(one) >= 3, "it is heard")
    wait_until(lambda: reported_window(one) > 0, "it has reported")
    two.gate.set_pressed(False)
    wait_until(lambda: all(s.sink.counters().get("turnovers") for s in stations), "both turn over")
