# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Setters as Companion's widgets call them: floats that are whole, and what is no value at all."""

import itertools
import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from gnuradio import largesc
from gnuradio.largesc.frame.tokens import Allocation

GRC = Path(__file__).parents[1] / "grc"

# What holds the settings in force; compared as text, since 5.0 is not 5 where it is used.
SETTINGS: dict[str, Callable[[Any], object]] = {
    "erasure_channel": lambda block: block._process.loss_rate,
    "moshi_recovery": lambda block: block._chooser.strategy[:2],
    "packet_modulator": lambda block: block._amplitude,
    "speech_receiver": lambda block: (
        block.recovery._chooser.strategy[:2],
        block.depacketizer._drive.receiver.look_ahead,
    ),
    "adaptive_controller": lambda block: block._settings.budget,
    "speech_transmitter": lambda block: block.packetizer._sender.settings,
    "talk_gate": lambda block: block._key.is_pressed,
    "uep_depacketizer": lambda block: block._drive.receiver.look_ahead,
    "uep_packetizer": lambda block: block._sender.settings,
    "watterson_channel": lambda block: block._snr,
}

# For every parameter of a setter: another value than the default, as its type and as a widget
# may give it.
CHANGES: dict[str, tuple[Any, Any]] = {
    "amplitude": (2.0, 2),
    "budget": (1000.0, 1000),
    "code": ("window", "window"),
    "lag": (2, 2.0),
    "look_ahead": (2, 2.0),
    "loss_rate": (1.0, 1),
    "message": ("QTH Graz", "QTH Graz"),
    "n_primary": (5, 5.0),
    "n_redundant": (3, 3.0),
    "nearest": (False, 0.0),
    "pressed": (True, 1),
    "prior": (2.0, 2),
    "recovery": ("zero", "zero"),
    "snr": (20.0, 20),
    "temperature": (2.0, 2),
    "text": ("DL1ABC", "DL1ABC"),
    "top_k": (5, 5.0),
}
NO_VALUES = ["x", "", math.nan, -math.inf, None, [], {}, 5j, -1, object()]


def setters() -> list[Any]:
    """Block, setter and names of its arguments, as the block files have them."""
    found = []
    for file in sorted(GRC.glob("*.block.yml")):
        described = yaml.safe_load(file.read_text())
        for callback in described["templates"].get("callbacks", []):
            setter, arguments = re.fullmatch(r"(\w+)\((.*)\)", callback).groups()
            block = described["id"].removeprefix("largesc_")
            names = re.findall(r"\$\{(\w+)\}", arguments)
            found.append(pytest.param(block, setter, names, id=f"{block}.{setter}"))
    return found


def made(block: str) -> Any:
    return getattr(largesc, block)()


def settle(block: Any) -> None:
    recovery = getattr(block, "recovery", block)
    if hasattr(recovery, "_chooser"):
        recovery._chooser.wait_until_settled()


def in_force(name: str, block: Any) -> str:
    settle(block)
    return repr(SETTINGS[name](block))


@pytest.mark.parametrize(("name", "setter", "arguments"), setters())
@pytest.mark.slow
def test_a_float_that_is_whole_is_the_integer(name: str, setter: str, arguments: list[str]) -> None:
    block = made(name)
    before = in_force(name, block)
    getattr(block, setter)(*(CHANGES[argument][1] for argument in arguments))
    as_given = in_force(name, block)
    getattr(block, setter)(*(CHANGES[argument][0] for argument in arguments))
    assert as_given == in_force(name, block) != before


@pytest.mark.parametrize(("name", "setter", "arguments"), setters())
def test_what_is_no_value_never_raises_and_the_one_before_stays(
    name: str, setter: str, arguments: list[str]
) -> None:
    block = made(name)
    before = in_force(name, block)
    good = [CHANGES[argument][0] for argument in arguments]
    for place, wrong in itertools.product(range(len(good)), NO_VALUES):
        if arguments[place] in ("text", "message") and isinstance(wrong, str):
            continue  # it is a value there
        if arguments[place] == "snr" and wrong == -1:
            continue
        getattr(block, setter)(*good[:place], wrong, *good[place + 1 :])
        assert in_force(name, block) == before, wrong


@pytest.mark.parametrize("name", ["uep_packetizer", "speech_transmitter"])
def test_tokens_change_together_where_slots_hold_neither_step(name: str) -> None:
    block = getattr(largesc, name)(n_primary=4, n_redundant=4, slots=[13])
    sender = getattr(block, "packetizer", block)._sender
    block.set_tokens(8, 0, 1, "repetition")
    assert (sender.settings.n_primary, sender.settings.n_redundant) == (8, 0)
    block.set_tokens(4, 5, 2, "window")  # no slot holds it
    assert sender.settings.allocation == Allocation(8, 0, 1, "repetition")


@pytest.mark.parametrize("name", ["moshi_recovery", "speech_receiver"])
def test_recovery_and_look_ahead_change_together(name: str) -> None:
    block = getattr(largesc, name)(recovery="hold", look_ahead=8)
    for recovery, look_ahead in (("lora", 2), ("hold", 8)):
        block.set_recovery_and_look_ahead(recovery, look_ahead)
        settle(block)
        strategy = getattr(block, "recovery", block)._chooser.strategy
        assert (strategy.name, strategy.settings.look_ahead) == (recovery, look_ahead)
    before = in_force(name, block)
    block.set_recovery_and_look_ahead("base", 6)
    assert in_force(name, block) == before


