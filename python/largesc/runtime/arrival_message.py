# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""A packet PDU as an arrival: bytes and what the radio or network said of them."""

from typing import Any

import numpy as np
import pmt

from ..frame.report import MOST_SNR
from ..link.arrival import Arrival
from . import pdu

TIME, SNR = pmt.intern("time"), pmt.intern("snr")
CRC_OK, SOFT = pmt.intern("crc_ok"), pmt.intern("soft")
BEHIND = pmt.intern("behind")


def read_arrival(received: pdu.Pdu) -> Arrival:
    """The arrival that a packet PDU is.

    Metadata, each of which may be missing: ``time`` (s), ``snr`` (dB in 3 kHz), ``crc_ok`` (the
    check of the layer below), ``soft`` (f32vector, a log-likelihood ratio per bit), ``behind`` (s,
    by which a modem found it later than its slot allowed).

    Raises:
        PduError: no u8vector, or metadata of another kind.
    """
    data = pdu.read_packet(received.vector)
    verdict = pmt.dict_ref(received.meta, CRC_OK, pmt.PMT_NIL)
    if not pmt.is_null(verdict) and not pmt.is_bool(verdict):
        raise pdu.PduError("crc_ok is neither true nor false")
    return Arrival(
        data,
        time=_number(received.meta, TIME),
        snr=_snr(received.meta),
        verdict=None if pmt.is_null(verdict) else bool(pmt.to_bool(verdict)),
        soft=_soft(received.meta, len(data)),
        behind=_behind(received.meta),
    )


def _number(meta: Any, key: Any) -> float | None:
    value = pmt.dict_ref(meta, key, pmt.PMT_NIL)
    if pmt.is_null(value):
        return None
    if not (pmt.is_real(value) or pmt.is_integer(value)) or not np.isfinite(pmt.to_double(value)):
        raise pdu.PduError(f"{pmt.symbol_to_string(key)} is no number")
    return float(pmt.to_double(value))


def _snr(meta: Any) -> float | None:
    snr = _number(meta, SNR)
    if snr is not None and abs(snr) > MOST_SNR:
        raise pdu.PduError(f"snr is beyond {MOST_SNR:g} dB")
    return snr


def _behind(meta: Any) -> float:
    behind = _number(meta, BEHIND) or 0.0
    if behind < 0.0:
        raise pdu.PduError("behind is below 0")
    return behind


def _soft(meta: Any, size: int) -> Any:
    value = pmt.dict_ref(meta, SOFT, pmt.PMT_NIL)
    if pmt.is_null(value):
        return None
    if not pmt.is_f32vector(value) or pmt.length(value) != 8 * size:
        raise pdu.PduError("soft is no f32vector with a ratio for every bit")
    ratios = np.array(pmt.f32vector_elements(value), dtype=np.float32)
    if not np.isfinite(ratios).all():
        raise pdu.PduError("soft has ratios that are not finite")
    return ratios
