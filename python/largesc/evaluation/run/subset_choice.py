# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""An experiment's values with other subsets of speech: the same on development readers."""

from collections.abc import Sequence
from typing import Any

from ..nearest_name import unknown_name


def exchanges_of(options: Sequence[str]) -> dict[str, str]:
    """Subsets by the subsets whose place they take, of options as ``readers=development``.

    Nothing behind the sign leaves a subset out.

    Raises:
        ValueError: an option has no sign, or no subset in front of it, or two tell of one subset.
    """
    exchanges: dict[str, str] = {}
    for option in options:
        old, sign, new = (part.strip() for part in option.partition("="))
        if not sign or not old:
            raise ValueError(f"--subset {option}: say OLD=NEW, or OLD= to leave a subset out")
        if old in exchanges:
            raise ValueError(f"--subset: '{old}' is exchanged twice")
        exchanges[old] = new
    return exchanges


def with_other_subsets(values: dict[str, Any], exchanges: dict[str, str]) -> dict[str, Any]:
    """An experiment's values with subsets exchanged; its name and description say so.

    Args:
        values: as a YAML file has them.
        exchanges: new names by old ones; a subset's conditions (``OLD-noise``) go with it.

    Raises:
        ValueError: the experiment names no such subset, or none is left.
    """
    corpus = values.get("corpus")
    named = corpus.get("subsets") if isinstance(corpus, dict) else None
    if not isinstance(corpus, dict) or not isinstance(named, list) or not named:
        raise ValueError("--subset: the experiment names no subsets that could be exchanged")
    subsets = [str(name) for name in named]
    for old in exchanges:
        if not any(_belongs(name, old) for name in subsets):
            raise ValueError(f"--subset: {unknown_name('subset', old, subsets)}")
    changed = dict(corpus, subsets=_exchanged(subsets, exchanges))
    if not changed["subsets"]:
        raise ValueError("--subset: no subset is left")
    per_reader = corpus.get("files_per_reader")
    if isinstance(per_reader, dict):
        changed["files_per_reader"] = {
            new: count
            for name, count in per_reader.items()
            for new in _exchanged([str(name)], exchanges)
        }
    news = [new for new in exchanges.values() if new]
    words = "".join(f" With {new} in the place of {old}." for old, new in exchanges.items() if new)
    return values | {
        "name": "-".join([str(values.get("name", "")), *news]),
        "description": f"{values.get('description', '')}{words}",
        "corpus": changed,
    }


def _belongs(subset: str, to: str) -> bool:
    return subset == to or subset.startswith(f"{to}-")


def _exchanged(subsets: Sequence[str], exchanges: dict[str, str]) -> list[str]:
    found = []
    for subset in subsets:
        old = next((old for old in exchanges if _belongs(subset, old)), None)
        if old is None:
            found.append(subset)
        elif exchanges[old]:
            found.append(exchanges[old] + subset.removeprefix(old))
    return found