def test_a_refusal_is_said_once_per_kind(capfd: pytest.CaptureFixture[str]) -> None:
    channel, packetizer = largesc.erasure_channel(0.25), largesc.uep_packetizer()
    for wrong in (1.5, 2.5, "x", "y", 3.5, math.nan):
        channel.set_loss_rate(wrong)
        packetizer.set_n_primary(wrong)
    lines = capfd.readouterr().out.splitlines()
    for name in ("erasure_channel", "uep_packetizer"):
        assert len([line for line in lines if name in line]) == 2
    said = [line for line in lines if "erasure_channel" in line]
    assert (
        "set_loss_rate refused, the value before stays: loss_rate must be 0..1, not 1.5" in said[0]
    )
    assert "loss_rate must be a number 0..1, not 'x'" in said[1]


# Constructor arguments that are not what a block takes, and what the error names.
WRONG_ARGUMENTS = [
    ("erasure_channel", {"loss_rate": "x"}, "loss_rate must be a number 0..1, not 'x'"),
    ("erasure_channel", {"seed": 0.5}, "seed must be a whole number 0.."),
    ("erasure_channel", {"burst": None, "process": "gilbert"}, "burst must be a number"),
    ("erasure_channel", {"process": 5}, "process must be text, not 5"),
    ("erasure_channel", {"record": 5}, "record must be text, not 5"),
    ("mimi_decoder", {"prefetch": 1.5}, "prefetch must be a whole number 0 or more, not 1.5"),
    ("mimi_decoder", {"max_queue": True}, "max_queue must be a whole number 0 or more, not True"),
    ("mimi_decoder", {"live": "no"}, "live must be true or false, not 'no'"),
    ("mimi_decoder", {"checkpoint": 5}, "checkpoint must be text, not 5"),
    ("mimi_encoder", {"max_queue": math.nan}, "max_queue must be a whole number 0 or more"),
    ("mimi_encoder", {"silence_threshold": "x"}, "silence_threshold must be a number"),
    ("mimi_encoder", {"silence_threshold": 3.0}, "silence_threshold must be -200..0 dBFS, or"),
    ("mimi_encoder", {"live": None}, "live must be true or false, not None"),
    ("moshi_recovery", {"look_ahead": 5.4}, "look_ahead must be a whole number 0..12, not 5.4"),
    ("moshi_recovery", {"recovery": 5}, "recovery must be one of auto, zero, hold, .*, not 5"),
    ("moshi_recovery", {"top_k": "x"}, "top_k must be a whole number 0..2048, not 'x'"),
    ("moshi_recovery", {"temperature": math.nan}, "temperature must be 0 or more, not nan"),
    ("moshi_recovery", {"top_k": 2049}, "top_k must be 0..2048, not 2049"),
    ("moshi_recovery", {"prior": None}, "prior must be a number 0 or more, not None"),
    ("moshi_recovery", {"silent_after": 0.5}, "silent_after must be a whole number 0 or more"),
    ("moshi_recovery", {"fill_unsent": 2}, "fill_unsent must be true or false, not 2"),
    ("moshi_recovery", {"nearest": "x"}, "nearest must be true or false, not 'x'"),
    ("packet_modulator", {"amplitude": None}, "amplitude must be a number 0..100, not None"),
    ("packet_modulator", {"profile": 5}, "profile must be one of hf, vhf, not 5"),
    ("packet_demodulator", {"look_ahead": 0.5}, "look_ahead must be a whole number 0..1, not 0.5"),
    ("packet_network_sink", {"url": 5}, "url must be text, not 5"),
    ("packet_network_source", {"url": None}, "url must be text, not None"),
    (
        "packet_network_source",
        {"url": "udp://127.0.0.1:0", "end_with_sender": "x"},
        "end_with_sender must be true or false, not 'x'",
    ),
    ("speech_sink", {"file": 5}, "file must be text, not 5"),
    ("speech_sink", {"file": "none", "paced": "x"}, "paced must be true or false, not 'x'"),
    ("speech_source", {"file": 5}, "file must be text, not 5"),
    ("speech_source", {"repeat": "x"}, "repeat must be true or false, not 'x'"),
    ("token_origin_view", {"frames": 0.5}, "frames must be a whole number 1 or more, not 0.5"),
    ("uep_depacketizer", {"live": "no"}, "live must be true or false, not 'no'"),
    ("uep_depacketizer", {"speed": "1"}, "speed must be a number above 0 and at most 1000, not '"),
    ("uep_depacketizer", {"speed": math.inf}, "speed must be above 0 and at most 1000, not inf"),
    ("watterson_channel", {"snr": "x"}, "snr must be a number -60.0 or more, not 'x'"),
    ("watterson_channel", {"seed": 0.5}, "seed must be a whole number 0.."),
]


@pytest.mark.parametrize(("name", "arguments", "message"), WRONG_ARGUMENTS)
def test_a_wrong_argument_is_named_with_its_range(
    name: str, arguments: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        getattr(largesc, name)(**arguments)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("erasure_channel", {"loss_rate": 1, "seed": 5.0, "burst": 3}),
        ("moshi_recovery", {"look_ahead": 2.0, "top_k": 5.0, "silent_after": 6.0, "live": 0.0}),
        ("token_origin_view", {"frames": 250.0}),
    ],
)
def test_whole_floats_make_a_block(name: str, arguments: dict[str, Any]) -> None:
    getattr(largesc, name)(**arguments)
