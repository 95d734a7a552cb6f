# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rests through the blocks: what each tells the next, and what it refuses."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from gnuradio import blocks, gr, largesc
from gnuradio.largesc.codec.comfort_noise import ComfortNoise
from gnuradio.largesc.frame.background import Background
from gnuradio.largesc.runtime import pdu
from pdu_flowgraph import PduStore, packet_pdu, post, run_to_end, stop, token_pdu, tokens_of
from random_checkpoint import random_checkpoint

HISS = np.array([20, 6, 4], dtype=np.uint8)
SILENT = np.full(8, 5, dtype=np.uint8)
NO_BACKGROUND: list[Any] = ["hiss", 20, HISS[:2], HISS.astype(np.int16), HISS * 2]


@pytest.fixture
def top() -> Iterator[gr.top_block]:
    flowgraph = gr.top_block()
    yield flowgraph
    stop(flowgraph)


def stored(top: gr.top_block, block: Any, port: str) -> PduStore:
    store = PduStore()
    top.msg_connect(block, port, store, "pdus")
    return store


def test_encoder_tells_what_is_heard_in_pauses(top: gr.top_block) -> None:
    noise = np.random.default_rng(1).standard_normal(20 * 1920) * 10 ** (-60 / 20)
    source = blocks.vector_source_f(noise.tolist(), False)
    encoder = largesc.mimi_encoder(random_checkpoint(), rest=True)
    top.connect(source, encoder)
    store = stored(top, encoder, "tokens")
    run_to_end(top)
    told = [value for value in store.meta("background") if value is not None]
    assert len(told) == encoder.counters()["silent"] > 4
    assert told[-1].tolist()[0] == 16  # -60 dBFS
    assert [value is None for value in store.meta("background")] == [
        value is None for value in store.meta("silence")
    ]


def test_packetizer_sends_few_packets_of_a_rest(top: gr.top_block) -> None:
    packetizer = largesc.uep_packetizer(n_primary=4)
    store = stored(top, packetizer, "packets")
    quiet = [token_pdu(n, silence=True, background=HISS) for n in range(1, 20)]
    wrong = [token_pdu(1, silence=True, background=value) for value in NO_BACKGROUND]
    post(packetizer, "tokens", [token_pdu(0), *wrong, *quiet, token_pdu(20), pdu.end_marker(21)])
    run_to_end(top)
    said = [largesc.packet_codec().parse(bytes(data)) for data in store.vectors()]
    assert [one.sequence for one in said] == [0, 1, 3, 6, 16, 20]
    assert said[1].resting == largesc.rest(0, largesc.background(20, 6, 4))
    assert store.meta("packet_bits") == [56, 32, 32, 32, 32, 56]
    counts = packetizer.counters()
    assert (counts["packets"], counts["rested"], counts["silent"]) == (6, 15, 19)
    assert counts["malformed"] == len(NO_BACKGROUND)
    assert "errors" not in counts


def test_depacketizer_tells_what_is_to_be_heard_and_misses_nothing(top: gr.top_block) -> None:
    depacketizer = largesc.uep_depacketizer(look_ahead=0)
    store = stored(top, depacketizer, "tokens")
    codec = largesc.packet_codec()
    resting = largesc.packet(1, resting=largesc.rest(0, largesc.background(20, 6, 4)))
    speech = [codec.pack(largesc.packet(n, tokens_of(n).tolist())) for n in (0, 5)]
    wrong = packet_pdu(codec.pack(resting) + b"\0")
    arrivals = [packet_pdu(data) for data in (speech[0], codec.pack(resting), speech[1])]
    post(depacketizer, "packets", [wrong, *arrivals, pdu.end_marker(6)])
    run_to_end(top)
    told = [None if one is None else one.tolist() for one in store.meta("background")]
    assert told == [None, *[HISS.tolist()] * 4, None]
    assert [one[0] for one in store.meta("source")] == [1, 5, 5, 5, 5, 1]
    counts = depacketizer.counters()
    assert (counts["rested"], counts["lost"], counts["malformed"]) == (2, 1, 1)  # 3 was expected


def played(
    top: gr.top_block, told: list[Any], **settings: Any
) -> tuple[np.ndarray, dict[str, int]]:
    decoder, sink = largesc.mimi_decoder(random_checkpoint(), **settings), blocks.vector_sink_f()
    top.connect(decoder, sink)
    post(decoder, "tokens", [*told, pdu.end_marker(2)])
    run_to_end(top)
    return np.array(sink.data()), decoder.counters()


def test_decoder_plays_what_is_to_be_heard() -> None:
    quiet = [token_pdu(n, [-1] * 8, source=SILENT, background=HISS) for n in range(2)]
    wrong = [token_pdu(0, [-1] * 8, background=value) for value in NO_BACKGROUND]
    digital, _ = played(gr.top_block(), quiet, comfort_noise=False)
    heard, counts = played(gr.top_block(), [*wrong, *quiet])
    comfort = ComfortNoise(1920)
    noise = np.concatenate([comfort.push(True, Background(*HISS.tolist())) for _ in range(2)])
    np.testing.assert_allclose(heard - digital, noise, atol=1e-6)
    assert counts == {"frames": 2, "malformed": len(NO_BACKGROUND)}
