# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a model card says of its speech, and what is said in it."""

import json
from pathlib import Path

import pytest
from gnuradio.largesc.corpus.source_table import source_rows, source_table
from gnuradio.largesc.corpus.source_texts import texts_of
from gnuradio.largesc.corpus.sources import source
from tiny_collection import voice, write_wav


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    home = tmp_path / "jimbozhang+speechocean762"
    for number in ("0001", "0003"):
        write_wav(home / f"WAVE/SPEAKER{number}/0{number}0011.WAV", voice(100, 1))
    (home / "train").mkdir()
    (home / "train" / "text").write_text("000010011\tMARK IS GOING\n000030011 \n\n")
    write_wav(tmp_path / "readers/development/0120/001200015.wav", voice(100, 1))
    write_wav(tmp_path / "Picovoice+wake-word-benchmark/audio/alexa/0.wav", voice(100, 2))
    sounds = tmp_path / "asterisk-core-sounds-fr-g722/usr/share/asterisk/sounds/fr_CA_f_June"
    sounds.mkdir(parents=True)
    (sounds / "a.g722").write_bytes(bytes(72_000))
    return tmp_path


def test_a_row_for_every_home_that_is_there(packages: Path) -> None:
    rows = source_rows(packages)
    assert [(row.home, row.use, row.readers) for row in rows] == [
        ("asterisk-core-sounds-fr-g722", "training", "1"),
        ("jimbozhang/speechocean762 at 613968e3", "training", "2"),
        ("Picovoice/wake-word-benchmark at 84919190", "training", "more than 50, not labelled"),
        ("jimbozhang/speechocean762 at 613968e3", "validation", "1"),
    ]
    assert [round(row.hours * 3600) for row in rows] == [9, 2, 1, 1]


def test_hours_as_somebody_heard_them(packages: Path) -> None:
    table = source_table(source_rows(packages, ["training"], hours=lambda source: 1.5))
    lines = table.splitlines()
    assert len(lines) == 5
    assert lines[2] == "| asterisk-core-sounds-fr-g722 | training | 1.50 | 1 | CC-BY-SA-3.0 |"


def test_texts_of_every_layout(packages: Path) -> None:
    assert texts_of(source("speechocean"), packages) == {"000010011": "MARK IS GOING"}
    texts = {"0120/001200015": "WE WERE FORTUNATE"}
    (packages / "readers/development/texts.json").write_text(json.dumps(texts))
    development = texts_of(source("speechocean-development"), packages)
    assert development == {"001200015": "WE WERE FORTUNATE"}
    lines = "LJ001-0002|in 1 word.|in one word.\nLJ001-0003\n"
    (packages / "PhilippMatthes+dc_tts/LJSpeech-1.1").mkdir(parents=True)
    (packages / "PhilippMatthes+dc_tts/LJSpeech-1.1/transcript.csv").write_text(lines)
    assert texts_of(source("dc-tts"), packages) == {"LJ001-0002": "in one word."}
    for name in ("words/ice_cream.ogg", "alphabet/U0061.ogg"):
        path = packages / "gcompris+GCompris-voices/en" / name
        path.parent.mkdir(parents=True)
        path.touch()
    assert texts_of(source("gcompris-en"), packages) == {"ice_cream": "ice cream"}


def test_texts_that_are_not_there(tmp_path: Path) -> None:
    for group in ("speechocean", "speechocean-development", "dc-tts", "gcompris-en", "precise"):
        assert texts_of(source(group), tmp_path) == {}
