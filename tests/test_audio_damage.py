# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever a file holds, reading it gives speech or says why not."""

import numpy as np
import pytest
from encoded_audio import BY_FFMPEG, BY_LIBSNDFILE, encoded, tone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis_profiles import examples
from largesc.audio.speech_file import AudioFileError, read_speech

RATES = {"ac3": 32000, "g722": 16000}
FILES = {
    name: encoded(name, tone(rate=RATES.get(name, 24000), seconds=0.1), RATES.get(name, 24000))
    for name in [*BY_LIBSNDFILE, *BY_FFMPEG]
}


@st.composite
def damaged_files(draw: st.DrawFn) -> bytes:
    """One or two valid files behind one another, cut, with bytes changed, mostly early ones."""
    names = draw(st.lists(st.sampled_from(sorted(FILES)), min_size=1, max_size=2))
    content = bytearray(b"".join(FILES[name] for name in names))
    early = st.integers(0, min(200, len(content) - 1))
    places = early | st.integers(0, len(content) - 1)
    for place, value in draw(st.lists(st.tuples(places, st.integers(0, 255)), max_size=8)):
        content[place] = value
    return bytes(content[: draw(st.just(len(content)) | places)])


@settings(
    examples(1.5),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.data_too_large],
)
@given(content=damaged_files(), suffix=st.sampled_from(["", ".wav", ".mp3", ".g722"]))
def test_damaged_files(tmp_path_factory: pytest.TempPathFactory, content: bytes, suffix: str):
    path = tmp_path_factory.getbasetemp() / f"damaged{suffix}"
    path.write_bytes(content)
    try:
        speech = read_speech(path)
    except AudioFileError as error:
        refusal = str(error)
        speech = None
    if speech is None:
        assert len(refusal.splitlines()) == 1
        return
    assert speech.pcm.dtype == np.float32
    assert speech.pcm.ndim == 1
    assert len(speech.pcm)
    assert np.isfinite(speech.pcm).all()
