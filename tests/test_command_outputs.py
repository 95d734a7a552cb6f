# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a command writes is checked before its work begins, and destroys nothing that it reads."""

import errno
import json
import math
import os
import re
import shutil
from pathlib import Path

import pytest
from gnuradio.largesc.audio.output_file import naming
from gnuradio.largesc.commands.figures import write_figures
from gnuradio.largesc.link.packet_file import PacketFileHeader, PacketFileWriter

NOWHERE = "no/such/folder"


@pytest.fixture
def files(tmp_path: Path, speech_file: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with an audio file, a packet file and a trace, in which the command runs."""
    shutil.copy(speech_file, tmp_path / "in.wav")
    os.link(tmp_path / "in.wav", tmp_path / "link.wav")
    (tmp_path / "trace.wav").write_text("0\n1\n")
    with PacketFileWriter(tmp_path / "in.lsc", PacketFileHeader("c3f1", "mini")) as file:
        file.write(b"\x00" * 13)
    (tmp_path / "in.lsc").rename(tmp_path / "packets.wav")

    def no_work(*arguments: object, **options: object) -> None:
        raise AssertionError("the work has begun")

    for module, name in (
        ("audio.speech_file", "read_speech"),
        ("speech_link.file_coding", "FileDecoder"),
        ("flowgraphs.live_listener", "live_listener"),
        ("corpus.fetched_speech", "fetches"),
    ):
        monkeypatch.setattr(f"gnuradio.largesc.{module}.{name}", no_work)
    return tmp_path


SIMULATE = ("simulate", "in.wav")
LISTEN = ("listen", "udp://127.0.0.1:0")
SEND = ("send", "in.wav", "--to", "udp://127.0.0.1:9")
TALK = ("talk", "in.wav", "--to", "udp://127.0.0.1:9", "--at", "udp://127.0.0.1:0")
SAME = "it is the same file as"
MISSING = "there is no folder"


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ((*SIMULATE, "in.wav"), f"in.wav: cannot be written ({SAME} in.wav)"),
        ((*SIMULATE, "link.wav"), f"link.wav: cannot be written ({SAME} in.wav)"),
        ((*SIMULATE, f"{NOWHERE}/out.wav"), MISSING),
        (("encode", "in.wav", "-"), "-: cannot be written (name a file, or /dev/stdout"),
        ((*SIMULATE, "out.wav", "--json", "-"), "-: cannot be written (name a file"),
        ((*SIMULATE, "out.ogg"), "cannot be written (.ogg"),
        ((*SIMULATE, "out.wav", "--json", f"{NOWHERE}/x"), MISSING),
        ((*SIMULATE, "out.wav", "--json", "in.wav"), SAME),
        ((*SIMULATE, "out.wav", "--json", "out.wav"), SAME),
        ((*SIMULATE, "out.wav", "--record-trace", f"{NOWHERE}/x"), MISSING),
        ((*SIMULATE, "out.wav", "--record-trace", "in.wav"), SAME),
        ((*SIMULATE, "trace.wav", "--channel", "trace:trace.wav"), SAME),
        (("encode", "in.wav", "in.wav"), SAME),
        (("encode", "in.wav", f"{NOWHERE}/x.lsc"), MISSING),
        (("encode", "in.wav", "x.lsc", "--json", "x.lsc"), SAME),
        (("decode", "packets.wav", "packets.wav"), SAME),
        (("decode", "packets.wav", f"{NOWHERE}/x.wav"), MISSING),
        (("decode", "packets.wav", "out.wav", "--json", f"{NOWHERE}/x"), MISSING),
        ((*LISTEN, f"{NOWHERE}/x.wav"), MISSING),
        ((*LISTEN, "-"), "-: cannot be written (a listener writes no pipe: name a file)"),
        ((*LISTEN, "out.flac"), "a listener writes WAV files"),
        ((*LISTEN, "out.wav", "--json", "out.wav"), SAME),
        ((*LISTEN, "out.wav", "--json", f"{NOWHERE}/x"), MISSING),
        ((*SEND, "--json", "in.wav"), SAME),
        ((*SEND, "--json", f"{NOWHERE}/x"), MISSING),
        ((*TALK, "in.wav"), SAME),
        ((*TALK, "out.wav", "--json", f"{NOWHERE}/x"), MISSING),
        (("corpus", "build", "--out", "in.wav"), "in.wav: File exists"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_outputs_are_checked_first(run_largesc, files, command, says):
    before = {path: path.read_bytes() for path in files.iterdir()}
    done = run_largesc(*command, cwd=files)
    assert done.returncode == 2, done.stderr
    assert says in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert {path: path.read_bytes() for path in files.iterdir()} == before


def test_demo_does_not_destroy_its_input(run_largesc, speech_file, tmp_path):
    folder = tmp_path / "demo"
    folder.mkdir()
    source = folder / "original.wav"
    content = speech_file.read_bytes()
    source.write_bytes(content)
    done = run_largesc("demo", source, "--out", folder)
    assert done.returncode == 2
    assert SAME in done.stderr
    assert source.read_bytes() == content


def test_a_folder_that_cannot_be_made_is_said_first(run_largesc, speech_file, tmp_path):
    (tmp_path / "file").touch()
    for out, says in (("file", "File exists"), ("file/demo", "Not a directory")):
        done = run_largesc("demo", speech_file, "--out", tmp_path / out)
        assert done.returncode == 2
        assert done.stderr.splitlines() == [f"largesc: {tmp_path / out}: {says}"]


def test_figures_are_json_that_every_program_reads(tmp_path):
    path = tmp_path / "figures.json"
    figures = {"a": -math.inf, "b": [math.nan, {"c": (1.5, math.inf)}], "d": "text", "e": True}
    write_figures(path, figures)

    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    read = json.loads(path.read_text(), parse_constant=refuse)
    assert read == {"a": None, "b": [None, {"c": [1.5, None]}], "d": "text", "e": True}


@pytest.mark.slow
@pytest.mark.slow
@pytest.mark.parametrize("options", [("FULL",), ("out.lsc", "--json", "FULL")])
def test_a_full_disk_is_said_with_the_file(run_largesc, speech_file, tmp_path, options):
    given = ["/dev/full" if one == "FULL" else one for one in options]
    done = run_largesc("encode", speech_file, *given, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1] == "largesc: /dev/full: No space left on device"


def test_an_error_without_a_file_gets_its_name_and_one_with_it_keeps_it(tmp_path: Path) -> None:
    def fail(*arguments: object) -> None:
        with naming(tmp_path):
            raise OSError(*arguments)

    for arguments, said in (
        ((errno.ENOSPC, "full"), f"[Errno 28] full: '{tmp_path}'"),
        ((errno.ENOENT, "not there", "other"), "[Errno 2] not there: 'other'"),
        (("in words",), "in words"),
    ):
        with pytest.raises(OSError, match=re.escape(said)):
            fail(*arguments)


def test_figures_of_a_simulation_are_such_json(run_largesc, speech_file, tmp_path):
    figures = tmp_path / "figures.json"
    done = run_largesc("simulate", speech_file, tmp_path / "out.wav", "--json", figures)
    assert done.returncode == 0, done.stderr
    text = figures.read_text()
    assert '"silence_threshold": null' in text
    assert "Infinity" not in text
