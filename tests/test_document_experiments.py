# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The experiment that docs/evaluation.md shows runs, and names every key that a system has."""

import re
from pathlib import Path

import pytest
from gnuradio.largesc.evaluation.run.components import Components, shipped_components
from gnuradio.largesc.evaluation.run.experiment import CorpusChoice, Experiment
from gnuradio.largesc.evaluation.run.experiment_file import load_experiment
from pydantic import TypeAdapter

DOCUMENT = Path(__file__).parents[1] / "docs" / "evaluation.md"
SHOWN = re.findall(r"```yaml\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)


@pytest.fixture(scope="module")
def components() -> Components:
    return shipped_components()


def test_the_experiment_in_the_document_is_one(components: Components, tmp_path: Path) -> None:
    (experiment,) = SHOWN
    path = tmp_path / "mine.yaml"
    path.write_text(experiment)
    assert len(load_experiment(str(path), components).experiment.systems) == 5


def test_every_key_stands_in_the_document(components: Components) -> None:
    schema = TypeAdapter(components.any_system).json_schema()
    known = {*Experiment.model_fields, *CorpusChoice.model_fields}
    for reference in schema["discriminator"]["mapping"].values():
        known |= set(schema["$defs"][reference.rpartition("/")[2]]["properties"])
    (experiment,) = SHOWN
    assert {key for key in known if not re.search(rf"\b{key}\b", experiment)} == set()
