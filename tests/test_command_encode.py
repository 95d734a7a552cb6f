# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""``largesc encode`` and ``decode`` as a user runs them."""

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile
from gnuradio.largesc.link.packet_file import (
    PacketFileHeader,
    PacketFileReader,
    PacketFileWriter,
    Record,
)
from gnuradio.largesc.link.part_file import part_of
from gnuradio.largesc.speech_link import file_coding

LOST = (1, 4, 9, 20)  # not the last: nothing repeats it
PROTECTED = ("--primary", 5, "--redundant", 4, "--lag", 1)


@pytest.fixture(scope="module")
def packets(run_largesc, speech_file, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("packets") / "speech.lsc"
    done = run_largesc("encode", speech_file, path, *PROTECTED, "--check", "crc16")
    assert done.returncode == 0, done.stderr
    return path


def rewrite(source: Path, target: Path, change, **header) -> Path:
    """A copy with other records and header."""
    with (
        PacketFileReader(source) as old,
        PacketFileWriter(target, old.header._replace(**header)) as new,
    ):
        for number, record in enumerate(old):
            new.write(*change(number, record))
    return target


def lose(number: int, record: Record) -> Record:
    return Record(None) if number in LOST else record


@pytest.mark.slow
@pytest.mark.parametrize("options", [(), PROTECTED])
def test_without_loss_it_is_what_simulate_gives(run_largesc, speech_file, tmp_path, options):
    files = [tmp_path / name for name in ("speech.lsc", "decoded.wav", "simulated.wav")]
    for command in (
        ("encode", speech_file, files[0], *options),
        ("decode", *files[:2]),
        ("simulate", speech_file, files[2], *options),
    ):
        done = run_largesc(*command)
        assert done.returncode == 0, done.stderr
    assert files[1].read_bytes() == files[2].read_bytes()


def test_figures(run_largesc, speech, speech_file, delay, tmp_path):
    path, figures = tmp_path / "speech.lsc", tmp_path / "figures.json"
    done = run_largesc("encode", speech_file, path, "--primary", 4, "--json", figures)
    assert done.returncode == 0, done.stderr
    report = json.loads(figures.read_text())
    frames = -(-(len(speech) + delay) // 1920)
    assert report["packets"] == frames
    assert (report["token_bps"], report["packet_bps"]) == (550, 700)
    assert report["file_bytes"] == path.stat().st_size == 34 + 8 * frames


def test_lost_packets_are_repaired_from_what_others_repeat(run_largesc, packets, speech, tmp_path):
    thinned = rewrite(packets, tmp_path / "lossy.lsc", lose)
    out, figures = tmp_path / "out.wav", tmp_path / "figures.json"
    done = run_largesc("decode", thinned, out, "--json", figures)
    assert done.returncode == 0, done.stderr
    report = json.loads(figures.read_text())
    assert report["packets"]["lost"] == len(LOST)
    assert report["packets"]["repaired"] == len(LOST)
    assert report["tokens"]["redundant"] == 4 * len(LOST)
    assert len(soundfile.read(out)[0]) == len(speech)


def test_damaged_packets_count_as_lost(run_largesc, packets, speech, tmp_path):
    def damage(number: int, record: Record) -> Record:
        return Record(bytes([record.data[0], record.data[1] ^ 4]) + record.data[2:])

    damaged = rewrite(packets, tmp_path / "damaged.lsc", damage)
    out, figures = tmp_path / "out.wav", tmp_path / "figures.json"
    done = run_largesc("decode", damaged, out, "--recovery", "zero", "--json", figures)
    assert done.returncode == 1, done.stderr
    count = 1 + len(speech) // 1920
    why = f"none of the {count} packets that came could be understood: refused {count} damaged"
    assert f"{why}\n" in done.stderr
    report = json.loads(figures.read_text())
    assert report["packets"]["crc_failed"] == report["packets"]["lost"] == report["frames"]
    assert len(soundfile.read(out)[0]) == len(speech)


@pytest.mark.slow
def test_a_file_is_decoded_with_any_strategy(run_largesc, packets, tmp_path):
    def lose_all_about(number: int, record: Record) -> Record:
        return Record(None) if number in (10, 11, 12) else record

    lossy, speech = rewrite(packets, tmp_path / "lossy.lsc", lose_all_about), {}
    for recovery in ("hold", "interpolate"):
        out = tmp_path / f"{recovery}.wav"
        options = ("--look-ahead", 3, "--recovery", recovery)
        done = run_largesc("decode", lossy, out, *options)
        assert done.returncode == 0, done.stderr
        speech[recovery] = soundfile.read(out)[0]
    assert (speech["hold"] != speech["interpolate"]).any()


def test_a_file_of_unknown_length_is_decoded_to_its_end(run_largesc, packets, delay, tmp_path):
    unknown = rewrite(packets, tmp_path / "unknown.lsc", lambda _, r: r, samples=None)
    out = tmp_path / "out.wav"
    done = run_largesc("decode", unknown, out)
    assert (done.returncode, "there may be more" in done.stderr) == (0, False)
    with PacketFileReader(unknown) as file:
        assert len(soundfile.read(out)[0]) == 1920 * len(list(file)) - delay


def test_of_a_file_of_an_interrupted_writer_it_is_said_that_there_may_be_more(
    run_largesc, packets, tmp_path
):
    part = tmp_path / "part.lsc"
    with PacketFileReader(packets) as old, pytest.raises(KeyboardInterrupt):
        _write_and_interrupt(part, old)
    done = run_largesc("decode", part_of(part), tmp_path / "out.wav")
    assert (done.returncode, "there may be more" in done.stderr) == (0, True), done.stderr


def _write_and_interrupt(path: Path, old: PacketFileReader) -> None:
    with PacketFileWriter(path, old.header) as new:
        for record in old:
            new.write(*record)
        raise KeyboardInterrupt


def test_an_interrupted_encoder_says_where_the_part_is(
    run_largesc, speech_file, tmp_path, monkeypatch
):
    path = tmp_path / "speech.lsc"

    def interrupted(pcm, target, settings, progress):
        with PacketFileWriter(target, PacketFileHeader("beef", "mini")):
            raise KeyboardInterrupt

    monkeypatch.setattr(file_coding, "encode_file", interrupted)
    done = run_largesc("encode", speech_file, path)
    assert done.returncode != 0
    assert f"what is encoded is in {path}.part" in done.stderr


def test_an_older_part_that_is_read_is_not_written_over(run_largesc, speech_file, tmp_path):
    part = tmp_path / "speech.lsc.part"
    part.write_bytes(speech_file.read_bytes())
    done = run_largesc("encode", part, tmp_path / "speech.lsc")
    assert (done.returncode, "it is the same file as" in done.stderr) == (2, True)


@pytest.mark.slow
def test_a_truncated_file_is_decoded_as_far_as_it_goes(run_largesc, packets, tmp_path):
    whole, cut = tmp_path / "whole.wav", tmp_path / "cut.wav"
    assert run_largesc("decode", packets, whole).returncode == 0
    content = packets.read_bytes()
    short = tmp_path / "short.lsc"
    short.write_bytes(content[: len(content) // 2])
    done = run_largesc("decode", short, cut)
    assert done.returncode == 0
    assert "cut short after" in done.stderr
    expected, got = soundfile.read(whole)[0], soundfile.read(cut)[0]
    assert 0 < len(got) < len(expected)
    # The last frame held lacks the packet that would have come after it, not its own tokens.
    np.testing.assert_array_equal(got, expected[: len(got)])


def test_another_codec_is_refused(run_largesc, packets, tmp_path):
    foreign = rewrite(packets, tmp_path / "foreign.lsc", lambda _, r: r, fingerprint="1234")
    done = run_largesc("decode", foreign, tmp_path / "out.wav")
    assert done.returncode == 2
    assert "fingerprint 1234" in done.stderr
    assert not (tmp_path / "out.wav").exists()


@pytest.mark.parametrize("name", ["../mini", "someone/codec"])
@pytest.mark.slow
def test_a_file_does_not_choose_what_is_loaded(run_largesc, packets, tmp_path, name):
    foreign = rewrite(packets, tmp_path / "foreign.lsc", lambda _, r: r, checkpoint=name)
    done = run_largesc("decode", foreign, tmp_path / "out.wav")
    assert done.returncode == 2
    assert "--checkpoint" in done.stderr
    assert (
        run_largesc("decode", foreign, tmp_path / "o.wav", "--checkpoint", "mini").returncode == 0
    )


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (("decode", "{audio}", "{out}"), "not a packet file"),
        (("decode", "{nothing}", "{out}"), "No such file"),
        (("decode", "{packets}", "{nowhere}"), "cannot be written"),
        (("decode", "{packets}", "{out}", "--look-ahead", "13"), "--look-ahead must be 0..12"),
        (("decode", "{packets}", "{out}", "--recovery", "magic"), "recovery must be one of"),
        (("encode", "{nothing}", "{out}"), "no such file"),
        (("encode", "{packets}", "{out}"), "not audio"),
        (("encode", "{audio}", "{nowhere}"), "there is no folder"),
        (("encode", "{audio}", "{out}", "--primary", "3"), "--primary must be 4..8"),
        (("encode", "{audio}", "{out}", "--budget", "1"), "--budget must be"),
        (("encode", "{audio}", "{out}", "--checkpoint", "nowhere"), "neither embedded"),
    ],
)
def test_bad_input_is_one_clear_line(run_largesc, packets, speech_file, tmp_path, command, says):
    files = {
        "audio": speech_file,
        "packets": packets,
        "out": tmp_path / "out.wav",
        "nothing": tmp_path / "nothing",
        "nowhere": tmp_path / "no" / "folder" / "out.wav",
    }
    done = run_largesc(*(part.format(**files) for part in command))
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr
