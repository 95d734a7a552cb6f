# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What listeners said: CSV files as the page saves them, screening, means, chance."""

from pathlib import Path

import numpy as np
import pytest
from conftest import Largesc
from gnuradio.largesc.evaluation.listening.analysis import (
    answer_tables,
    discriminations,
    low_references,
    mean_scores,
    screened,
)
from gnuradio.largesc.evaluation.listening.answers import read_answers
from gnuradio.largesc.evaluation.listening.key import (
    ANCHOR,
    FORMAT,
    KEY,
    REFERENCE,
    ItemRecord,
    ListeningKey,
    TrialRecord,
    read_key,
)

ITEMS = 10
TRUTH = {REFERENCE: 98.0, "mini 8 hold": 60.0, "Codec2 1300": 40.0, ANCHOR: 25.0}


@pytest.fixture
def key() -> ListeningKey:
    items = [
        ItemRecord(
            item=f"item{n}", file=f"readers/{n}", loss="no loss",
            stimuli={f"s{n}-{k}": label for k, label in enumerate(TRUTH)},
        )
        for n in range(ITEMS)
    ]  # fmt: skip
    trials = [
        TrialRecord(
            trial=f"trial{n}", file="readers/0", loss="no loss",
            a=("mini 8 hold", "Codec2 1300")[n % 2], b=("Codec2 1300", "mini 8 hold")[n % 2],
            x=("a", "b")[n // 2 % 2],
        )
        for n in range(20)
    ]  # fmt: skip
    return ListeningKey(format=FORMAT, test="t", seed=1, items=items, trials=trials)


def mushra(path: Path, key: ListeningKey, listener: str, low_references: int = 0) -> Path:
    """Answers around the truth; a listener's own bias; so many hidden references below 90."""
    rng = np.random.default_rng(sum(listener.encode()))
    bias = rng.normal(0, 5)
    lines = ["listener,item,system,score"]
    for n, item in enumerate(key.items):
        for name, label in item.stimuli.items():
            score = TRUTH[label] + (0 if label == REFERENCE else bias + rng.normal(0, 3))
            if label == REFERENCE and n < low_references:
                score = 50.0
            lines.append(f'"{listener}",{item.item},{name},{score:.0f}')
    path.write_text("\n".join(lines) + "\n")
    return path


def abx(path: Path, key: ListeningKey, listener: str, right: int) -> Path:
    lines = ["listener,trial,x,answer,correct"]
    for n, trial in enumerate(key.trials):
        answer = trial.x if n < right else {"a": "b", "b": "a"}[trial.x]
        lines.append(f'"{listener}",{trial.trial},{trial.x},{answer},{int(answer == trial.x)}')
    path.write_text("\n".join(lines) + "\n")
    return path


def test_means_are_near_the_truth_with_the_spread_of_listeners(
    tmp_path: Path, key: ListeningKey
) -> None:
    files = [mushra(tmp_path / f"{n}.csv", key, f"listener {n}") for n in range(12)]
    means = mean_scores(read_answers(files, key).scores)
    assert list(means) == list(TRUTH)  # best first
    for label in ("mini 8 hold", "Codec2 1300"):
        found = means[label]
        assert found.low < TRUTH[label] < found.high
        assert found.files == 12 * ITEMS
        assert 2.0 < found.high - found.low < 10.0  # of twelve biases, not of 120 ratings


def test_who_does_not_know_the_reference_is_left_out(tmp_path: Path, key: ListeningKey) -> None:
    files = [
        mushra(tmp_path / "a.csv", key, "ann"),
        mushra(tmp_path / "b.csv", key, "bob", low_references=1),  # 10 %
        mushra(tmp_path / "c.csv", key, "cat", low_references=2),  # 20 %
    ]
    scores = read_answers(files, key).scores
    assert low_references(scores) == {"ann": 0.0, "bob": 0.1, "cat": 0.2}
    assert {score.listener for score in screened(scores)} == {"ann", "bob"}
    means, listeners = answer_tables(read_answers(files, key))
    assert means.title == "MUSHRA, listeners: 2"
    assert [row[-1] for row in listeners.rows] == ["counts", "counts", "left out"]
    [alone] = answer_tables(read_answers(files[2:], key))  # nobody is left whose means count
    assert alone.rows == [["cat", "20", "left out"]]


def test_abx_is_set_against_chance(tmp_path: Path, key: ListeningKey) -> None:
    files = [abx(tmp_path / "a.csv", key, "ann", 15), abx(tmp_path / "b.csv", key, "bob", 13)]
    [found] = discriminations(read_answers(files, key).decisions)
    assert found.pair == ("Codec2 1300", "mini 8 hold")
    assert (found.right, found.trials) == (28, 40)
    assert found.p == pytest.approx(0.0083, abs=5e-5)  # sum of C(40, k) from 28 on, by 2 ** 40
    assert found.low < 0.7 < found.high
    [alone] = discriminations(read_answers(files[:1], key).decisions)
    assert alone.p == pytest.approx(0.020695, abs=1e-6)


def changed(path: Path, old: str, new: str) -> Path:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    return path


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("listener,item", "name,item", "has not the columns listener, item, system, score"),
        ("item0,s0-0", "item0,s9-0", "line 2: its sound is not of this test"),
        ("item0,s0-0", "other,s0-0", "line 2: its sound is not of this test"),
        ("s0-0,98", "s0-0,101", "line 2: a score is 0 to 100, not '101'"),
        ("s0-0,98", "s0-0,good", "line 2: a score is 0 to 100, not 'good'"),
        ("s0-0,98", "s0-0,nan", "line 2: a score is 0 to 100"),
        ("s0-0,98", "s0-0", "line 2: 4 values are needed"),
        ("s0-0,98", "s0-0,98,7", "line 2: 4 values are needed"),
        ('"ann",item0,s0-0', '" ",item0,s0-0', "line 2: 4 values are needed"),
        ("item0,s0-1", "item0,s0-0", "line 3: ann answered this in"),
        ("s0-0,98", 's0-0,"98', "line"),
    ],
)
def test_ratings_that_cannot_be_are_refused(
    tmp_path: Path, key: ListeningKey, old: str, new: str, said: str
) -> None:
    path = changed(mushra(tmp_path / "a.csv", key, "ann"), old, new)
    with pytest.raises(ValueError, match=said) as caught:
        read_answers([path], key)
    assert "a.csv" in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("trial0,a,a,1", "trial0,a,c,1", "an answer is a or b, not 'c'"),
        ("trial0,a,a,1", "trial0,b,b,1", "not what the key says"),
        ("trial0,a,a,1", "trial0,a,a,0", "not what the key says"),
        ("trial0,a", "trial99,a", "its trial is not of this test"),
    ],
)
def test_decisions_that_cannot_be_are_refused(
    tmp_path: Path, key: ListeningKey, old: str, new: str, said: str
) -> None:
    path = changed(abx(tmp_path / "a.csv", key, "ann", 20), old, new)
    with pytest.raises(ValueError, match=f"line 2: .*{said}"):
        read_answers([path], key)


