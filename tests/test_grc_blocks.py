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
def library() -> dict[str, Any]:
    """Companion's own block library, read from the installed files."""
    from gnuradio.grc.core.platform import Platform

    installed = Path(sys.prefix) / "share" / "gnuradio" / "grc" / "blocks"
    os.environ["GRC_BLOCKS_PATH"] = str(installed)
    platform = Platform(version=gr.version(), version_parts=("3", "10", "0"), prefs=gr.prefs())
    platform.build_library()
    return platform.blocks


def test_all_eleven_blocks_are_meant():
    assert len(BLOCKS) == 11


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
