# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the recording that ships in examples/recordings: an over as a receiver hears it.

    python benchmarks/radio_recording.py examples/recordings/short-wave.sigmf-meta

Speech through `transmit`, a short-wave channel that fades, an offset, and `receive`, which
annotates every packet. The same arguments make the same samples.
"""

import tempfile
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from gnuradio import blocks, gr, largesc
from gnuradio.largesc.audio.speech_file import read_speech
from gnuradio.largesc.flowgraphs.radio_flowgraphs import (
    ReceiveSettings,
    TransmitSettings,
    radio_receiver,
    radio_transmitter,
)
from gnuradio.largesc.radio.iq_recording import IqRecording, recorded_files
from gnuradio.largesc.radio.modem_profile import load_modem_profile
from gnuradio.largesc.radio.radio_settings import RadioSettings
from gnuradio.largesc.speech_link.settings import ReceiverSettings, SenderSettings
from numpy.typing import NDArray

Samples = NDArray[np.complex64]
SPEECH = Path(largesc.__file__).parent / "audio" / "verification.flac"
AMPLITUDE = 0.05
SILENCE_S = 0.75


def sent(text: str, folder: Path) -> Samples:
    """An over of speech, its amplitude AMPLITUDE."""
    path, modem = folder / "sent.sigmf-meta", load_modem_profile("hf")
    sender = SenderSettings(
        announce=True, text=text, session=20, n_primary=4, n_redundant=4, slots=modem.sizes
    )
    radio = RadioSettings(amplitude=AMPLITUDE)
    flowgraph = radio_transmitter(
        TransmitSettings(str(path), sender, radio=radio), read_speech(SPEECH).pcm
    )
    flowgraph.run_until(lambda: False)
    return np.fromfile(recorded_files(path)[1], dtype=np.complex64)


def through(samples: Samples, fading: str, snr: float, offset: float, seed: int) -> Samples:
    """The same with silence around it, off the middle, faded, in noise."""
    silence = np.zeros(round(SILENCE_S * 8000), dtype=np.complex64)
    whole = np.concatenate([silence, samples, silence])
    whole *= np.exp(2j * np.pi * offset / 8000 * np.arange(len(whole)))
    flowgraph, out = gr.top_block(), blocks.vector_sink_c()
    channel = largesc.watterson_channel(fading, snr, seed, 8000, AMPLITUDE)
    flowgraph.connect(blocks.vector_source_c(whole.tolist()), channel, out)
    flowgraph.run()
    return np.array(out.data(), dtype=np.complex64)


def main(
    target: Annotated[Path, typer.Argument(metavar="FILE")],
    text: Annotated[str, typer.Option(help="Callsign.")] = "N0CALL",
    fading: Annotated[str, typer.Option(help="See Watterson Channel.")] = "mid-moderate",
    snr: Annotated[float, typer.Option(help="dB in 3 kHz.")] = 6.0,
    offset: Annotated[float, typer.Option(help="Hz.")] = 37.0,
    frequency: Annotated[float, typer.Option(help="Hz.")] = 14.2365e6,
    seed: int = 3,
) -> None:
    """Makes a recording of an over."""
    with tempfile.TemporaryDirectory(prefix="largesc-") as name:
        folder = Path(name)
        plain = folder / "received"
        recording = IqRecording(plain, 8000, frequency)
        recording.write(through(sent(text, folder), fading, snr, offset, seed))
        recording.close()
        settings = ReceiveSettings(
            str(recorded_files(plain)[0]),
            receiver=ReceiverSettings(check="none", recovery="hold"),
            radio=RadioSettings(frequency=frequency),
            record=target,
        )
        flowgraph = radio_receiver(settings)
        flowgraph.run_until(lambda: False)
        print(flowgraph.listening.counters()["demodulator"], flowgraph.listening.report())


if __name__ == "__main__":
    typer.run(main)