def test_files_that_say_nothing_are_refused(tmp_path: Path, key: ListeningKey) -> None:
    with pytest.raises(ValueError, match="cannot be read"):
        read_answers([tmp_path / "gone.csv"], key)
    (tmp_path / "latin.csv").write_bytes("listener,item,system,score\nJürgen".encode("latin-1"))
    with pytest.raises(ValueError, match="UTF-8"):
        read_answers([tmp_path / "latin.csv"], key)
    (tmp_path / "head.csv").write_text("listener,item,system,score\n")
    with pytest.raises(ValueError, match="no answer"):
        read_answers([tmp_path / "head.csv"], key)
    path = mushra(tmp_path / "a.csv", key, "ann")
    with pytest.raises(ValueError, match="answered this in"):
        read_answers([path, path], key)


def test_a_key_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"key\.json cannot be read"):
        read_key(tmp_path)
    (tmp_path / KEY).write_text('{"format": 1}')
    with pytest.raises(ValueError, match="no key of a listening test: test"):
        read_key(tmp_path)


def test_the_command_shows_means_and_chance(
    tmp_path: Path, key: ListeningKey, run_largesc: Largesc
) -> None:
    (tmp_path / KEY).write_text(key.model_dump_json())
    files = [
        mushra(tmp_path / "m.csv", key, "ann [/b]"),
        abx(tmp_path / "x.csv", key, "ann [/b]", 15),
    ]
    done = run_largesc("evaluate", "answers", tmp_path, *files)
    assert done.returncode == 0, done.stderr
    for said in ("MUSHRA, listeners: 1", "hidden reference", "ann [/b]", "15 of 20", "0.021"):
        assert said in done.stdout
    wrong = run_largesc("evaluate", "answers", tmp_path, tmp_path / "gone.csv")
    assert wrong.returncode != 0
    assert "gone.csv cannot be read" in wrong.stderr
    assert "Traceback" not in wrong.stderr
