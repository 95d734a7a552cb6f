# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What GNU Radio serialises passes the guard; what would harm it does not."""

import contextlib

import numpy as np
import pmt
import pytest
from gnuradio.largesc.link.pmt_guard import PmtRefused, check_serialised_pmt
from hypothesis import given
from hypothesis import strategies as st

scalars = st.one_of(
    st.booleans(),
    st.none(),
    st.integers(-(2**31), 2**31 - 1),
    st.floats(allow_nan=False),
    st.complex_numbers(allow_nan=False),
    st.text(st.characters(codec="ascii", exclude_characters="\0"), min_size=1, max_size=20),
)
VECTORS = [
    "uint8",
    "int8",
    "uint16",
    "int16",
    "uint32",
    "int32",
    "float32",
    "float64",
    "complex64",
    "complex128",
]
vectors = st.builds(
    lambda kind, length: np.zeros(length, dtype=kind), st.sampled_from(VECTORS), st.integers(1, 40)
)
metas = st.dictionaries(st.sampled_from("abcdefgh"), scalars | vectors, max_size=8)


@given(metas, st.binary(max_size=127))
def test_pdus_pass(meta, data):
    message = pmt.cons(pmt.to_pmt(meta), pmt.init_u8vector(len(data), list(data)))
    check_serialised_pmt(pmt.serialize_str(message))


@given(metas, st.binary(max_size=127), st.data())
def test_a_message_cut_short_or_with_more_behind_is_refused(meta, data, draw):
    message = pmt.cons(pmt.to_pmt(meta), pmt.init_u8vector(len(data), list(data)))
    whole = pmt.serialize_str(message)
    cut = whole[: draw.draw(st.integers(0, len(whole) - 1))]
    for wrong in (cut, whole + b"\x06"):
        with pytest.raises(PmtRefused):
            check_serialised_pmt(wrong)


@given(st.binary(max_size=300))
def test_what_passes_gnu_radio_reads(data):
    try:
        check_serialised_pmt(data)
    except PmtRefused:
        return
    # Refused with an error is as good: what matters is that the process lives.
    with contextlib.suppress(RuntimeError):
        pmt.deserialize_str(data)


@pytest.mark.parametrize(
    "hostile",
    [
        b"",
        b"\x07" * 65000,
        b"\x09" * 500,
        b"\x0a\x00\xff\xff\xff\xff\x01\x00abc",
        b"\x0a\x0c\x00\x00\x00\x01\x00",
        b"\x08\xff\xff\xff\xff",
        b"\x0c\x00\x00\x00\x02\x06\x06",
        b"\x02\xff\xffabc",
        b"\x3c",
    ],
)
def test_what_ends_a_process_is_refused(hostile):
    with pytest.raises(PmtRefused):
        check_serialised_pmt(hostile)
