# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the recording that ships in examples/recordings: an over as a receiver hears it.

    python benchmarks/radio_recording.py examples/recordings/short-wave.sigmf-meta

Speech through `transmit`, a short-wave channel that fades, an offset, and `receive`, which
annotates every packet. The same arguments make the same samples.
"""

import json
import tempfile
from pathlib import Path
from typing import Annotated

import matplotlib.pyplot as plt
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


def draw(recording: Path, path: Path) -> None:
    """The recording's spectrum over time, and what became of each slot."""
    about, data = recorded_files(recording)
    notes = json.loads(about.read_text())["annotations"]
    samples = np.fromfile(data, dtype=np.complex64)
    figure, (above, below) = plt.subplots(
        2, 1, sharex=True, figsize=(9, 4.5), height_ratios=(3, 1), layout="constrained"
    )
    above.specgram(samples, NFFT=256, noverlap=192, Fs=8000, vmin=-110, vmax=-60)
    above.set_ylabel("Hz")
    for verdict, colour in (
        ("certain", "tab:green"),
        ("believed", "tab:olive"),
        ("refused", "tab:red"),
    ):
        chosen = [note for note in notes if note["largesc:verdict"] == verdict]
        begins = [note["core:sample_start"] / 8000 for note in chosen]
        snr = [note["largesc:snr_db"] for note in chosen]
        below.bar(begins, np.array(snr) + 20, 0.076, -20, align="edge", color=colour, label=verdict)
    below.set_ylim(-20, 22)
    below.set_ylabel("SNR (dB)")
    below.set_xlabel("seconds")
    below.legend(ncols=3, loc="upper center", fontsize=8)
    figure.savefig(path, dpi=100)


def main(
    target: Annotated[Path, typer.Argument(metavar="FILE")],
    text: Annotated[str, typer.Option(help="Callsign.")] = "N0CALL",
    fading: Annotated[str, typer.Option(help="See Watterson Channel.")] = "mid-moderate",
    snr: Annotated[float, typer.Option(help="dB in 3 kHz.")] = 6.0,
    offset: Annotated[float, typer.Option(help="Hz.")] = 37.0,
    frequency: Annotated[float, typer.Option(help="Hz.")] = 14.2365e6,
    seed: int = 3,
    picture: Annotated[Path | None, typer.Option(help="PNG of it.")] = None,
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
        if picture is not None:
            draw(target, picture)
        print(flowgraph.listening.counters()["demodulator"], flowgraph.listening.report())


if __name__ == "__main__":
    typer.run(main)
