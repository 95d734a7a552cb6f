# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Simulation: nothing is lost, and little waits, whichever model is the slow one."""

import time
from functools import cache
from typing import Any

import numpy as np
import pytest
from gnuradio import blocks, gr
from gnuradio.largesc.flowgraphs import simulation
from gnuradio.largesc.flowgraphs.simulation import SimulationSettings, simulate
from gnuradio.largesc.runtime.backlog_gate import backlog_gate
from gnuradio.largesc.runtime.sample_array import array_sink, array_source
from pdu_flowgraph import run_to_end
from random_checkpoint import random_checkpoint, speech_like
from simulation_settings import simulation as simulation_settings

CAP, FRAMES = 12, 100
# What may come on top after the gate's last look: stream buffers before the encoder (4096 samples
# are 3 frames, at both ends of the gate) and its own queue.
IN_BUFFERS = 30


@cache
def undisturbed(loss_rate: float) -> tuple[np.ndarray, SimulationSettings, np.ndarray]:
    """Speech, settings, and what comes out if no model is slow."""
    pcm = speech_like(FRAMES, seed=1)
    settings = simulation_settings(loss_rate=loss_rate, seed=4, checkpoint=random_checkpoint())
    return pcm, settings, simulate(pcm, settings).pcm


@pytest.mark.slow
@pytest.mark.parametrize("loss_rate", [0.0, 0.5])
@pytest.mark.parametrize("slow", ["encode", "decode"])
def test_backlog_stays_small_and_the_output_the_same(monkeypatch, slow, loss_rate):
    pcm, settings, expected = undisturbed(loss_rate)
    monkeypatch.setattr(simulation, "MAX_BACKLOG", CAP)
    flowgraphs = []
    made = simulation._LinkFlowgraph

    def make_slow(*arguments: Any) -> Any:
        flowgraph = made(*arguments)
        block = flowgraph.transmitter.encoder if slow == "encode" else flowgraph.receiver.decoder
        call = getattr(block._codec, slow)
        setattr(block._codec, slow, lambda x: (time.sleep(0.01), call(x))[1])
        flowgraphs.append(flowgraph)
        return flowgraph

    monkeypatch.setattr(simulation, "_LinkFlowgraph", make_slow)
    result = simulate(pcm, settings)
    np.testing.assert_array_equal(result.pcm, expected)
    assert result.report["blocks"]["encoder"] == {"frames": FRAMES + 1}
    assert result.report["blocks"]["decoder"] == {"frames": FRAMES + 1}
    assert result.report["highest_backlog"] <= CAP + IN_BUFFERS
    if slow == "decode":
        assert result.report["highest_backlog"] >= CAP, "the gate had nothing to do"
    assert flowgraphs[0].backlog() == 0


@pytest.mark.slow
def test_everything_lost_does_not_stop_the_gate(monkeypatch):
    monkeypatch.setattr(simulation, "MAX_BACKLOG", 1)
    pcm = speech_like(40, seed=2)
    result = simulate(pcm, simulation_settings(loss_rate=1.0, checkpoint=random_checkpoint()))
    assert len(result.pcm) == len(pcm)


def test_gate_passes_everything_in_order_and_waits_while_much_is_behind_it():
    samples = np.random.default_rng(0).standard_normal(50_000).astype(np.float32)
    answers = iter([0, 3, 3, 2, 7, 0])
    source, sink = array_source(samples), array_sink(len(samples))
    gate = backlog_gate(lambda: next(answers, 0), 3)
    flowgraph = gr.top_block()
    flowgraph.connect(source, gate, sink)
    run_to_end(flowgraph)
    np.testing.assert_array_equal(sink.samples(), samples)
    assert gate.highest_backlog == 7


@pytest.mark.parametrize("length", [0, 1, 4095, 30_000])
def test_array_source_adds_silence_and_begins_anew(length):
    samples = np.random.default_rng(1).standard_normal(length).astype(np.float32)
    source, sink = array_source(samples, silence_behind=240), array_sink(length + 500)
    flowgraph = gr.top_block()
    flowgraph.connect(source, sink)
    for _ in range(2):
        run_to_end(flowgraph)
        np.testing.assert_array_equal(sink.samples(), np.pad(samples, (0, 240)))


def test_array_source_repeats_and_the_sink_forgets_what_is_too_much():
    samples = np.arange(7, dtype=np.float32)
    source, sink = array_source(samples, repeat=True), array_sink(1000)
    flowgraph = gr.top_block()
    head = blocks.head(gr.sizeof_float, 20_000)
    flowgraph.connect(source, head, sink)
    run_to_end(flowgraph)
    np.testing.assert_array_equal(sink.samples(), np.arange(1000) % 7)
