# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every block does its work in a second run too, and after lock, reconnection and unlock."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from gnuradio import blocks, gr, largesc
from gnuradio.largesc.link.packet_socket import open_receiver, open_sender
from gnuradio.largesc.runtime.real_time_pace import real_time_pace
from gnuradio.largesc.runtime.sample_array import array_source
from gnuradio.largesc.runtime.stream_end import SYSTEM
from largesc_kernels import hf_modulator
from pdu_flowgraph import (
    PATIENCE_S,
    PduStore,
    packet_pdu,
    post,
    python_threads,
    stop,
    token_pdu,
    wait_until,
)
from random_checkpoint import random_checkpoint
from random_token_model import TINY, write_token_model

NOISE = np.random.default_rng(0).uniform(-0.5, 0.5, 24000).astype(np.float32)


@dataclass
class Rig:
    """A block in a flowgraph.

    Attributes:
        block: what is tested.
        progress: a number that grows when the block has done its work.
        reconnect: takes a connection apart and makes it again.
        feed: gives the block something to do; without, it gets it from its stream input.
    """

    block: Any
    progress: Callable[[], int]
    reconnect: Callable[[], None]
    feed: Callable[[], object] = lambda: None


def between_messages(flowgraph: Any, block: Any, port_in: str, port_out: str, message: Any) -> Rig:
    store = PduStore()

    def reconnect() -> None:
        flowgraph.msg_disconnect(block, port_out, store, "pdus")
        flowgraph.msg_connect(block, port_out, store, "pdus")

    flowgraph.msg_connect(block, port_out, store, "pdus")
    return Rig(
        block, lambda: len(store.messages), reconnect, lambda: post(block, port_in, [message])
    )


def into_samples(flowgraph: Any, block: Any, sink: Any = None) -> Rig:
    sink = sink or blocks.vector_sink_f()

    def reconnect() -> None:
        flowgraph.disconnect(block, sink)
        flowgraph.connect(block, sink)

    flowgraph.connect(block, sink)
    return Rig(block, lambda: len(sink.data()), reconnect)


def from_samples(flowgraph: Any, block: Any, progress: Callable[[], int]) -> Rig:
    source, pace = array_source(NOISE, repeat=True), real_time_pace(10 * 24000)
    flowgraph.connect(source, pace, block)

    def reconnect() -> None:
        flowgraph.disconnect(source, pace)
        flowgraph.connect(source, pace)

    return Rig(block, progress, reconnect)


def erasure_channel(flowgraph: Any, folder: Path) -> Rig:
    block = largesc.erasure_channel(0.0)
    return between_messages(flowgraph, block, "packets", "packets", packet_pdu(b"packet"))


def recovery_at_once(flowgraph: Any, folder: Path) -> Rig:
    return between_messages(
        flowgraph, largesc.moshi_recovery("hold"), "tokens", "tokens", token_pdu(0)
    )


def recovery_in_time(flowgraph: Any, folder: Path) -> Rig:
    write_token_model(folder, random_checkpoint(), TINY)
    block = largesc.moshi_recovery("base", 0, True, str(folder))
    return between_messages(flowgraph, block, "tokens", "tokens", token_pdu(0))


def controller(flowgraph: Any, folder: Path) -> Rig:
    block = largesc.adaptive_controller()
    return between_messages(flowgraph, block, "tokens", "tokens", token_pdu(0))


def token_origin_view(flowgraph: Any, folder: Path) -> Rig:
    block = largesc.token_origin_view(10)
    frame = token_pdu(0, source=np.ones(8, np.uint8))
    return between_messages(flowgraph, block, "tokens", "picture", frame)


def network_source(flowgraph: Any, folder: Path) -> Rig:
    block = largesc.packet_network_source("udp://127.0.0.1:0")
    sender = open_sender(block.url)
    rig = between_messages(flowgraph, block, "", "packets", None)
    rig.feed = lambda: sender.send(b"packet")
    return rig


