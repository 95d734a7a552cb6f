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
from gnuradio.largesc.radio.modem_profile import modem_profile_names
from gnuradio.largesc.recovery.strategies.strategy_by_name import CHOICES
from gnuradio.largesc.watterson_channel import NAMES as FADING_NAMES
from gnuradio.largesc.watterson_channel import PROFILES as FADING

# A block's class has the name of its module; what the C++ bindings bring has not.
BLOCKS = [
    name
    for name in largesc.__all__
    if inspect.isclass(getattr(largesc, name))
    and getattr(largesc, name).__module__.rpartition(".")[2] == name
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


def test_all_twenty_three_blocks_are_meant():
    assert len(BLOCKS) == 23


@pytest.mark.parametrize("name", BLOCKS)
def test_block_is_in_the_library_and_documented(library: dict[str, Any], name: str):
    block = library[f"largesc_{name}"]
    assert block.category[0] == "LargeSC"
    assert len(block.documentation[""]) > 200


# What is checked together must come together: by single callbacks a good setting may pass through
# a refused one, and never be reached. Programs have the single setters as well.
PARTS = {
    "set_recovery_and_look_ahead": {"set_recovery", "set_look_ahead"},
    "set_tokens": {"set_n_primary", "set_n_redundant", "set_lag", "set_code"},
}


@pytest.mark.parametrize("name", BLOCKS)
def test_parameters_and_callbacks_are_those_of_the_class(library: dict[str, Any], name: str):
    block, made = library[f"largesc_{name}"], getattr(largesc, name)
    arguments = [p for p in inspect.signature(made.__init__).parameters if p != "self"]
    parameters = [p["id"] for p in block.parameters_data if p["id"] in arguments]
    assert parameters == arguments
    callbacks = {c.split("(")[0] for c in block.templates.get("callbacks", [])}
    setters = {s for s in vars(made) if s.startswith("set_")}
    joint = {part for setter in callbacks for part in PARTS.get(setter, ())}
    assert callbacks | joint == setters
    assert not callbacks & joint


CHANNEL_PARAMETERS = {
    "independent": {"loss_rate", "seed"},
    "gilbert": {"loss_rate", "seed", "burst"},
    "gilbert-elliott": {"loss_rate", "seed", "burst"},
    "bellcore": {"loss_rate", "seed"},
    "trace": {"trace"},
}


def block_alone(companion: Any, name: str, **values: str) -> Any:
    """The block in a flowgraph of its own, with these entries in its dialog."""
    flowgraph = companion.make_flow_graph()
    block = flowgraph.new_block(f"largesc_{name}")
    block.params["id"].set_value("alone")
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
    values = {"process": process, "trace": str(trace), "loss_rate": "0.3"}
    block = block_alone(companion, "erasure_channel", **values)
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
        {"process": "gilbert", "burst": "float('inf')"},
        {"process": "gilbert-elliott", "loss_rate": "0.4", "burst": "4"},
        {"process": "bellcore", "loss_rate": "0.9"},
        {"process": "trace"},
    ],
)
def test_erasure_channel_refuses_what_its_process_cannot_have(
    companion: Any, values: dict[str, str]
) -> None:
    assert errors_of(block_alone(companion, "erasure_channel", **values)) != []


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("packet_modulator", {"sizes": "[8]"}),
        ("packet_modulator", {"amplitude": "-1"}),
        ("packet_modulator", {"max_queue": "-1"}),
        ("packet_demodulator", {"sizes": "[7, 8]"}),
        ("packet_demodulator", {"look_ahead": "2"}),
        ("adaptive_controller", {"budget": "800", "check": "crc16"}),
        ("moshi_recovery", {"recovery": "base", "look_ahead": "6"}),
        ("speech_receiver", {"recovery": "lora", "look_ahead": "6"}),
        ("speech_transmitter", {"budget": "800", "check": "crc16"}),
        ("uep_packetizer", {"budget": "500"}),
        ("uep_packetizer", {"budget": "float('inf')"}),
        ("adaptive_controller", {"budget": "2e6"}),
        ("radio_source", {"device": "hackrf"}),
        ("radio_source", {"frequency": "-1"}),
        ("radio_sink", {"duplex": "both"}),
        ("radio_sink", {"shift": "-2"}),
        ("packet_network_sink", {"url": "udp://"}),
        ("packet_network_sink", {"url": "udp://*:5800"}),
        ("packet_network_source", {"url": "zmq://*:5800"}),
        ("mimi_encoder", {"silence_threshold": "3"}),
        ("speech_transmitter", {"silence_threshold": "-201"}),
        ("moshi_recovery", {"prior": "float('inf')"}),
        ("uep_depacketizer", {"speed": "float('inf')"}),
        ("talk_gate", {"manner": "shout"}),
        ("talk_gate", {"threshold": "1"}),
        ("watterson_channel", {"snr": "-61"}),
        ("watterson_channel", {"seed": "-1"}),
        ("watterson_channel", {"sample_rate": "0"}),
        ("watterson_channel", {"profile": "custom", "spread": "251"}),
        ("watterson_channel", {"profile": "custom", "delay": "0.2"}),
    ],
)
def test_blocks_refuse_what_they_cannot_have(
    companion: Any, name: str, values: dict[str, str]
) -> None:
    assert errors_of(block_alone(companion, name)) == []
    assert errors_of(block_alone(companion, name, **values)) != []


