# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The PDUs between the blocks: token frames, packets and the end marker.

A PDU is a pair of a metadata dictionary and a uniform vector. The end marker is a PDU with an
empty vector and ``end`` true; its ``frame`` says how many frames the stream had.
"""

import re
from typing import Any, NamedTuple

import numpy as np
import pmt
from numpy.typing import NDArray

from ..frame.background import MAX_BEND, MAX_LEVEL, MAX_TILT, Background
from ..frame.soft_tokens import SoftBits, no_soft_bits
from ..frame.speech_facts import SpeechFacts
from ..frame.tokens import FRAME_RATE, TokenOrigin, Tokens, check_tokens

CODEC = pmt.intern("codec")
END = pmt.intern("end")
FRAME = pmt.intern("frame")


class PduError(ValueError):
    """A message is not the PDU that the block takes; the message says why."""


class Pdu(NamedTuple):
    """Metadata (a PMT dictionary) and vector (a PMT uniform vector)."""

    meta: Any
    vector: Any


def split(message: Any) -> Pdu:
    """Metadata and vector of a PDU.

    Raises:
        PduError: not a pair of a dictionary and a uniform vector.
    """
    if not pmt.is_pair(message):
        raise PduError("not a PDU: no pair")
    meta, vector = pmt.car(message), pmt.cdr(message)
    if not pmt.is_dict(meta):
        raise PduError("not a PDU: metadata is no dictionary")
    if not pmt.is_uniform_vector(vector):
        raise PduError("not a PDU: no uniform vector")
    return Pdu(meta, vector)


def frame_number(meta: Any) -> int:
    """Value of ``frame``.

    Raises:
        PduError: no such key, or no unsigned integer.
    """
    value = pmt.dict_ref(meta, FRAME, pmt.PMT_NIL)
    if pmt.is_uint64(value):
        return int(pmt.to_uint64(value))
    if pmt.is_integer(value) and pmt.to_long(value) >= 0:
        return int(pmt.to_long(value))
    raise PduError("metadata has no frame number")


def optional_frame_number(meta: Any) -> int | None:
    """Value of ``frame``; None where there is none.

    Raises:
        PduError: it is no unsigned integer.
    """
    return frame_number(meta) if pmt.dict_has_key(meta, FRAME) else None


def is_end(pdu: Pdu) -> bool:
    """Whether the stream ends with this PDU."""
    return pmt.length(pdu.vector) == 0 and pmt.equal(
        pmt.dict_ref(pdu.meta, END, pmt.PMT_F), pmt.PMT_T
    )


def end_marker(frames: int) -> Any:
    """PDU that ends a stream of so many frames; 0: nobody knows how many were sent."""
    meta = pmt.dict_add(frame_meta(frames), END, pmt.PMT_T)
    return pmt.cons(meta, pmt.make_u8vector(0, 0))


def frame_meta(frame: int) -> Any:
    """Metadata with a frame number."""
    return pmt.dict_add(pmt.make_dict(), FRAME, pmt.from_uint64(frame))


def add(meta: Any, **values: Any) -> Any:
    """Metadata with more keys; integers, strings and NumPy arrays become their PMTs."""
    for key, value in values.items():
        meta = pmt.dict_add(meta, pmt.intern(key), _to_pmt(value))
    return meta


def _to_pmt(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        makers = {"int16": pmt.init_s16vector, "uint8": pmt.init_u8vector}
        make = makers.get(value.dtype.name, pmt.init_f32vector)
        return make(len(value), value.tolist())
    return pmt.to_pmt(value)


def token_frame(meta: Any, tokens: Tokens) -> Any:
    """PDU of a token frame."""
    return pmt.cons(meta, pmt.init_s16vector(len(tokens), tokens.tolist()))


def read_tokens(vector: Any) -> Tokens:
    """Tokens in a PDU's vector.

    Raises:
        PduError: no s16vector, or not eight tokens -1..2047.
    """
    if not pmt.is_s16vector(vector):
        raise PduError("a token frame is an s16vector")
    try:
        return check_tokens(pmt.s16vector_elements(vector))
    except ValueError as error:
        raise PduError(str(error)) from None


def packet(meta: Any, data: bytes) -> Any:
    """PDU of a packet's bytes."""
    return pmt.cons(meta, pmt.init_u8vector(len(data), list(data)))


def read_packet(vector: Any) -> bytes:
    """Bytes in a PDU's vector.

    Raises:
        PduError: no u8vector.
    """
    if not pmt.is_u8vector(vector):
        raise PduError("a packet is a u8vector")
    return bytes(pmt.u8vector_elements(vector))


def allocation_value(meta: Any, key: str) -> int | None:
    """Integer under an allocation key (``n_primary``, ``n_redundant``, ``lag``), if there.

    Raises:
        PduError: the key is there, but its value is no integer.
    """
    value = pmt.dict_ref(meta, pmt.intern(key), pmt.PMT_NIL)
    if pmt.is_null(value):
        return None
    if not pmt.is_integer(value):
        raise PduError(f"{key} is no integer")
    return int(pmt.to_long(value))


def allocation_code(meta: Any) -> str | None:
    """Name under the allocation key ``code``, if there.

    Raises:
        PduError: the key is there, but its value is no symbol.
    """
    value = pmt.dict_ref(meta, pmt.intern("code"), pmt.PMT_NIL)
    if pmt.is_null(value):
        return None
    if not pmt.is_symbol(value):
        raise PduError("code is no symbol")
    return str(pmt.symbol_to_string(value))