def network_sink(flowgraph: Any, folder: Path) -> Rig:
    receiver = open_receiver("udp://127.0.0.1:0")
    block = largesc.packet_network_sink(str(receiver.url))
    channel = largesc.erasure_channel(0.0)
    heard: list[Any] = []

    def reconnect() -> None:
        flowgraph.msg_disconnect(channel, "packets", block, "packets")
        flowgraph.msg_connect(channel, "packets", block, "packets")

    def feed() -> None:
        post(channel, "packets", [packet_pdu(b"packet")])
        message = receiver.receive(PATIENCE_S)
        if message is not None:
            heard.append(message)

    flowgraph.msg_connect(channel, "packets", block, "packets")
    return Rig(block, lambda: len(heard), reconnect, feed)


def encoder(flowgraph: Any, folder: Path) -> Rig:
    block, store = largesc.mimi_encoder(random_checkpoint()), PduStore()
    flowgraph.msg_connect(block, "tokens", store, "pdus")
    return from_samples(flowgraph, block, lambda: len(store.messages))


def decoder_when_taken(flowgraph: Any, folder: Path) -> Rig:
    return decoder(flowgraph, live=False)


def decoder_ahead(flowgraph: Any, folder: Path) -> Rig:
    return decoder(flowgraph, live=True)


def decoder(flowgraph: Any, live: bool) -> Rig:
    rig = into_samples(flowgraph, largesc.mimi_decoder(random_checkpoint(), 0, live))
    rig.feed = lambda: post(rig.block, "tokens", [token_pdu(0)])
    return rig


def speech_source(flowgraph: Any, folder: Path) -> Rig:
    soundfile.write(folder / "speech.wav", NOISE, 24000)
    return into_samples(flowgraph, largesc.speech_source(str(folder / "speech.wav"), repeat=True))


def speech_sink(flowgraph: Any, folder: Path) -> Rig:
    block = largesc.speech_sink(str(folder / "heard.wav"), paced=True)
    return from_samples(flowgraph, block, lambda: block.counters().get("written", 0))


def modulator(flowgraph: Any, folder: Path) -> Rig:
    rig = into_samples(flowgraph, largesc.packet_modulator(), blocks.vector_sink_c())
    rig.feed = lambda: post(rig.block, "packets", [packet_pdu(bytes(7))])
    return rig


def demodulator(flowgraph: Any, folder: Path) -> Rig:
    block, store = largesc.packet_demodulator(), PduStore()
    samples = np.concatenate([hf_modulator().modulate(bytes(7))] * 4)
    source = blocks.vector_source_c(samples.tolist(), True)
    flowgraph.connect(source, block)
    flowgraph.msg_connect(block, "packets", store, "pdus")

    def reconnect() -> None:
        flowgraph.disconnect(source, block)
        flowgraph.connect(source, block)

    return Rig(block, lambda: block.counters().get("packets", 0), reconnect)


def watterson_channel(flowgraph: Any, folder: Path) -> Rig:
    block = largesc.watterson_channel()
    flowgraph.connect(blocks.null_source(8), blocks.throttle(8, 80000.0), block)
    return into_samples(flowgraph, block, blocks.vector_sink_c())


RIGS = [
    erasure_channel,
    controller,
    recovery_at_once,
    recovery_in_time,
    token_origin_view,
    network_source,
    network_sink,
    encoder,
    decoder_when_taken,
    decoder_ahead,
    modulator,
    demodulator,
    watterson_channel,
    speech_source,
    speech_sink,
]


def check_it_works(rig: Rig) -> None:
    before = rig.progress()
    rig.feed()
    wait_until(lambda: rig.progress() > before, "the block does its work")
    if isinstance(rig.block, gr.hier_block2):
        return
    wait_until(lambda: not rig.block.nmsgs(SYSTEM), "the block has read what GNU Radio says")
    assert not rig.block.finished()


@pytest.mark.parametrize("make", RIGS)
def test_it_works_in_every_run_and_after_unlock(
    make: Callable[[Any, Path], Rig], tmp_path: Path
) -> None:
    flowgraph, threads = gr.top_block(), python_threads()
    rig = make(flowgraph, tmp_path)
    try:
        for _ in range(2):
            flowgraph.start()
            check_it_works(rig)
            flowgraph.lock()
            rig.reconnect()
            flowgraph.unlock()
            check_it_works(rig)
            stop(flowgraph)
    finally:
        stop(flowgraph)
    assert python_threads() <= threads
