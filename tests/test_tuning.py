# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Setting levels: signals to tune by, the level of an input, a rig's meters, and the commands."""

import json
from pathlib import Path

import numpy as np
import pytest
from command_line import run_here
from dummy_rig import DummyRig, needs_rigctld
from gnuradio.largesc.radio.level_meter import LOWEST_DB, LevelMeter
from gnuradio.largesc.radio.modem_profile import load_modem_profile
from gnuradio.largesc.radio.push_to_talk.opened_key import rig_meters
from gnuradio.largesc.radio.push_to_talk.rig_meters import RigMeters, meters_in_words
from gnuradio.largesc.radio.tuning_signal import SIGNALS, tuning_signal

HF = load_modem_profile("hf")
PEAK = 10.0 ** (HF.peak_db / 20.0)


@pytest.mark.parametrize("kind", SIGNALS)
def test_signals_are_as_loud_as_the_modem_at_its_peaks(kind: str) -> None:
    signal = tuning_signal(kind, HF, 0.5)
    assert 0.9 * 0.5 * PEAK <= np.abs(signal).max() <= 1.001 * 0.5 * PEAK
    assert np.abs(tuning_signal(kind, HF, 1.0)).max() <= (PEAK if kind == "modem" else 1.001)


def test_tones_go_on_where_they_began() -> None:
    for kind in ("tone", "two-tones"):
        twice = np.tile(tuning_signal(kind, HF, 0.5), 2)
        lines = np.abs(np.fft.fft(twice)) > 1e-3 * len(twice)
        assert np.count_nonzero(lines) == (1 if kind == "tone" else 2)


def test_signals_out_of_range_are_refused() -> None:
    for kind, amplitude in (("loud", 0.5), ("tone", 0.0), ("tone", 1.1)):
        with pytest.raises(ValueError, match="must be"):
            tuning_signal(kind, HF, amplitude)


def test_level_of_a_tone() -> None:
    meter = LevelMeter()
    assert meter.read() is None
    time = np.arange(8000)
    meter.push((0.5 * np.exp(2j * np.pi * 0.1 * time)).astype(np.complex64))
    level = meter.read()
    assert level is not None
    assert (level.mean, level.peak) == pytest.approx((-6.02, -6.02), abs=0.01)
    assert level.spike < -60.0
    assert level.clipped == 0.0
    assert level.line().startswith("[###########################...] peak -6 dBFS, mean -6")
    assert meter.read() is None, "what was read is forgotten"


def test_a_sample_that_clips_in_both_parts_is_one() -> None:
    meter = LevelMeter()
    meter.push(np.full(100, 1.0 + 1.0j, dtype=np.complex64))
    level = meter.read()
    assert level is not None
    assert level.clipped == 1.0


def test_clipping_spike_and_full_scale() -> None:
    meter = LevelMeter(full_scale=2.0)
    samples = np.full(1000, 0.2, dtype=np.complex64)
    samples[:50] = 2.0
    samples[50] = np.nan
    meter.push(samples)
    level = meter.read()
    assert level is not None
    assert level.peak == pytest.approx(0.0, abs=0.01)
    assert level.clipped == pytest.approx(0.05, abs=0.001)
    assert "TOO LOUD: 5.0 % clipped" in level.line()
    meter.push(np.zeros(10, dtype=np.complex64))
    assert meter.read() == (LOWEST_DB, LOWEST_DB, 0.0, LOWEST_DB)
    meter.push(np.full(1000, 0.2, dtype=np.complex64))
    level = meter.read()
    assert level is not None
    assert level.spike == pytest.approx(-20.0, abs=0.01)


@needs_rigctld
def test_meters_of_a_rig() -> None:
    with DummyRig() as rig:
        meters = rig_meters(rig.name)
        assert meters is not None
        assert set(meters.read()) == {"ALC", "power", "SWR"}
        rig.stop()
        assert meters.read() == {}
        rig.start()
        assert meters.read()
        meters.close()
    assert rig_meters("rts:/dev/ttyUSB0") is None
    assert RigMeters("127.0.0.1", 1).read() == {}
    assert meters_in_words({"ALC": 0.25, "SWR": 1.26}) == "ALC 25 %, SWR 1.3"


@needs_rigctld
@pytest.mark.slow
def test_tune_keys_the_rig_and_tells_what_its_meters_showed(tmp_path: Path) -> None:
    figures = tmp_path / "tune.json"
    with DummyRig() as rig:
        done = run_here(
            *("tune", "loopback:tuning/a", "--duration", 1, "--ptt", rig.name),
            *("--signal", "two-tones", "--json", figures),
        )
        assert done.returncode == 0, done.stderr
        assert not rig.is_down()
    assert "sent for 1.0 s; at most ALC" in done.stderr
    told = json.loads(figures.read_text())
    assert told["key"] == {"overs": 1}
    assert told["meters"]["power"] > 0.0


@needs_rigctld
@pytest.mark.slow
def test_an_over_that_is_too_long_is_cut(tmp_path: Path) -> None:
    figures = tmp_path / "tune.json"
    with DummyRig() as rig:
        options = ("--duration", 1.5, "--ptt", rig.name, "--ptt-limit", 0.5)
        done = run_here("tune", "loopback:tuning/c", *options, "--json", figures)
        assert done.returncode == 0, done.stderr
        assert not rig.is_down()
    assert json.loads(figures.read_text())["key"] == {"overs": 1, "too_long": 1}


def test_meter_shows_a_silent_card() -> None:
    done = run_here("meter", "loopback:tuning/b", "--duration", 1)
    assert done.returncode == 0, done.stderr
    assert "] peak -120 dBFS, mean -120" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("tune", "loopback:x/a", "--signal", "loud"), "--signal must be one of tone, two-tones"),
        (("tune", "loopback:x/a", "--duration", 0), "--duration must be 0.1..120"),
        (("tune", "loopback:x/a", "--ptt", "cat"), "--ptt must be none, vox"),
        (("tune", "loopback:x/a", "--ptt", "rts:/dev/null"), "/dev/null: no key on RTS"),
        (("tune", "radio"), "no kind of radio"),
        (("meter", "radio"), "no kind of radio"),
        (("meter", "soapy:driver=no"), "soapy:driver=no: this device needs a frequency"),
        (("meter", "sound:no-such-card"), "sound:no-such-card: no sound card to receive from"),
        (("meter", "loopback:x/a", "--duration", -1), "--duration must be above 0"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(arguments: tuple[object, ...], said: str) -> None:
    done = run_here(*arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
