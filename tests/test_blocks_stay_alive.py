# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""GNU Radio keeps no Python block alive: what is put together from them must, or it crashes."""

import gc
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import pytest
import soundfile
from gnuradio import largesc
from gnuradio.gr.gateway import gateway_block
from gnuradio.largesc.flowgraphs.live_listener import ListenSettings, live_listener
from gnuradio.largesc.flowgraphs.live_sender import SendSettings, live_sender
from random_checkpoint import random_checkpoint


@pytest.fixture
def made() -> Iterator[list[Any]]:
    """Weak references to the Python blocks that are made, with their names."""
    references: list[Any] = []
    begin = gateway_block.__init__

    def recorded(self: Any, *arguments: Any, **named: Any) -> None:
        begin(self, *arguments, **named)
        references.append((type(self).__name__, weakref.ref(self)))

    with mock.patch.object(gateway_block, "__init__", recorded):
        yield references


def speech_file(folder: Path) -> str:
    path = folder / "speech.wav"
    soundfile.write(path, np.zeros(24000), 24000)
    return str(path)


def source(folder: Path) -> Any:
    return largesc.speech_source(speech_file(folder))


def sink(folder: Path) -> Any:
    return largesc.speech_sink(str(folder / "heard.wav"), paced=True)


def sink_to_nowhere(folder: Path) -> Any:
    return largesc.speech_sink("none", paced=True)


def transmitter(folder: Path) -> Any:
    return largesc.speech_transmitter(random_checkpoint())


def receiver(folder: Path) -> Any:
    return largesc.speech_receiver(random_checkpoint(), live=True)


def sender(folder: Path) -> Any:
    return live_sender(SendSettings("udp://127.0.0.1:9"), np.zeros(24000, np.float32))


def listener(folder: Path) -> Any:
    return live_listener(ListenSettings("udp://127.0.0.1:0", str(folder / "heard.wav")))


MAKERS = [source, sink, sink_to_nowhere, transmitter, receiver, sender, listener]


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.slow
def test_all_blocks_inside_live_as_long_as_what_holds_them(
    make: Callable[[Path], Any], made: list[Any], tmp_path: Path
) -> None:
    whole = make(tmp_path)
    gc.collect()
    assert made
    assert [name for name, reference in made if reference() is None] == []
    del whole