def flag(meta: Any, key: str) -> bool:
    """Whether a key is there and true.

    Raises:
        PduError: the key is there, but its value is no boolean.
    """
    value = pmt.dict_ref(meta, pmt.intern(key), pmt.PMT_F)
    if not pmt.is_bool(value):
        raise PduError(f"{key} is neither true nor false")
    return bool(pmt.to_bool(value))


def fingerprint(meta: Any) -> int:
    """Fingerprint of the codec under ``codec`` (four hexadecimal digits), 0 if it is not there.

    Raises:
        PduError: the key is there, but its value is no such number.
    """
    value = pmt.dict_ref(meta, CODEC, pmt.PMT_NIL)
    if pmt.is_null(value):
        return 0
    digits = pmt.symbol_to_string(value) if pmt.is_symbol(value) else ""
    if not re.fullmatch("[0-9a-fA-F]{4}", digits):
        raise PduError("codec is no fingerprint of four hexadecimal digits")
    return int(digits, 16)


def speech_facts(meta: Any) -> SpeechFacts | None:
    """What the encoder told of the frame beside its tokens; None without ``level`` and ``flux``."""
    level, flux, latent = (
        pmt.dict_ref(meta, pmt.intern(key), pmt.PMT_NIL) for key in ("level", "flux", "latent")
    )
    if not pmt.is_real(level) or not pmt.is_real(flux):
        return None
    known = pmt.is_f32vector(latent)
    values = np.array(pmt.f32vector_elements(latent), dtype=np.float32) if known else None
    return SpeechFacts(pmt.to_double(level), pmt.to_double(flux), values)


def optional_tokens(meta: Any, key: str) -> Tokens | None:
    """Token frame under a key, if there; raises :class:`PduError` if it is no token frame."""
    value = pmt.dict_ref(meta, pmt.intern(key), pmt.PMT_NIL)
    return None if pmt.is_null(value) else read_tokens(value)


def optional_origin(meta: Any) -> NDArray[np.uint8] | None:
    """Token origins under ``source``, uint8 ``[8]``, if there in that form."""
    value = pmt.dict_ref(meta, pmt.intern("source"), pmt.PMT_NIL)
    if not pmt.is_u8vector(value) or pmt.length(value) != 8:
        return None
    return np.array(pmt.u8vector_elements(value), dtype=np.uint8)


def optional_soft_bits(meta: Any) -> SoftBits | None:
    """Ratios of tokens' bits under ``soft``, if there.

    Raises:
        PduError: the key is there, but its value is no f32vector of finite numbers for every bit.
    """
    value = pmt.dict_ref(meta, pmt.intern("soft"), pmt.PMT_NIL)
    if pmt.is_null(value):
        return None
    bits = pmt.f32vector_elements(value) if pmt.is_f32vector(value) else []
    shape = no_soft_bits().shape
    if len(bits) != shape[0] * shape[1] or not np.isfinite(bits).all():
        raise PduError("soft is no f32vector with a ratio for every bit of a frame's tokens")
    return np.array(bits, dtype=np.float32).reshape(shape)


def is_silence(meta: Any) -> bool:
    """Whether the frame is silent by its ``source``: origin of every token."""
    origin = optional_origin(meta)
    return origin is not None and bool((origin == TokenOrigin.SILENCE).all())


def with_background(meta: Any, sound: Background | None) -> Any:
    """Metadata with what is to be heard in a silent frame, if that is told."""
    return meta if sound is None else add(meta, background=np.array(sound, dtype=np.uint8))


def background(meta: Any) -> Background | None:
    """What is to be heard in a silent frame, under ``background``, if there.

    Raises:
        PduError: the key is there, but its value is no such vector.
    """
    value = pmt.dict_ref(meta, pmt.intern("background"), pmt.PMT_NIL)
    if pmt.is_null(value):
        return None
    steps = pmt.u8vector_elements(value) if pmt.is_u8vector(value) else []
    most = (MAX_LEVEL, MAX_TILT, MAX_BEND)
    if len(steps) != len(most) or any(step > top for step, top in zip(steps, most, strict=True)):
        raise PduError(f"background must be a u8vector of level, tilt and bend, at most {most}")
    return Background(*steps)


def adjustment(meta: Any) -> int | None:
    """Playout's wish under ``adjust``, -2..2, if there: frames to play more.

    Raises:
        PduError: the key is there, but its value is no such integer.
    """
    value = allocation_value(meta, "adjust")
    if value is not None and abs(value) > 2:
        raise PduError(f"adjust must be -2..2, not {value}")
    return value


def trim(meta: Any) -> float:
    """Seconds of a frame that are not to be played, under ``trim``; 0 if it is not there.

    Raises:
        PduError: the key is there, but its value is no such number.
    """
    value = pmt.dict_ref(meta, pmt.intern("trim"), pmt.PMT_NIL)
    if pmt.is_null(value):
        return 0.0
    seconds = pmt.to_double(value) if pmt.is_real(value) else -1.0
    if not 0.0 <= seconds < 1.0 / FRAME_RATE:
        raise PduError("trim must be a number of seconds below a frame")
    return float(seconds)


def join(parts: Pdu) -> Any:
    """The message that :func:`split` took apart."""
    return pmt.cons(parts.meta, parts.vector)
