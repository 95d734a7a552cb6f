# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""``largesc transmit``, ``receive`` and ``transceive``: into recordings and out of them, and by the
tests' own driver for SoapySDR; what is wrong is said in a line."""

import json
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from live_process import Fork, LiveProcess, wait_until
from loopback_driver import FREQUENCY, loopback_device

RECORDING = Path(__file__).parents[1] / "examples" / "recordings" / "short-wave.sigmf-meta"
LIMIT = 1_500_000  # bytes


@pytest.mark.slow
def test_the_shipped_recording_is_received(run_largesc, tmp_path: Path) -> None:
    assert sum(path.stat().st_size for path in RECORDING.parent.iterdir()) < LIMIT
    out, figures, copy = (tmp_path / name for name in ("heard.wav", "figures.json", "copy"))
    done = run_largesc("receive", RECORDING, out, "--json", figures, "--record", copy)
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines()[-1].startswith("no signal, ")
    told = json.loads(figures.read_text())
    assert told["announced"] == "N0CALL"
    assert told["report"]["received"] >= 58
    assert told["offset"] == pytest.approx(37.0, abs=2.0)
    pcm, rate = soundfile.read(out)
    assert rate == 24000
    assert len(pcm) >= 4.5 * rate
    assert np.sqrt(np.mean(pcm**2)) > 1e-2
    described = json.loads(copy.with_suffix(".sigmf-meta").read_text())
    assert described["global"]["largesc:modem"] == "hf"
    notes = described["annotations"]
    verdicts = [note["largesc:verdict"] for note in notes]
    assert verdicts.count("certain") + verdicts.count("believed") == told["demodulator"]["packets"]
    frames = {note["largesc:frame"] for note in notes if "largesc:frame" in note}
    assert len(frames) >= 58


@pytest.mark.slow
def test_speech_goes_into_a_recording_and_comes_out(run_largesc, speech_file, tmp_path) -> None:
    sent, figures = tmp_path / "sent.sigmf-meta", tmp_path / "figures.json"
    options = ("--to", sent, "--text", "DL1ABC", "--redundant", 4, "--primary", 4)
    done = run_largesc("transmit", speech_file, *options, "--json", figures)
    assert done.returncode == 0, done.stderr
    packets = json.loads(figures.read_text())["modulator"]["packets"]
    assert done.stderr.splitlines()[-1] == f"{packets} packets sent in 1 over"
    done = run_largesc("receive", sent, "--recovery", "hold", "--json", figures)
    assert done.returncode == 0, done.stderr
    told = json.loads(figures.read_text())
    assert told["demodulator"]["packets"] == packets
    assert told["report"]["lost"] == 0
    assert told["announced"] == "DL1ABC"


@pytest.fixture
def started() -> Iterator[list[LiveProcess]]:
    """Processes that are killed at the end, if they still run."""
    running: list[LiveProcess] = []
    yield running
    for process in running:
        process.kill()


@pytest.mark.slow
@pytest.mark.alone
def test_two_processes_by_a_device_of_soapysdr(
    speech_file: Path, tmp_path: Path, started: list[LiveProcess]
) -> None:
    ether, out = tmp_path / "ether", tmp_path / "heard.wav"
    here, there = loopback_device(ether, "1"), loopback_device(ether, "2", noise=0.3, offset=50)
    options = ("--frequency", FREQUENCY)
    listening = ("--idle-exit", 4, "--recovery", "hold")
    started.append(Fork(tmp_path, "receive", there, out, *options, *listening))
    wait_until(lambda: out.exists() and out.stat().st_size > 20_000, "it receives")
    started.append(Fork(tmp_path, "transmit", speech_file, "--to", here, *options, "--text", "DL1"))
    sent, heard = started[1].end(), started[0].end()
    assert sent["modulator"]["packets"] > 20
    # A machine that falls behind leaves some out, the callsign too; a recording shows all of them.
    assert heard["report"]["received"] >= 5
    assert heard["announced"] in ("DL1", "")
    assert heard["offset"] == pytest.approx(50.0, abs=3.0)


