# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command that makes a chain's figures: its steps, what is done, what has failed."""

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1] / "benchmarks"))
from chain_figures import chosen, make
from chain_steps.steps import Record, Step, chain_hash, read_steps

CHECKOUT = Path(__file__).parents[1]
EXPERIMENTS = CHECKOUT / "python" / "largesc" / "evaluation" / "experiments"
# By other means: made with the chain, or of one part of it that is told in its own document.
ELSEWHERE = {"controller.md", "soft.md", "adaptive.md", "allocation-decoded.md"}


def step(name: str, *commands: str) -> Step:
    return Step(name=name, about="", minutes=1, documents=(), commands=commands)


def test_every_document_of_the_newest_chain_has_its_step() -> None:
    steps = read_steps()
    assert len({one.name for one in steps}) == len(steps)
    made = {document for one in steps for document in one.documents}
    newest = max((CHECKOUT / "results").glob("mini-*"))
    assert {path.name for path in newest.glob("*.md")} <= made | ELSEWHERE


def test_every_experiment_and_script_that_a_step_names_is_there() -> None:
    for one in read_steps():
        written = {argv[-1] for argv in one.argv(Path("runs"), Path("results"))}
        assert {f"results/{name}" for name in one.documents} <= written
        for program, *rest in one.argv(Path("runs"), Path("results")):
            assert Path(program).name in ("largesc", "python")
            if rest[:2] == ["evaluate", "run"]:
                assert (EXPERIMENTS / f"{rest[2]}.yaml").is_file()
            if Path(program).name == "python":
                assert (CHECKOUT / rest[0]).is_file()


def test_what_is_done_is_not_done_again_and_what_fails_holds_nothing_up(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tally = f"python -c \"open('{tmp_path}/tally', 'a').write('x')\""
    steps = [step("good", tally), step("bad", "python -c 1/0", tally), step("last", tally)]
    assert make(steps, Record(tmp_path, "c"), tmp_path, tmp_path) == 1
    assert "bad.log says why" in capsys.readouterr().out
    assert "ZeroDivisionError" in (tmp_path / "bad.log").read_text()
    assert (tmp_path / "tally").read_text() == "xx"
    again = Record(tmp_path, "c")
    assert [again.minutes_of(one) is None for one in steps] == [False, True, False]
    assert make(steps, again, tmp_path, tmp_path) == 1
    assert (tmp_path / "tally").read_text() == "xx"
    with pytest.raises(ValueError, match="other weights"):
        Record(tmp_path, "d")


def test_other_weights_are_another_chain_and_another_model_card_is_not(tmp_path: Path) -> None:
    (tmp_path / "codec.safetensors").write_bytes(b"1")
    before = chain_hash(tmp_path)
    (tmp_path / "README.md").write_text("card")
    assert chain_hash(tmp_path) == before
    (tmp_path / "codec.safetensors").write_bytes(b"2")
    assert chain_hash(tmp_path) != before


def test_an_unknown_step_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(ValueError, match="no step 'b'; there are a"):
        chosen([step("a")], ["b"])
