# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Flowgraphs of Companion with a live modem do for latency what the commands do."""

from typing import Any

import pytest
import yaml
from example_program import EXAMPLES

SENDING = ["radio_station", "radio_transceiver", "radio_transmitter"]
PLAYING = ["network_receiver", "radio_receiver", "radio_station", "radio_transceiver"]


def blocks(flowgraph: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Blocks by name."""
    return {block["name"]: block for block in flowgraph["blocks"]}


@pytest.mark.parametrize("name", SENDING)
def test_the_modulator_follows_what_is_behind_it_up_to_the_radio(name: str) -> None:
    flowgraph = yaml.safe_load(EXAMPLES[name].read_text())
    streams = {
        begin: end for begin, port, end, _ in flowgraph["connections"] if str(port).isdecimal()
    }
    chain, made = ["modulator"], blocks(flowgraph)
    while chain[-1] in streams:
        chain.append(streams[chain[-1]])
    assert made[chain[-1]]["id"] == "largesc_radio_sink"
    snippets = [one["parameters"] for one in made.values() if one["id"] == "snippet"]
    code = [one["code"] for one in snippets if one["section"] == "main_after_init"]
    assert f"self.modulator.follow({', '.join(f'self.{block}' for block in chain[1:])})" in code


@pytest.mark.parametrize("name", PLAYING)
def test_before_a_sound_card_no_frame_is_kept_in_hand(name: str) -> None:
    made = blocks(yaml.safe_load(EXAMPLES[name].read_text()))
    assert made["receiver"]["parameters"]["prefetch"] == '0 if output == "" else 1'