@pytest.mark.slow
@pytest.mark.alone
def test_a_station_ends_when_it_is_asked_to(
    speech_file: Path, tmp_path: Path, started: list[LiveProcess]
) -> None:
    device = loopback_device(tmp_path / "ether", "1", half=1)
    options = ("--frequency", FREQUENCY, "--duplex", "half", "--recovery", "hold")
    started.append(Fork(tmp_path, "transceive", speech_file, "--at", device, *options))
    wait_until(lambda: "receiving by" in started[0].output(), "it runs")
    told = started[0].end(signal.SIGINT)
    assert told["report"]["received"] == 0


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (("transmit", "IN", "--to", "hackrf"), "no kind of radio: 'hackrf'; there are soapy:"),
        (("transmit", "IN", "--to", "soapy:driver=hackrf"), "this device needs a frequency"),
        (
            ("transmit", "IN", "--to", "soapy:driver=none", "--frequency", "14e6"),
            "soapy:driver=none: cannot be opened",
        ),
        (("transmit", "IN", "--to", "uhd:", "--frequency", "-1"), "--frequency must be 0..3"),
        (("transmit", "IN", "--to", "no/such/a.sigmf-meta"), "cannot be written (there is no fo"),
        (("transmit", "IN", "--to", "loopback:a", "--slots", "9"), "--slots must be some of 7,13,"),
        (("transmit", "IN", "--to", "loopback:a", "--key", "x"), "--key must be one of open, voi"),
        (("transmit", "IN", "--to", "loopback:a", "--ptt", "x"), "--ptt must be none, vox"),
        (("transmit", "IN", "--to", "loopback:a", "--modem", "x"), "--modem must be one of hf"),
        (
            ("transmit", "IN", "--to", "loopback:a", "--amplitude", "2"),
            "--amplitude must be above 0",
        ),
        (("receive", "nothing.sigmf-meta"), "nothing.sigmf-meta: there is no such recording"),
        (("receive", "DAMAGED"), "cannot be read ("),
        (("receive", RECORDING, "--rate", "12000"), "it has 8000 samples/s, not 12000"),
        (("receive", RECORDING, "--modem", "vhf"), "a signal of modem 'hf', not 'vhf'"),
        (("receive", RECORDING, "--shift", "4001"), "a shift of 4001 Hz is not in a recording"),
        (("receive", "sigmf:"), "a recording needs a name"),
        (("transmit", "IN", "--to", "sigmf:"), "a recording needs a name"),
        (("receive", "loopback:a", "out.flac"), "a listener writes WAV files"),
        (("receive", "loopback:a", "--record", "no/such/a"), "no/such"),
        (("receive", "loopback:a", "--duration", "0"), "--duration must be above 0"),
        (("transceive", "IN", "--at", "loopback:a", "--duplex", "both"), "--duplex must be 'auto'"),
        (("transceive", "IN", "--at", "zmq:tcp://127.0.0.1:1", "--to", "zmq:x"), "cannot publish"),
    ],
)
def test_what_is_wrong_is_said_in_a_line(
    run_largesc, speech_file: Path, tmp_path: Path, command: tuple[str | Path, ...], says: str
) -> None:
    damaged = tmp_path / "damaged.sigmf-meta"
    damaged.write_text(RECORDING.read_text())
    damaged.with_suffix(".sigmf-data").write_bytes(b"short")
    given = {"IN": speech_file, "DAMAGED": damaged}
    done = run_largesc(*(given.get(part, part) for part in command), cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("largesc: ")]
    assert says in line
    assert "Traceback" not in done.stderr


def test_a_recording_is_not_written_onto_itself(run_largesc, tmp_path: Path) -> None:
    for suffix in (".sigmf-meta", ".sigmf-data"):
        shutil.copy(RECORDING.with_suffix(suffix), tmp_path / f"some{suffix}")
    before = (tmp_path / "some.sigmf-data").read_bytes()
    done = run_largesc("receive", "some.sigmf-meta", "--record", "some", cwd=tmp_path)
    assert done.returncode == 2
    assert "it is the same file as" in done.stderr
    assert (tmp_path / "some.sigmf-data").read_bytes() == before
