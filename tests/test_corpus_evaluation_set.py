# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The evaluation corpus, built of the installed packages; and corpora in other layouts."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile
from conftest import Largesc
from gnuradio.largesc.corpus.manifest import MANIFEST
from gnuradio.largesc.corpus.opened_corpus import Corpus, open_corpus
from gnuradio.largesc.corpus.sequences import ALPHABET, DIGITS, chosen_items
from gnuradio.largesc.corpus.speech_level import active_speech_level

RATE = 24000


@pytest.fixture(scope="session")
def corpus(evaluation_corpus: Path) -> Corpus:
    return open_corpus(str(evaluation_corpus))


def test_sentences_have_texts_and_a_level(corpus: Corpus) -> None:
    sentences = [entry for entry in corpus.entries if entry.subset == "sentences"]
    assert len(sentences) > 80
    assert all(3.0 <= entry.seconds <= 10.0 and entry.text for entry in sentences)
    assert {entry.reader for entry in sentences} == {"allison"}
    pcm = corpus.load(sentences[0].name).pcm
    assert active_speech_level(pcm) == pytest.approx(-26.0, abs=0.1)
    assert len(pcm) / RATE == pytest.approx(sentences[0].seconds)


def test_sequences_say_what_their_texts_say(corpus: Corpus) -> None:
    for subset, length, words in (("digits", 6, set(DIGITS.values())), ("phonetic", 5, ALPHABET)):
        entries = [entry for entry in corpus.entries if entry.subset == subset]
        assert len(entries) == 20
        assert all(len(entry.text.split()) == length for entry in entries)
        said = [word for entry in entries for word in entry.text.split()]
        assert set(said) == set(words)
        assert max(map(said.count, words)) - min(map(said.count, words)) <= 1


def test_sequences_are_always_the_same() -> None:
    assert chosen_items("digits", 5, 6) == chosen_items("digits", 5, 6)
    assert chosen_items("digits", 20, 6)[:5] == chosen_items("digits", 5, 6)


def test_building_again_gives_the_same_corpus(
    evaluation_corpus: Path, run_largesc: Largesc, tmp_path: Path
) -> None:
    done = run_largesc("corpus", "build", "--packages", "/", "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / MANIFEST).read_bytes() == (evaluation_corpus / MANIFEST).read_bytes()


def test_manifest_has_sources_licences_and_hashes(evaluation_corpus: Path) -> None:
    files = json.loads((evaluation_corpus / MANIFEST).read_text())["files"]
    assert all(one["licence"] == "CC-BY-SA-3.0" and len(one["sha256"]) == 64 for one in files)
    assert all(one["source"].startswith("asterisk-core-sounds-en-g722: ") for one in files)


def test_packages_that_are_missing_are_listed(corpus: Corpus) -> None:
    missing = {skipped.path for skipped in corpus.skipped if "not there" in skipped.reason}
    installed = {entry.reader for entry in corpus.entries}
    assert "tuxpaint-stamps-default" in missing or "tuxpaint-el" in installed


def test_noise_is_there_when_it_is_asked_for(evaluation_corpus: Path, corpus: Corpus) -> None:
    noisy = open_corpus(str(evaluation_corpus), ["digits", "digits-noise"])
    assert {entry.subset for entry in noisy.entries} == {"digits", "digits-noise"}
    assert not any(entry.subset.endswith("-noise") for entry in corpus.entries)
    clean, noise = (noisy.load(f"{subset}/01") for subset in ("digits", "digits-noise"))
    assert clean.text == noise.text
    assert len(clean.pcm) == len(noise.pcm)
    assert not np.allclose(clean.pcm, noise.pcm, atol=1e-3)
    assert noisy.fingerprint == corpus.fingerprint


def test_a_changed_file_is_refused(evaluation_corpus: Path, tmp_path: Path) -> None:
    shutil.copytree(evaluation_corpus, tmp_path / "c")
    path = tmp_path / "c" / "digits" / "01.flac"
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    (tmp_path / "c" / "digits" / "02.flac").unlink()
    changed = open_corpus(str(tmp_path / "c"))
    with pytest.raises(ValueError, match="not the file of the manifest"):
        changed.load("digits/01")
    with pytest.raises(ValueError, match="cannot be read"):
        changed.load("digits/02")


@pytest.mark.parametrize(
    ("content", "said"),
    [("{}", "name"), ("no json", "JSON"), ('{"name": "x", "files": [], "more": 1}', "more")],
)
def test_a_foreign_manifest_is_refused(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / MANIFEST).write_text(content)
    with pytest.raises(ValueError, match=f"no manifest.*{said}"):
        open_corpus(str(tmp_path))


def test_a_name_cannot_leave_the_folder(evaluation_corpus: Path, tmp_path: Path) -> None:
    manifest = json.loads((evaluation_corpus / MANIFEST).read_text())
    manifest["files"][0]["name"] = "../../etc/passwd"
    (tmp_path / MANIFEST).write_text(json.dumps(manifest))
    with pytest.raises(ValueError, match=r"files\.0\.name"):
        open_corpus(str(tmp_path))


def test_a_corpus_that_is_not_built_names_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with pytest.raises(ValueError, match="largesc corpus build"):
        open_corpus("")


def test_other_folders_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="is no corpus"):
        open_corpus(str(tmp_path))
    with pytest.raises(ValueError, match="is not a folder"):
        open_corpus(str(tmp_path / "none"))


