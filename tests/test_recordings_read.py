# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Recordings of IQ that are no good: said when they are opened, or when they cannot go on."""

import json
from pathlib import Path

import numpy as np
import pytest
from gnuradio.largesc.radio.iq_recording import IqRecording

RATE = 8000


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """Ten seconds of nothing."""
    written = IqRecording(tmp_path / "made", RATE)
    written.write(np.zeros(10 * RATE, dtype=np.complex64))
    written.close()
    return tmp_path / "made.sigmf-meta"


def change(recording: Path, part: str, **values: object) -> None:
    described = json.loads(recording.read_text())
    place = described["captures"][0] if part == "captures" else described[part]
    place |= {f"core:{name}": value for name, value in values.items()}
    del described["global"]["core:sha512"]
    recording.write_text(json.dumps(described))


@pytest.mark.parametrize(
    ("part", "values", "says"),
    [
        ("captures", {"header_bytes": -800}, "a header in it has less than 0 bytes"),
        ("global", {"datatype": "rf32_le"}, "its samples are real (rf32_le)"),
    ],
)
def test_what_cannot_be_read_is_said_at_once(
    run_largesc, recording: Path, part: str, values: dict[str, object], says: str
) -> None:
    change(recording, part, **values)
    done = run_largesc("receive", recording)
    assert (done.returncode, says in done.stderr) == (2, True), done.stderr


@pytest.mark.parametrize("command", ["receive", "meter"])
def test_a_recording_that_is_replaced_while_it_is_read_ends_the_command(
    run_largesc, recording: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    import sigmf

    change(recording, "global")
    read = sigmf.SigMFFile.read_samples

    def replaced(self, start, count):
        if start > RATE:
            recording.with_suffix(".sigmf-data").write_bytes(b"")
        return read(self, start, count)

    monkeypatch.setattr(sigmf.SigMFFile, "read_samples", replaced)
    done = run_largesc(command, recording)
    assert (done.returncode, "cannot be read to its end" in done.stderr) == (2, True), done.stderr


def test_of_a_recording_that_is_cut_short_it_is_said(run_largesc_process, recording: Path) -> None:
    change(recording, "global")
    data = recording.with_suffix(".sigmf-data")
    data.write_bytes(data.read_bytes()[:-3])
    done = run_largesc_process("receive", recording)
    assert done.returncode == 0
    assert "cut short within a sample" in done.stdout + done.stderr
