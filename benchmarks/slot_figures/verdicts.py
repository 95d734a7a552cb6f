# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What became of every slot of profile `hf`, in each size, on the same air; as a file to replay."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from gnuradio.largesc.evaluation.channels.air import Air, Conditions
from gnuradio.largesc.radio.modem_profile import load_modem_profile
from gnuradio.largesc.radio.over_sender import OverSender
from largesc_kernels import fading_profiles
from numpy.typing import NDArray

SIZES = (7, 13, 23)
LEAD = 13  # slots before the first that counts, of the smallest size: a second, as in the judge
TAIL = 3  # slots of noise behind
SLOTS = 500  # of an over, 40 s
HOPELESS = {13: -7.0, 23: -1.0}  # dB below which a size need not be tried: no packet comes
WHITE = (-6.0, -5.0, -4.0, -3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0, 4.0, 6.0)  # dB
FADED = (-6.0, -4.0, -2.0, 0.0, 2.0, 4.0, 6.0)


class Point(NamedTuple):
    """A radio channel: fading (``none``, or a profile of docs/channels.md) and SNR, dB in 3 kHz."""

    fading: str
    snr_db: float


POINTS = [Point("none", snr) for snr in WHITE] + [Point("mpp", snr) for snr in FADED]


@dataclass(frozen=True)
class Verdicts:
    """An over on the same air in slots of each size.

    Attributes:
        point: the channel.
        came: bool ``[sizes, slots]``: that packet was believed, and right.
        snr: float32 ``[sizes, slots]``, as the modem told it with a packet that came, dB; NaN.
    """

    point: Point
    came: NDArray[np.bool_]
    snr: NDArray[np.float32]


def recorded(point: Point, over: int) -> Verdicts:
    """Sends an over in each size through modem and air."""
    both = [_one_size(point, size, over) for size in SIZES]
    return Verdicts(point, np.array([came for came, _ in both]), np.array([snr for _, snr in both]))


def _one_size(point: Point, size: int, over: int) -> tuple[NDArray[np.bool_], NDArray[np.float32]]:
    came, snr = np.zeros(SLOTS, dtype=bool), np.full(SLOTS, np.nan, dtype=np.float32)
    if point.snr_db < HOPELESS.get(size, -np.inf):
        return came, snr
    profile = load_modem_profile("hf")
    spread, delay = {one.name: (one.spread, one.delay) for one in fading_profiles()}.get(
        point.fading, (0.0, 0.0)
    )
    air = Air(Conditions(point.snr_db, spread, delay, 0.0), profile.sample_rate, 1.0, over)
    random = np.random.default_rng([over, size])
    sender = OverSender(profile.modulator(), profile.slot_samples, hang=5)
    sizes = sorted({SIZES[0], size})  # what the receiver listens for
    demodulator = profile.demodulator(sizes, second_tries=True, look_ahead=0)
    silence = int(np.random.default_rng(over).integers(profile.slot_samples))
    demodulator.push(air.pass_on(np.zeros(silence, dtype=np.complex64)))
    packets = [random.bytes(SIZES[0]) for _ in range(LEAD)]
    packets += [random.bytes(size) for _ in range(SLOTS)]
    parts = [sender.send(packet) for packet in packets] + [sender.end()]
    parts += [sender.wait() for _ in range(TAIL)]
    for part in parts:
        for slot in demodulator.push(air.pass_on(part.samples)):
            number = round((slot.start - silence) / profile.slot_samples)
            is_right = slot.accepted and 0 <= number < len(packets)
            if is_right and slot.bytes == packets[number] and number >= LEAD:
                came[number - LEAD], snr[number - LEAD] = True, slot.snr
    return came, snr


def write(path: Path, overs: list[Verdicts]) -> None:
    """Keeps them in a file: SNR in steps of half a dB."""
    np.savez_compressed(
        path,
        fading=np.array([one.point.fading for one in overs]),
        snr_db=np.array([one.point.snr_db for one in overs]),
        came=np.packbits(np.array([one.came for one in overs]), axis=-1),
        half_db=np.array(
            [np.where(one.came, np.round(2.0 * np.nan_to_num(one.snr)), 0) for one in overs]
        ).astype(np.int8),
    )


def read(path: Path) -> Iterator[Verdicts]:
    """What :func:`write` wrote."""
    with np.load(path) as kept:
        came = np.unpackbits(kept["came"], axis=-1, count=SLOTS).astype(bool)
        snr = np.where(came, kept["half_db"] / 2.0, np.nan).astype(np.float32)
        for number, fading in enumerate(kept["fading"].tolist()):
            point = Point(fading, float(kept["snr_db"][number]))
            yield Verdicts(point, came[number], snr[number])