def write_tone(path: Path, seconds: float = 2.0) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    t = np.arange(round(seconds * 16000)) / 16000
    soundfile.write(path, 0.2 * np.sin(2 * np.pi * 200 * t), 16000)


def test_librispeech_as_it_unpacks(tmp_path: Path) -> None:
    chapter = tmp_path / "test-clean" / "61" / "70968"
    write_tone(chapter / "61-70968-0000.flac")
    (chapter / "61-70968-0001.flac").write_bytes(b"broken")
    lines = [f"61-70968-000{n} HE BEGAN A CONFUSED COMPLAINT" for n in range(3)]
    (chapter / "61-70968.trans.txt").write_text("\n".join(lines))
    for folder in (tmp_path, tmp_path / "test-clean"):
        corpus = open_corpus(str(folder))
        (entry,) = corpus.entries
        assert (entry.name, entry.subset) == ("test-clean/61-70968-0000", "test-clean")
        assert (entry.reader, entry.language) == ("61", "en")
        assert entry.text == "HE BEGAN A CONFUSED COMPLAINT"
        reasons = sorted(skipped.reason for skipped in corpus.skipped)
        assert "missing" in reasons[1]
        assert "damaged" in reasons[0]
        assert corpus.load(entry.name).seconds == pytest.approx(2.0, abs=0.01)


def test_common_voice_as_it_unpacks(tmp_path: Path) -> None:
    clips = tmp_path / "cv-corpus" / "de" / "clips"
    write_tone(clips / "common_voice_de_1.mp3")
    rows = ["client_id\tpath\tsentence\tup_votes", "abc\tcommon_voice_de_1.mp3\tGuten Tag.\t2"]
    rows += ["abd\tcommon_voice_de_2.mp3\tNicht da.\t2", "\t\t\t"]
    (clips.parent / "test.tsv").write_text("\n".join(rows))
    (clips.parent / "train.tsv").write_text(rows[0])
    for folder in (tmp_path / "cv-corpus", clips.parent):
        corpus = open_corpus(str(folder))
        (entry,) = corpus.entries
        assert (entry.name, entry.language) == ("common-voice-de/common_voice_de_1", "de")
        assert (entry.text, entry.reader) == ("Guten Tag.", "abc")
        assert [skipped.reason for skipped in corpus.skipped] == ["the file is missing"]
        assert corpus.load(entry.name).pcm.dtype == np.float32


def test_common_voice_without_a_column_is_listed(tmp_path: Path) -> None:
    (tmp_path / "de" / "clips").mkdir(parents=True)
    (tmp_path / "de" / "test.tsv").write_text("path\tsentence\n")
    corpus = open_corpus(str(tmp_path))
    assert not corpus.entries
    assert "no column client_id" in corpus.skipped[0].reason


def test_the_command_shows_what_was_built(run_largesc: Largesc, evaluation_corpus: Path) -> None:
    shown = run_largesc("corpus", "show", evaluation_corpus)
    assert shown.returncode == 0, shown.stderr
    assert "sentences" in shown.stdout
    assert "phonetic" in shown.stdout
    assert "fingerprint" in shown.stdout


def test_the_command_says_what_is_wrong(run_largesc: Largesc, tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "none"):
        done = run_largesc("corpus", "build", "--packages", folder, "--out", tmp_path / "c")
        assert done.returncode != 0
        assert "Traceback" not in done.stderr
        assert str(folder) in done.stderr
