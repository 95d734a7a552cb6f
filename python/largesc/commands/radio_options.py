# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the commands of radios share: defaults of the link, and words for what a radio does."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from ..radio.iq_recording import ARCHIVE, recorded_files
from ..radio.modem_profile import load_modem_profile
from ..radio.radio_settings import RadioSettings
from ..radio.talk_key import Manner
from ..speech_link.settings import ReceiverSettings, SenderSettings
from .listen import check_recording
from .outputs import check_outputs
from .terminal import say

if TYPE_CHECKING:
    from ..flowgraphs.radio_flowgraphs import ReceivingPart, TransmittingPart

RADIO_HELP = (
    "soapy:driver=hackrf, uhd:type=b200, iio:ip:192.168.2.1 (Pluto), sound:hw:1 (SSB transceiver), "
    "zmq:tcp://HOST:PORT, or a file NAME.sigmf-meta."
)
KeyOption = Annotated[
    str,
    typer.Option(
        metavar="[open|voice|enter]",
        help="When it talks: open, always, in half duplex when nobody else does; voice, while "
        "there is one (so the microphone in half duplex); enter, from one stroke of the Enter "
        "key to the next.",
    ),
]
ThresholdOption = Annotated[float, typer.Option(help="dBFS, from which on there is a voice.")]
MANNERS: dict[str, Manner] = {"open": "open", "voice": "voice", "enter": "press"}
# The modem knows itself what it could not decode; docs/modem.md.
SENDER = SenderSettings(announce=True)
RECEIVER = ReceiverSettings(check="none")


def in_slots(sender: SenderSettings, radio: RadioSettings) -> SenderSettings:
    """The sender's settings with the slots of the modem, unless some of them are chosen, and with
    what is known of their losses.

    Raises:
        ValueError: a slot that the modem does not have.
    """
    modem = load_modem_profile(radio.modem)
    sizes, losses = modem.sizes, modem.slot_losses
    if not sender.slots:
        return sender.changed(slots=sizes, slot_losses=losses)
    if not set(sender.slots) <= set(sizes):
        allowed, given = (",".join(map(str, some)) for some in (sizes, sender.slots))
        raise ValueError(f"--slots must be some of {allowed} with modem {radio.modem}, not {given}")
    return sender.changed(slot_losses=losses)


def files_of(radio: str) -> list[Path]:
    """Both files of a radio that is a recording, as it is written; none of any other.

    Raises:
        ValueError: no kind of radio.
    """
    path = _recording_at(radio)
    return [] if path is None else list(recorded_files(path))


def files_read(radio: str) -> list[Path]:
    """Files of a radio that is a recording, as it is read: an archive is one file more.

    Raises:
        ValueError: no kind of radio.
    """
    path = _recording_at(radio)
    return [*([path] if path is not None and path.suffix == ARCHIVE else []), *files_of(radio)]


def _recording_at(radio: str) -> Path | None:
    from ..radio.front_ends.opening import kind_of
    from ..radio.front_ends.sigmf_file import SigmfFrontEnd, recording_path

    kind, address = kind_of(radio)
    return recording_path(address) if kind is SigmfFrontEnd else None


def check_files(
    read: list[Path],
    target: Path | None,
    record: Path | None,
    report: Path | None,
    sent: Sequence[Path] = (),
) -> None:
    """Checks what a receiving command writes.

    Args:
        read: what it reads.
        target, record, report: as given.
        sent: files of the recording that it sends into.

    Raises:
        AudioFileError: see check_recording and check_outputs.
    """
    check_recording(target, read, report)
    recorded = [] if record is None else recorded_files(record)
    check_outputs(read=read, others=[target, report, *recorded, *sent])


def checked_key(key: str, threshold: float, talks_by_voice: bool) -> tuple[Manner, float]:
    """Both options.

    Args:
        key, threshold: as given.
        talks_by_voice: unless the key is given.

    Raises:
        ValueError: one is none.
    """
    key = key or ("voice" if talks_by_voice else "open")
    if key not in MANNERS:
        raise ValueError(f"--key must be one of {', '.join(MANNERS)}, not {key!r}")
    if not -200.0 <= threshold <= 0.0:
        raise ValueError(f"--threshold must be -200..0, not {threshold}")
    return MANNERS[key], threshold


def struck_by_enter(sending: "TransmittingPart", console: Console) -> Callable[[], bool]:
    """From now on lines from the terminal strike the key, if it is that kind of key.

    Where no line can come any more, the key goes up for good, and that is said.

    Returns:
        Whether it is up for good: nothing will be sent any more.
    """
    gate, lines, ended = sending.gate, sys.stdin, Event()
    if gate is None or gate.manner != "press":
        return ended.is_set

    def listen() -> None:
        for _ in lines or ():  # None: closed from the beginning
            gate.strike()
        gate.set_pressed(False)
        say(console, "no Enter key any more, standard input has ended: nothing is sent from now on")
        ended.set()

    Thread(target=listen, daemon=True).start()
    return lambda: ended.is_set() and not gate.is_down


def sending_status(sending: "TransmittingPart") -> str:
    """What went out, and what could not."""
    counters = sending.counters()
    modulator, radio = counters["modulator"], counters["transmitter"]
    overs = modulator.get("overs", 0)
    said = "1 over" if overs == 1 else f"{overs} overs"
    parts = [f"{modulator.get('packets', 0)} packets sent in {said}"]
    for count, what in (
        (modulator.get("oversize", 0), "packets that no slot holds"),
        (modulator.get("left_out", 0), "packets left out for announcements"),
        (modulator.get("dropped", 0), "packets dropped: they came too late for slots"),
        (counters["encoder"].get("dropped", 0), "frames dropped: the machine is too slow"),
        (counters["encoder"].get("errors", 0), "frames on which the model failed"),
        (radio.get("underruns", 0), "underruns"),
        (radio.get("unsent", 0), "samples unsent"),
        (counters.get("key", {}).get("failures", 0), "failures of the key"),
        (counters.get("key", {}).get("too_long", 0), "overs cut by --ptt-limit"),
    ):
        if count:
            parts.append(f"{count} {what}")
    return ", ".join([*parts, *_fault(sending.fault())])


def receiving_status(listening: "ReceivingPart") -> str:
    """The signal, and what the radio lost."""
    snr, offset = listening.snr(), listening.offset()
    parts = ["in sync" if listening.in_sync() else "no signal"]
    if snr is not None and offset is not None:
        parts.append(f"{snr:.0f} dB, {offset:+.0f} Hz")
    radio = listening.counters()["radio"]
    if radio.get("gaps", 0):
        parts.append(f"{radio['gaps']} gaps: {radio.get('lost_samples', 0)} samples lost")
    if radio.get("held_up", 0):
        parts.append(f"{radio['held_up']} samples dropped: the machine is too slow")
    return ", ".join([*parts, *_fault(listening.fault())])


def _fault(why: str) -> list[str]:
    return [f"RADIO OUT OF ORDER ({why})"] if why else []
