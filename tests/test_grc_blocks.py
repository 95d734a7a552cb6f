# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The block files as GNU Radio Companion reads them: found, complete, documented, true."""

import inspect
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from gnuradio import gr, largesc

# A block's class has the name of its module; what the C++ bindings bring has not.
BLOCKS = [
    name
    for name in largesc.__all__
    if inspect.isclass(getattr(largesc, name))
    and getattr(largesc, name).__module__ == f"gnuradio.largesc.{name}"
]


@pytest.fixture(scope="module")
def companion() -> Any:
    """Companion's own platform with its block library, read from the installed files."""
    from gnuradio.grc.core.platform import Platform

    installed = Path(sys.prefix) / "share" / "gnuradio" / "grc" / "blocks"
    os.environ["GRC_BLOCKS_PATH"] = str(installed)
    platform = Platform(version=gr.version(), version_parts=("3", "10", "0"), prefs=gr.prefs())
    platform.build_library()
    return platform


@pytest.fixture(scope="module")
def library(companion: Any) -> dict[str, Any]:
    return companion.blocks


def test_all_thirteen_blocks_are_meant():
    assert len(BLOCKS) == 13


@pytest.mark.parametrize("name", BLOCKS)
def test_block_is_in_the_library_and_documented(library: dict[str, Any], name: str):
    block = library[f"largesc_{name}"]
    assert block.category[0] == "LargeSC"
    assert len(block.documentation[""]) > 200


@pytest.mark.parametrize("name", BLOCKS)
def test_parameters_and_callbacks_are_those_of_the_class(library: dict[str, Any], name: str):
    block, made = library[f"largesc_{name}"], getattr(largesc, name)
    arguments = [p for p in inspect.signature(made.__init__).parameters if p != "self"]
    parameters = [p["id"] for p in block.parameters_data if p["id"] in arguments]
    assert parameters == arguments
    callbacks = [c.split("(")[0] for c in block.templates.get("callbacks", [])]
    setters = [s for s in vars(made) if s.startswith("set_")]
    assert sorted(callbacks) == sorted(setters)


CHANNEL_PARAMETERS = {
    "independent": {"loss_rate", "seed"},
    "gilbert": {"loss_rate", "seed", "burst"},
    "gilbert-elliott": {"loss_rate", "seed", "burst"},
    "bellcore": {"loss_rate", "seed"},
    "trace": {"trace"},
}


def erasure_channel_block(companion: Any, **values: str) -> Any:
    """The block in a flowgraph of its own, with these entries in its dialog."""
    flowgraph = companion.make_flow_graph()
    block = flowgraph.new_block("largesc_erasure_channel")
    block.params["id"].set_value("channel")
    for name, value in values.items():
        block.params[name].set_value(value)
    flowgraph.rewrite()
    flowgraph.validate()
    return block


def errors_of(block: Any) -> list[str]:
    """What Companion has against the block, but for its ports, which lead nowhere."""
    return [text for _, text in block.iter_error_messages() if "Port is not connected" not in text]


@pytest.mark.parametrize("process", CHANNEL_PARAMETERS)
def test_erasure_channel_shows_what_applies_and_makes_its_block(
    companion: Any, process: str, tmp_path: Path
) -> None:
    trace = tmp_path / "trace.txt"
    trace.write_text("0110")
    block = erasure_channel_block(companion, process=process, trace=str(trace), loss_rate="0.3")
    assert errors_of(block) == []
    optional = {"loss_rate", "seed", "burst", "trace"}
    shown = {name for name in optional if block.params[name].hide != "all"}
    assert shown == CHANNEL_PARAMETERS[process]
    made = eval(block.templates.render("make"), {"largesc": largesc})
    assert made.description().startswith(process)


@pytest.mark.parametrize(
    "values",
    [
        {"loss_rate": "1.1"},
        {"seed": "-1"},
        {"process": "gilbert", "loss_rate": "0.5", "burst": "1.9"},
        {"process": "gilbert-elliott", "loss_rate": "0.4", "burst": "4"},
        {"process": "bellcore", "loss_rate": "0.9"},
        {"process": "trace"},
    ],
)
def test_erasure_channel_refuses_what_its_process_cannot_have(
    companion: Any, values: dict[str, str]
) -> None:
    assert errors_of(erasure_channel_block(companion, **values)) != []
