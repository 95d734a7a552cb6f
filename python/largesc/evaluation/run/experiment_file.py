# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Experiments as YAML files: those that came with the module, and anybody's."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from ..nearest_name import unknown_name
from .components import Components
from .experiment import Experiment, experiment_of
from .subset_choice import with_other_subsets

SHIPPED = Path(__file__).parents[1] / "experiments"


class ExperimentError(ValueError):
    """A file is no experiment; the message says what is wrong and where."""


@dataclass(frozen=True)
class ExperimentFile:
    """An experiment, and the text it was read from.

    Attributes:
        experiment: what it says.
        text: YAML.
        arguments: of the command that runs the same: its name or file, subsets exchanged.
    """

    experiment: Experiment
    text: str
    arguments: tuple[str, ...] = ()


def shipped_names() -> list[str]:
    """Names of the experiments that came with the module."""
    return sorted(path.stem for path in SHIPPED.glob("*.yaml"))


def load_experiment(
    where: str, components: Components, exchanges: Mapping[str, str] | None = None
) -> ExperimentFile:
    """Reads an experiment.

    Args:
        where: name of one that came with the module, or a file.
        components: which systems and metrics there are.
        exchanges: subsets in the place of others, by the others (see subset_choice.py).

    Raises:
        ExperimentError: no such file, not YAML, or something in it is wrong.
        ValueError: a subset cannot be exchanged.
    """
    path = _find(where)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ExperimentError(f"{where} cannot be read: {error}") from error
    try:
        values = yaml.safe_load(text)
        nodes = yaml.compose(text, yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise ExperimentError(f"{where} is not YAML: {error}") from error
    if not isinstance(values, dict):
        raise ExperimentError(f"{where} is no experiment: it has no keys, as `systems:`")
    if exchanges:
        values = with_other_subsets(values, dict(exchanges))
        text = yaml.safe_dump(values, sort_keys=False, allow_unicode=True)
    try:
        experiment = experiment_of(values, components)
    except ValidationError as error:
        raise ExperimentError(_in_words(where, error, nodes)) from error
    return ExperimentFile(experiment, text, _arguments(where, exchanges or {}))


def _arguments(where: str, exchanges: Mapping[str, str]) -> tuple[str, ...]:
    """As they can be published: a file is named, whose folder is nobody's business."""
    exchanged = [f"{old}={new}" for old, new in exchanges.items()]
    return (Path(where).name, *(word for one in exchanged for word in ("--subset", one)))


def _find(where: str) -> Path:
    path = Path(where)
    if where in shipped_names() and not path.is_file():
        return SHIPPED / f"{where}.yaml"
    if path.is_dir():
        raise ExperimentError(f"{where} is a folder, not an experiment file")
    if not path.exists():
        if path.suffix or len(path.parts) > 1:
            raise ExperimentError(f"{where}: no such file")
        raise ExperimentError(unknown_name("experiment", where, shipped_names()))
    return path


def _in_words(where: str, error: ValidationError, nodes: yaml.Node | None) -> str:
    lines = []
    for found in error.errors():
        place, line = _place(found["loc"], nodes)
        cause = found.get("ctx", {}).get("error")
        said = str(cause) if isinstance(cause, ValueError) else _pydantic_words(found)
        lines.append(f"{where}, line {line}: " + (f"{place}: {said}" if place else said))
    return "\n".join(lines)


def _pydantic_words(found: Any) -> str:
    words = str(found["msg"])
    if found["type"] == "union_tag_invalid":
        context = found["ctx"]
        kinds = [kind.strip(" '") for kind in context["expected_tags"].split(",")]
        return unknown_name(context["discriminator"].strip("'"), context["tag"], kinds)
    if found["type"] == "union_tag_not_found":
        return f"the key `{found['ctx']['discriminator'].strip(chr(39))}` is missing"
    if found["type"] == "missing":
        return "the key is missing"
    shown = repr(found["input"])
    return f"{words}, not {shown}" if len(shown) < 40 else words


def _place(location: tuple[int | str, ...], node: yaml.Node | None) -> tuple[str, int]:
    """Path to a value as `systems, entry 2, bitrate`, and the line nearest to it (from 1).

    The kinds that pydantic puts into a location are not in the file, and not in the path.
    """
    words: list[str] = []
    line = 1
    for step in location:
        if isinstance(step, int) and isinstance(node, yaml.SequenceNode):
            node = node.value[step] if step < len(node.value) else None
            words.append(f"entry {step + 1}")
        elif isinstance(node, yaml.MappingNode):
            child = next((v for k, v in node.value if k.value == step), None)
            if child is None and step != location[-1]:
                continue
            if child is None and any(k.value == "kind" and v.value == step for k, v in node.value):
                continue
            node = child
            words.append(str(step))
        if node is not None:
            line = node.start_mark.line + 1
    return ", ".join(words), line
