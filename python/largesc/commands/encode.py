# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""``largesc encode`` and ``largesc decode``: speech as a file of packets."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import typer
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from ..frame.tokens import FRAME_RATE
from ..link.packet_file import PacketFileReader
from ..speech_link.settings import ReceiverSettings, SenderSettings
from .link_options import with_link_options
from .progress import speech_progress
from .simulate import token_shares

if TYPE_CHECKING:
    from ..speech_link.file_coding import FileDecoder

ReportOption = Annotated[
    Path | None, typer.Option("--json", metavar="FILE", help="Write the figures there.")
]


@with_link_options()
def encode_command(
    source: Annotated[Path, typer.Argument(metavar="IN", help="Speech: any audio file.")],
    target: Annotated[Path, typer.Argument(metavar="FILE", help="Packets, to be written.")],
    report: ReportOption = None,
    *,
    sender: SenderSettings = SenderSettings(),
) -> None:
    """Encodes speech into a file of packets."""
    from ..audio.speech_file import SAMPLE_RATE, read_speech
    from ..speech_link.file_coding import encode_file

    console = Console(stderr=True)
    speech = read_speech(source)
    for notice in speech.notices:
        console.print(f"{source.name}: {notice}", highlight=False, soft_wrap=True)
    with speech_progress("encoding", len(speech.pcm) / SAMPLE_RATE, console) as progress:
        figures = encode_file(speech.pcm, target, sender, progress)
    _write_report(report, figures)
    console.print(_encoded_table(figures))


@with_link_options("check", "checkpoint")
def decode_command(
    source: Annotated[Path, typer.Argument(metavar="FILE", help="Packets.")],
    target: Annotated[Path, typer.Argument(metavar="OUT", help="Speech: a WAV file.")],
    checkpoint: Annotated[
        str, typer.Option(help="Model, if it is not embedded: a name or a folder.")
    ] = "",
    report: ReportOption = None,
    *,
    receiver: ReceiverSettings = ReceiverSettings(),
) -> None:
    """Decodes a file of packets into speech."""
    from ..audio.speech_file import SAMPLE_RATE, write_speech_pieces
    from ..speech_link.file_coding import FileDecoder

    console = Console(stderr=True)
    with PacketFileReader(source) as file:
        decoder = FileDecoder(file, receiver, checkpoint)
        frames = file.header.frames
        seconds = None if frames is None else frames / FRAME_RATE
        with speech_progress("decoding", seconds, console) as progress:
            samples = write_speech_pieces(target, _watched(decoder, progress))
        figures = decoder.report() | {"seconds_of_audio": samples / SAMPLE_RATE}
    if figures["truncated"]:
        console.print(
            f"{source.name}: cut short after {figures['frames']} frames; what is there is decoded",
            highlight=False,
            soft_wrap=True,
        )
    _write_report(report, figures)
    console.print(_decoded_table(figures))


def _watched(
    decoder: "FileDecoder", progress: Callable[[float], None]
) -> Iterator[NDArray[np.float32]]:
    for pcm in decoder:
        yield pcm
        if decoder.frames % int(FRAME_RATE) == 0:
            progress(decoder.frames / FRAME_RATE)


def _write_report(path: Path | None, figures: dict[str, Any]) -> None:
    if path is not None:
        path.write_text(json.dumps(figures, indent=2) + "\n")


def _encoded_table(figures: dict[str, Any]) -> Table:
    table = Table(show_header=False, box=None)
    table.add_row("speech", f"{figures['seconds_of_audio']:.1f} s, {figures['packets']} packets")
    table.add_row("bits on the air", f"{figures['packet_bps']:.0f} bit/s")
    table.add_row("of which tokens", f"{figures['token_bps']:.0f} bit/s")
    table.add_row("size of the file", f"{figures['file_bytes']} bytes")
    table.add_row("codec", f"{figures['checkpoint']}, fingerprint {figures['codec']}")
    return table


def _decoded_table(figures: dict[str, Any]) -> Table:
    table = Table(show_header=False, box=None)
    packets = figures["packets"]
    table.add_row("speech", f"{figures['seconds_of_audio']:.1f} s")
    table.add_row("packets", f"{packets['received']}, lost {packets['lost']}")
    table.add_row("tokens", token_shares(figures["tokens"]))
    table.add_row("codec", f"{figures['checkpoint']}, fingerprint {figures['codec']}")
    return table
