# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation of Companion's blocks says all that their dialogs and ports have, and the
defaults there are the blocks' own."""

import inspect
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml
from gnuradio import largesc
from gnuradio.largesc.frame.tokens import TokenOrigin

GRC = Path(__file__).parents[1] / "grc"
BLOCKS = {
    described["id"].removeprefix("largesc_"): described
    for described in (yaml.safe_load(file.read_text()) for file in sorted(GRC.glob("*.block.yml")))
}
ADJUSTABLE = "djustable while the flowgraph runs"
# What is given in Companion although the block has another default, or none.
EXAMPLES = {"device", "frequency", "url", "sizes"}


def words(label: str) -> list[str]:
    """Of a parameter, without its unit."""
    return label.partition(" (")[0].lower().split()


def headings(name: str) -> list[str]:
    """What stands before the colons of the documentation's lines, in small letters."""
    lines = BLOCKS[name]["documentation"].splitlines()
    return [line.partition(":")[0].lower() for line in lines if ":" in line]


@pytest.mark.parametrize("name", BLOCKS)
def test_every_parameter_is_described(name: str) -> None:
    shown = [p for p in BLOCKS[name]["parameters"] if p["dtype"] != "gui_hint"]
    labels = [" ".join(words(parameter["label"])) for parameter in shown]
    assert [one for one in labels if not any(one in heading for heading in headings(name))] == []


@pytest.mark.parametrize("name", BLOCKS)
def test_every_message_port_is_described(name: str) -> None:
    block = BLOCKS[name]
    ports = [*block.get("inputs", []), *block.get("outputs", [])]
    for port in (port["id"] for port in ports if port["domain"] == "message"):
        assert f'"{port}"' in block["documentation"] or port in headings(name), port


@pytest.mark.parametrize("name", BLOCKS)
def test_what_is_adjustable_is_said_and_nothing_else(name: str) -> None:
    block = BLOCKS[name]
    said = [line for line in block["documentation"].splitlines() if ADJUSTABLE in line]
    calls = " ".join(block["templates"].get("callbacks", []))
    adjustable = set(re.findall(r"\$\{(\w+)\}", calls))
    for parameter in block["parameters"]:
        label = words(parameter["label"])
        # In the sentence above the parameters, or in the parameter's own line.
        own = any(line.lower().startswith(" ".join(label) + ":") for line in said)
        head = said[0].partition(ADJUSTABLE)[0].lower() if said else ""
        above = head.startswith("parameters") and all(word in head for word in label)
        assert (own or above) == (parameter["id"] in adjustable), parameter["label"]


def default_there(parameter: dict[str, Any]) -> Any:
    """As Companion hands it on."""
    value = parameter.get("default", "")
    if parameter["dtype"] in ("string", "enum", "file_open", "file_save"):
        return value
    made = eval(str(value))
    return tuple(made) if isinstance(made, list) else made


@pytest.mark.parametrize("name", BLOCKS)
def test_defaults_are_those_of_the_block(name: str) -> None:
    own = inspect.signature(getattr(largesc, name).__init__).parameters
    for parameter in BLOCKS[name]["parameters"]:
        if parameter["id"] not in own or parameter["id"] in EXAMPLES:
            continue
        default = own[parameter["id"]].default
        there = default_there(parameter)
        assert there == default or (there in ("", ()) and default in ("", ())), parameter["id"]


@pytest.mark.parametrize(
    ("name", "keys"),
    [("uep_depacketizer", ["trim", "adjusted"]), ("mimi_decoder", ["trim", "adjusted"])],
)
def test_keys_between_the_blocks_of_a_receiver_are_named(name: str, keys: list[str]) -> None:
    assert [
        key for key in keys if not re.search(rf"\b{key}\b", BLOCKS[name]["documentation"])
    ] == []


COUNTERS = re.compile(r"Counters?:(.*?)(?:\n\n|$)", re.DOTALL)


@pytest.mark.parametrize("name", BLOCKS)
def test_counters_are_those_of_the_docstring(name: str) -> None:
    told = COUNTERS.search(inspect.getdoc(getattr(largesc, name)) or "")
    documentation = BLOCKS[name]["documentation"]
    counters = set(re.findall(r"``(\w+)``", told[1])) if told else set()
    assert {one for one in counters if not re.search(rf"\b{one}\b", documentation)} == set()


def test_every_counter_of_a_receiver_is_among_those_of_its_blocks() -> None:
    text = BLOCKS["speech_receiver"]["documentation"].partition("Counters, by block:")[2]
    parts = {"uep_depacketizer": "depacketizer", "mimi_decoder": "decoder"}
    parts["moshi_recovery"] = "recovery"
    for block, name in parts.items():
        told = COUNTERS.search(inspect.getdoc(getattr(largesc, block)) or "")
        assert told is not None
        there = re.search(rf"{name} \((.*?)\)(?:,| and|\.)(?= recovery| decoder| A)", text)
        assert there is not None, name
        missing = set(re.findall(r"``(\w+)``", told[1])) - set(re.findall(r"\w+", there[1]))
        assert not missing, name


def test_every_origin_of_a_token_is_counted_and_said() -> None:
    origins = {origin.name.lower() for origin in TokenOrigin}
    for name in ("moshi_recovery", "speech_receiver"):
        said = Counter(re.findall(r"\w+", BLOCKS[name]["documentation"]))
        assert {origin for origin in origins if not said[origin]} == set()
