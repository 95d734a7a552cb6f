# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""``largesc encode`` and ``largesc decode``: speech as a file of packets."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import typer
from numpy.typing import NDArray
from rich.console import Console

from ..audio.input_file import STANDARD_INPUT
from ..audio.output_file import naming
from ..frame.tokens import FRAME_RATE
from ..link.packet_file import PacketFileReader
from ..link.part_file import part_of
from ..speech_link.settings import ReceiverSettings, SenderSettings
from .figures import FiguresOption, write_figures
from .link_options import naming_options, option_settings, with_link_options
from .listen import NOTHING_UNDERSTOOD
from .outputs import check_outputs
from .progress import speech_progress
from .reception import reception_of, why_nothing
from .simulate import token_shares
from .terminal import FoldingTable, pairs_table, say, say_notices, terminal

if TYPE_CHECKING:
    from ..speech_link.file_coding import FileDecoder


@with_link_options()
def encode_command(
    source: Annotated[Path, typer.Argument(metavar="IN", help="Speech: any audio file.")],
    target: Annotated[Path, typer.Argument(metavar="FILE", help="Packets, to be written.")],
    report: FiguresOption = None,
    *,
    sender: SenderSettings = SenderSettings(),
) -> None:
    """Encodes speech into a file of packets."""
    from ..audio.speech_file import SAMPLE_RATE, read_speech
    from ..speech_link.file_coding import encode_file
    from ..speech_link.link_sender import check_sender

    console = terminal(to_stderr=True)
    part = part_of(target)
    older = [part] if part is not None and part.exists() else []  # it will be written over
    check_outputs(read=[source], others=[target, report, *older])
    with naming_options(option_settings(SenderSettings)):
        check_sender(sender)
    speech = read_speech(source)
    say_notices(console, source.name, speech.notices)
    seconds = len(speech.pcm) / SAMPLE_RATE
    try:
        with naming(target), speech_progress("encoding", seconds, console) as progress:
            figures = encode_file(speech.pcm, target, sender, progress)
    except KeyboardInterrupt:
        if part is not None and part.exists():
            say(console, f"interrupted: what is encoded is in {part}")
        raise
    if figures["notice"]:
        say(console, figures["notice"])
    write_figures(report, figures)
    console.print(_encoded_table(figures))


@with_link_options("check", "checkpoint")
def decode_command(
    source: Annotated[Path, typer.Argument(metavar="FILE", help="Packets.")],
    target: Annotated[Path, typer.Argument(metavar="OUT", help="Speech: a WAV file.")],
    checkpoint: Annotated[
        str, typer.Option(help="Model, if it is not embedded: a name or a folder.")
    ] = "",
    report: FiguresOption = None,
    *,
    receiver: ReceiverSettings = ReceiverSettings(),
) -> None:
    """Decodes a file of packets into speech.

    Exit status 1 if none of its packets could be understood.
    """
    from ..audio.speech_file import SAMPLE_RATE, write_speech_pieces
    from ..speech_link.file_coding import FileDecoder

    console = terminal(to_stderr=True)
    check_outputs(read=[source], sounds=[target], others=[report])
    with PacketFileReader(_opened(source)) as file:
        decoder = FileDecoder(file, receiver, checkpoint)
        frames = file.header.frames
        seconds = None if frames is None else frames / FRAME_RATE
        with speech_progress("decoding", seconds, console) as progress:
            samples = write_speech_pieces(target, _watched(decoder, progress))
        figures = decoder.report() | {"seconds_of_audio": samples / SAMPLE_RATE}
    if figures["truncated"]:
        cut = f"cut short after {figures['frames']} frames; what is there is decoded"
        say(console, f"{source.name}: {cut}")
    elif frames is None:
        why = "the writer was interrupted or wrote to a pipe"
        say(console, f"{source.name}: does not tell how much there is ({why}): there may be more")
    write_figures(report, figures)
    console.print(_decoded_table(figures))
    _end_of_decoding(decoder, console)


def _end_of_decoding(decoder: "FileDecoder", console: Console) -> None:
    """Ends the command with status 1 and the reason if nothing could be understood."""
    counters = {
        "depacketizer": decoder.report()["packets"],
        "network": {"received": decoder.packets},
    }
    reason = why_nothing(reception_of(counters), "auto")  # the file tells which check it has
    if reason:
        say(console, f"largesc: {reason}")
        raise typer.Exit(NOTHING_UNDERSTOOD)


def _opened(source: Path) -> Path:
    """Standard input has a name in the file system, too."""
    return Path("/dev/stdin") if source == STANDARD_INPUT else source


def _watched(
    decoder: "FileDecoder", progress: Callable[[float], None]
) -> Iterator[NDArray[np.float32]]:
    for pcm in decoder:
        yield pcm
        if decoder.frames % int(FRAME_RATE) == 0:
            progress(decoder.frames / FRAME_RATE)
    progress(decoder.frames / FRAME_RATE)


def _encoded_table(figures: dict[str, Any]) -> FoldingTable:
    silent = f", {figures['silent']} frames silent" if figures["silent"] else ""
    silent += f" ({figures['rested']} without packet)" if figures["rested"] else ""
    return pairs_table(
        {
            "speech": f"{figures['seconds_of_audio']:.1f} s, {figures['packets']} packets{silent}",
            "bits on the air": f"{figures['packet_bps']:.0f} bit/s",
            "of which tokens": f"{figures['token_bps']:.0f} bit/s",
            "size of the file": f"{figures['file_bytes']} bytes",
            "codec": f"{figures['checkpoint']}, fingerprint {figures['codec']}",
        }
    )


def _decoded_table(figures: dict[str, Any]) -> FoldingTable:
    packets = figures["packets"]
    return pairs_table(
        {
            "speech": f"{figures['seconds_of_audio']:.1f} s",
            "packets": f"{packets['received']}, lost {packets['lost']}",
            "tokens": token_shares(figures["tokens"]),
            "codec": f"{figures['checkpoint']}, fingerprint {figures['codec']}",
        }
    )
