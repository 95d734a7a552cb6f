# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Recordings that commands of radios write: what was there before, a full disk, no way back."""

import json
import shutil
from pathlib import Path

import pytest
from file_limit import largest_file
from gnuradio.largesc.radio.iq_recording import IqRecording, recorded_files

RECORDING = Path(__file__).parents[1] / "examples" / "recordings" / "short-wave.sigmf-meta"
ROOM = 60_000  # bytes on the disk: less than a second at 8000 samples/s


@pytest.fixture
def older(tmp_path: Path) -> Path:
    """A recording that somebody made before."""
    for file in recorded_files(RECORDING):
        shutil.copy(file, tmp_path / f"older{file.suffix}")
    return tmp_path / "older.sigmf-meta"


def contents(recording: Path) -> list[bytes]:
    return [file.read_bytes() for file in recorded_files(recording)]


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (("transmit", "IN", "--to", "OLDER", "--ptt", "rts:/dev/no_such"), "no key on RTS"),
        (("tune", "OLDER", "--ptt", "rts:/dev/no_such"), "no key on RTS"),
        (("transceive", "IN", "--at", "OLDER"), "a recording is read or written, not both"),
        (("transceive", "IN", "--at", "OLDER", "--to", "OLDER"), "it is the same file as"),
        (("tune", "OLDER", "--json", "OLDER"), "it is the same file as"),
        (("meter", "OLDER", "--json", "OLDER"), "it is the same file as"),
    ],
)
def test_a_command_that_fails_leaves_an_older_recording(
    run_largesc, speech_file: Path, older: Path, command: tuple[str, ...], says: str
) -> None:
    before = contents(older)
    given = {"IN": speech_file, "OLDER": older}
    done = run_largesc(*(given.get(part, part) for part in command))
    assert done.returncode == 2, done.stderr
    assert says in done.stderr
    assert contents(older) == before


@pytest.mark.parametrize(
    "command",
    [
        ("receive", "ARCHIVE", "--json", "ARCHIVE"),
        ("receive", "ARCHIVE", "ARCHIVE"),
        ("meter", "ARCHIVE", "--json", "ARCHIVE"),
        ("transceive", "IN", "--at", "ARCHIVE", "--to", "loopback:x", "--json", "ARCHIVE"),
    ],
)
def test_an_archive_that_is_read_stays_as_it_is(
    run_largesc, speech_file: Path, older: Path, command: tuple[str, ...]
) -> None:
    import sigmf

    archive = older.with_suffix(".sigmf")
    sigmf.fromfile(str(older)).archive(str(archive))
    before = archive.read_bytes()
    given = {"IN": speech_file, "ARCHIVE": archive}
    done = run_largesc(*(given.get(part, part) for part in command))
    assert done.returncode == 2, done.stderr
    assert "it is the same file as" in done.stderr
    assert archive.read_bytes() == before


def test_a_recording_in_the_home_folder_is_known_as_that(
    run_largesc, speech_file: Path, older: Path
) -> None:
    home = {"HOME": str(older.parent)}
    done = run_largesc("receive", "sigmf:~/older", "--json", older, env=home)
    assert (done.returncode, "it is the same file as" in done.stderr) == (2, True), done.stderr
    key = ("--ptt", "rts:/dev/no_such")  # it fails behind the check of what is written
    done = run_largesc("transmit", speech_file, "--to", "sigmf:~/new", *key, env=home)
    assert "no key on RTS" in done.stderr


@pytest.mark.parametrize("command", [("transmit", "IN", "--to", "OUT"), ("tune", "OUT")])
def test_a_command_that_fails_leaves_no_files(
    run_largesc, speech_file: Path, tmp_path: Path, command: tuple[str, ...]
) -> None:
    given = {"IN": speech_file, "OUT": tmp_path / "new" / "one.sigmf-meta"}
    given["OUT"].parent.mkdir()
    done = run_largesc(*(given.get(part, part) for part in command), "--ptt", "rts:/dev/no_such")
    assert done.returncode == 2, done.stderr
    assert list(given["OUT"].parent.iterdir()) == []


@pytest.mark.slow
@pytest.mark.parametrize("command", [("transmit", "IN", "--to", "OUT"), ("tune", "OUT")])
def test_a_disk_that_gets_full_is_said_and_what_fitted_can_be_read(
    run_largesc, speech_file: Path, tmp_path: Path, command: tuple[str, ...]
) -> None:
    import sigmf

    given = {"IN": speech_file, "OUT": tmp_path / "sent.sigmf-meta"}
    with largest_file(ROOM):
        done = run_largesc(*(given.get(part, part) for part in command))
    assert done.returncode == 2, done.stderr
    assert "sent.sigmf-data: cannot be written (File too large)" in done.stderr.splitlines()[-1]
    assert 0 < sigmf.fromfile(str(given["OUT"])).sample_count <= ROOM // 8


def test_a_recording_that_nobody_closed_is_described(tmp_path: Path) -> None:
    recording = IqRecording(tmp_path / "cut", 8000, 14e6)
    assert list(tmp_path.iterdir()) == []
    recording.write([1.0] * 100)
    described = json.loads((tmp_path / "cut.sigmf-meta").read_text())
    assert described["global"]["core:sample_rate"] == 8000
    assert described["captures"][0]["core:frequency"] == 14e6
    recording.close()