@pytest.mark.parametrize("profile", FADING)
def test_a_fading_profile_needs_a_sample_rate_of_32_times_its_spread(
    companion: Any, profile: str
) -> None:
    least = 32 * FADING[profile][0]
    for rate, is_refused in ((least, False), (0.99 * least, True)):
        values = {"profile": profile, "sample_rate": str(rate), "spread": "0"}
        assert bool(errors_of(block_alone(companion, "watterson_channel", **values))) == is_refused
    largesc.watterson_channel(profile, sample_rate=least)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("packet_network_sink", {"url": "UDP://127.0.0.1:5800"}),
        ("packet_network_sink", {"url": "zmq://*:0"}),
        ("packet_network_source", {"url": "udp://*:0"}),
        ("mimi_encoder", {"silence_threshold": "0"}),
        ("radio_sink", {"device": "14.2 MHz.sigmf-meta", "gain": "VGA=20,AMP=0"}),
    ],
)
def test_blocks_take_what_they_can_have(companion: Any, name: str, values: dict[str, str]) -> None:
    assert errors_of(block_alone(companion, name, **values)) == []


def test_every_fading_profile_and_every_modem_profile_is_offered(companion: Any) -> None:
    channel = block_alone(companion, "watterson_channel")
    assert list(channel.params["profile"].options) == list(FADING_NAMES)
    for name in ("packet_modulator", "packet_demodulator"):
        block = block_alone(companion, name)
        assert list(block.params["profile"].options) == modem_profile_names()
        made = eval(block.templates.render("make"), {"largesc": largesc})
        assert made.sample_rate == 8000
    for name in ("radio_source", "radio_sink"):
        block = block_alone(companion, name)
        assert list(block.params["profile"].options) == modem_profile_names()


OF_A_CODEC = {"checkpoint", "look_ahead", "fill_unsent"}
OF_A_MODEL = {"temperature", "top_k", "silent_after", "nearest", "prior"}


@pytest.mark.parametrize("name", ["moshi_recovery", "speech_receiver"])
def test_every_strategy_is_offered(companion: Any, name: str) -> None:
    block = block_alone(companion, name)
    assert set(block.params["recovery"].options) == set(CHOICES)


@pytest.mark.parametrize("strategy", CHOICES)
def test_recovery_can_be_set_for_any_strategy_that_a_chooser_may_choose(
    companion: Any, strategy: str
) -> None:
    block = block_alone(companion, "moshi_recovery", recovery=strategy)
    assert errors_of(block) == []
    assert not {name for name in OF_A_CODEC | OF_A_MODEL if block.params[name].hide == "all"}
    on_its_face = block.params["checkpoint"].hide == "none"
    assert on_its_face == (strategy not in ("hold", "zero"))
