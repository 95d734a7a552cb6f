# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of a listening test: blind, whole, equally loud, the same from the same seed."""

import base64
import io
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from conftest import Largesc
from evaluation_reader_run import ERRORS, write_reader_run
from gnuradio.largesc.corpus.speech_level import active_speech_level
from gnuradio.largesc.evaluation.listening.anchor import low_anchor
from gnuradio.largesc.evaluation.listening.blind_page import write_listening_test
from gnuradio.largesc.evaluation.listening.choice import Wish, choose
from gnuradio.largesc.evaluation.listening.key import ANCHOR, REFERENCE, ListeningKey, read_key

SYSTEMS = ["mini 8 hold", "Codec2 1300"]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_reader_run(tmp_path_factory.mktemp("runs") / "readers")


@pytest.fixture(scope="module")
def made(run: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[ListeningKey, str]:
    out = tmp_path_factory.mktemp("test")
    key = write_listening_test(run, Wish(), out)
    assert read_key(out) == read_key(out / "key.json") == key
    return key, (out / "index.html").read_text(encoding="utf-8")


def sounds_of(page: str) -> dict[str, np.ndarray]:
    listed = re.search(r'<script type="application/json" id="sounds">(.*?)</script>', page, re.S)
    assert listed
    return {
        name: soundfile.read(io.BytesIO(base64.b64decode(flac)), dtype="float32")[0]
        for name, flac in json.loads(listed[1]).items()
    }


def plan_of(page: str) -> dict[str, Any]:
    coded = re.search(r'atob\("([^"]*)"\)', page)
    assert coded
    return json.loads(base64.b64decode(coded[1]))


def test_every_item_has_all_systems_the_hidden_reference_and_the_anchor(
    made: tuple[ListeningKey, str],
) -> None:
    key, page = made
    assert {item.file for item in key.items} == {f"readers/{name}-0" for name in ERRORS["original"]}
    sounds, plan = sounds_of(page), plan_of(page)
    for item in key.items:
        assert sorted(item.stimuli.values()) == sorted([*SYSTEMS, REFERENCE, ANCHOR])
        [told] = [one for one in plan["items"] if one["id"] == item.item]
        assert set(told["stimuli"]) == set(item.stimuli)
        by_label = {item.stimuli[name]: sound for name, sound in told["stimuli"].items()}
        assert by_label[REFERENCE] == told["reference"]
        assert len(set(by_label.values())) == 4
        spectrum = np.abs(np.fft.rfft(sounds[by_label[ANCHOR]]))
        assert spectrum[6000] < 1e-3 * np.abs(np.fft.rfft(sounds[told["reference"]]))[6000]


def test_all_sounds_are_equally_loud_and_long(made: tuple[ListeningKey, str]) -> None:
    levels = [active_speech_level(pcm) for pcm in sounds_of(made[1]).values()]
    assert len(levels) == 3 * 4
    assert max(levels) - min(levels) < 0.1  # ours comes at half the amplitude
    assert len({len(pcm) for pcm in sounds_of(made[1]).values()}) == 1


def test_the_source_names_no_system_and_nothing_outside(made: tuple[ListeningKey, str]) -> None:
    key, page = made
    for label in (*SYSTEMS, REFERENCE, ANCHOR, "original", "mini", "codec2", "readers/"):
        assert label.lower() not in re.sub(r"[A-Za-z0-9+/=]{200,}", "", page).lower()
    assert all(label not in json.dumps(plan_of(page)) for label in SYSTEMS)
    assert "http" not in re.sub(r"[A-Za-z0-9+/=]{200,}", "", page)
    assert not re.search(r"(?:src|href)\s*=\s*[\"']", page)
    # In the order of their hashes, which tells nothing.
    assert list(sounds_of(page)) == sorted(sounds_of(page))
    assert len({name for item in key.items for name in item.stimuli}) == 12


def test_trials_have_a_pair_and_one_of_it_again(made: tuple[ListeningKey, str]) -> None:
    key, page = made
    plan = {trial["id"]: trial for trial in plan_of(page)["trials"]}
    assert len(key.trials) == len(plan) == 3 * 2
    for trial in key.trials:
        assert {trial.a, trial.b} == set(SYSTEMS)
        assert plan[trial.trial]["x"] == trial.x
        assert plan[trial.trial]["a"] != plan[trial.trial]["b"]


def test_sides_and_x_are_drawn(run: Path) -> None:
    from gnuradio.largesc.evaluation.listening.blind_page import _Test

    wish = Wish(repeats=40)
    trials = _Test(choose(run, wish), wish).key.trials
    assert {(t.a, t.x) for t in trials} == {(a, x) for a in SYSTEMS for x in "ab"}
    share = sum(t.x == "a" for t in trials) / len(trials)
    assert 0.35 < share < 0.65


def test_the_same_seed_gives_the_same_page_and_another_another(run: Path, tmp_path: Path) -> None:
    pages = []
    for number, seed in enumerate((1, 1, 2)):
        write_listening_test(run, Wish(seed=seed, items=2), tmp_path / str(number))
        pages.append((tmp_path / str(number) / "index.html").read_bytes())
    assert pages[0] == pages[1]
    first, other = ({*sounds_of(page.decode())} for page in pages[1:])
    assert not first & other


def test_recordings_are_of_as_many_readers_as_can_be(run: Path) -> None:
    for seed in range(5):
        chosen = choose(run, Wish(items=2, seed=seed)).recordings
        assert len({one.file for one in chosen}) == 2
    assert choose(run, Wish(subset="readers-noise")).recordings[0].file.startswith("readers-noise")


def test_pairs_are_ours_or_what_is_asked_for(run: Path) -> None:
    assert choose(run, Wish()).pairs == [("mini 8 hold", "Codec2 1300")]
    asked = choose(run, Wish(pairs=["Codec2 1300 = original"], systems=["Codec2 1300"]))
    assert asked.pairs == [("Codec2 1300", "original")]
    assert asked.systems == ["Codec2 1300"]
    assert choose(run, Wish(systems=["Codec2 1300"])).pairs == [("Codec2 1300", "original")]


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        (Wish(systems=["mini 8"]), "did you mean 'mini 8 hold'"),
        (Wish(subset="reader"), "did you mean 'readers'"),
        (Wish(losses=["no los"]), "did you mean 'no loss'"),
        (Wish(pairs=["mini 8 hold"]), "LABEL=LABEL"),
        (Wish(pairs=["mini 8 hold=mini 8 hold"]), "LABEL=LABEL"),
        (Wish(pairs=["mini 8 hold=Codec 1300"]), "did you mean 'Codec2 1300'"),
        (Wish(systems=SYSTEMS * 5), "10 systems"),
    ],
)
def test_what_is_not_there_is_said(run: Path, wish: Wish, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        choose(run, wish)


def test_a_run_without_sound_or_with_damaged_sound_is_refused(tmp_path: Path) -> None:
    silent = write_reader_run(tmp_path / "silent", ["readers"], heard=[])
    with pytest.raises(ValueError, match="kept no sound"):
        choose(silent, Wish())
    run = write_reader_run(tmp_path / "damaged", ["readers"])
    (run / "audio" / "2.flac").write_bytes(b"fLaC no more")
    with pytest.raises(ValueError, match=r"2\.flac cannot be read"):
        write_listening_test(run, Wish(), tmp_path / "out")


def test_the_anchor_is_that_of_the_recommendation() -> None:
    """BS.1534-3: 0.1 dB of ripple to 3.5 kHz, 25 dB down at 4 kHz, 50 dB from 4.5 kHz on."""
    click = np.zeros(24000, np.float32)
    click[12000] = 1.0
    answer = low_anchor(click)
    assert len(answer) == len(click)
    assert np.argmax(np.abs(answer)) == 12000
    decibels = 20 * np.log10(np.abs(np.fft.rfft(answer)) + 1e-9)
    assert np.abs(decibels[:3501]).max() < 0.1
    assert decibels[4000] < -25
    assert decibels[4500:].max() < -50


def test_the_command_writes_page_and_key(run: Path, run_largesc: Largesc, tmp_path: Path) -> None:
    done = run_largesc("evaluate", "listen", run, "--out", tmp_path / "test", "--items", 1)
    assert done.returncode == 0, done.stderr
    assert "recordings 1, trials 2" in done.stderr
    assert {path.name for path in (tmp_path / "test").iterdir()} == {"index.html", "key.json"}
    wrong = run_largesc("evaluate", "listen", tmp_path / "gone", "--out", tmp_path / "test")
    assert wrong.returncode != 0
    assert "is not a folder of a run" in wrong.stderr
    assert "Traceback" not in wrong.stderr


def test_the_key_of_another_test_is_kept(run: Path, tmp_path: Path) -> None:
    key = write_listening_test(run, Wish(items=1, repeats=0), tmp_path)
    assert write_listening_test(run, Wish(items=1, repeats=0), tmp_path) == key
    with pytest.raises(ValueError, match=r"key\.json is the key of another test"):
        write_listening_test(run, Wish(items=1, repeats=0, seed=2), tmp_path)
    assert read_key(tmp_path) == key
