# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Speech from git repositories and mirrors: whole, kept, and what cannot be had is named."""

import dataclasses
import os
import shutil
import tarfile
from pathlib import Path

import pytest
import tiny_collection
from conftest import Largesc
from gnuradio.largesc.corpus import fetched_speech
from gnuradio.largesc.corpus.fetched_speech import Fetch, fetches
from gnuradio.largesc.corpus.git_checkout import RepositoryError, check_out
from gnuradio.largesc.corpus.mirror import check_mirror, unpack_mirrored
from gnuradio.largesc.corpus.set_apart_fetch import fetch_set_apart
from gnuradio.largesc.corpus.source import GitRepository, Source
from tiny_collection import READERS, TEXTS, TRAINING

PATHS = ("/train/text", "/test/text", "/WAVE/", *(f"!/WAVE/SPEAKER{r}/" for r in READERS))


@pytest.fixture
def collection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> GitRepository:
    tiny_collection.use_tiny_list(monkeypatch)
    tiny_collection.write_collection(tmp_path / "owner" / "speech")
    return tiny_collection.repository_of(tmp_path / "owner" / "speech", PATHS)


@pytest.fixture
def fetch(collection: GitRepository, monkeypatch: pytest.MonkeyPatch) -> None:
    """Training is the tiny collection and nothing else."""
    source = Source("s", collection, "WAVE/*/*.*", "s", "en", "CC0-1.0", "training")
    monkeypatch.setattr(fetched_speech, "repositories_for", lambda use: [collection])
    monkeypatch.setattr(fetched_speech, "SOURCES", (source,))
    monkeypatch.setattr(fetched_speech, "packages_for", lambda use: [])
    monkeypatch.setattr(fetched_speech, "FETCHES", {"training": ()})


def files_below(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def run(folder: Path, mirror: Path | None = None) -> list[str]:
    folder.mkdir(exist_ok=True)
    return [line for fetch in fetches("training", folder, mirror) for line in fetch.run()]


def test_a_repository_brings_what_is_wanted_of_it(
    collection: GitRepository, tmp_path: Path
) -> None:
    assert (collection.name, collection.folder) == ("owner/speech", "owner+speech")
    check_out(collection, collection.paths, tmp_path / "there")
    assert files_below(tmp_path / "there") == {TRAINING, "train/text", "test/text"}


def test_a_later_commit_changes_nothing(collection: GitRepository, tmp_path: Path) -> None:
    home = tmp_path / "owner" / "speech"
    (home / TRAINING).unlink()
    tiny_collection.repository_of(home)
    check_out(collection, collection.paths, tmp_path / "there")
    assert (tmp_path / "there" / TRAINING).is_file()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"commit": "1" * 40}, "commit 11111111 cannot be fetched: "),
        ({"url": "file:///nowhere/owner/speech"}, "'/nowhere/owner/speech' does not"),
    ],
)
def test_what_is_not_there_is_said(
    collection: GitRepository, tmp_path: Path, change: dict[str, str], says: str
) -> None:
    with pytest.raises(RepositoryError, match=says) as raised:
        check_out(dataclasses.replace(collection, **change), ("/*",), tmp_path / "there")
    assert "\n" not in str(raised.value)
    assert not (tmp_path / "there").exists()


def test_without_git_it_is_said(
    collection: GitRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RepositoryError, match="git cannot be run"):
        check_out(collection, ("/*",), tmp_path / "there")


@pytest.mark.usefixtures("fetch")
def test_what_was_fetched_is_kept_until_the_commit_changes(
    collection: GitRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(tmp_path / "f") == []
    shutil.rmtree(tmp_path / "owner")
    assert run(tmp_path / "f") == []
    other = dataclasses.replace(collection, commit="1" * 40)
    monkeypatch.setattr(fetched_speech, "repositories_for", lambda use: [other])
    (problem,) = run(tmp_path / "f")
    assert problem.startswith("commit 11111111 cannot be fetched")


@pytest.mark.usefixtures("fetch")
def test_a_stopped_fetch_begins_again(tmp_path: Path) -> None:
    half = tmp_path / "f" / ".owner+speech"
    half.mkdir(parents=True)
    (half / "half").touch()
    assert run(tmp_path / "f") == []
    assert not half.exists()
    assert not (tmp_path / "f" / "owner+speech" / "half").exists()


@pytest.mark.usefixtures("fetch")
def test_a_damaged_recording_is_named_and_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "owner" / "speech"
    (home / TRAINING).write_bytes(b"no audio")
    repository = tiny_collection.repository_of(home, PATHS)
    source = dataclasses.replace(fetched_speech.SOURCES[0], home=repository)
    monkeypatch.setattr(fetched_speech, "repositories_for", lambda use: [repository])
    monkeypatch.setattr(fetched_speech, "SOURCES", (source,))
    (problem,) = run(tmp_path / "f")
    assert problem.startswith(f"{TRAINING}: not audio, or damaged")
    assert not (tmp_path / "f" / "owner+speech" / TRAINING).exists()


@pytest.mark.usefixtures("fetch")
def test_a_mirror_takes_the_place_of_the_network(collection: GitRepository, tmp_path: Path) -> None:
    tiny_collection.write_mirror(tmp_path / "m", tmp_path / "owner" / "speech", collection)
    shutil.rmtree(tmp_path / "owner")
    assert run(tmp_path / "f", tmp_path / "m") == []
    assert (tmp_path / "f" / "owner+speech" / TRAINING).is_file()


def test_a_mirror_that_lacks_a_file_or_has_a_damaged_one_is_said(
    collection: GitRepository, tmp_path: Path
) -> None:
    tiny_collection.write_mirror(tmp_path / "m", tmp_path / "owner" / "speech", collection)
    archive = tmp_path / "m" / "speech" / "owner+speech.tar"
    content = archive.read_bytes()
    for cut, says in ((20_000, "damaged"), (1024, "damaged"), (0, "damaged|empty|nothing")):
        archive.write_bytes(content[:cut])
        with pytest.raises(RepositoryError, match=says):
            unpack_mirrored(collection, tmp_path / "m", tmp_path / "there")
    archive.write_bytes(content[: content.rindex(b"ustar") // 512 * 512])  # between two files
    with pytest.raises(RepositoryError, match="cut short"):
        unpack_mirrored(collection, tmp_path / "m", tmp_path / "there")
    archive.unlink()
    with pytest.raises(RepositoryError, match=r"the mirror lacks speech/owner\+speech\.tar"):
        unpack_mirrored(collection, tmp_path / "m", tmp_path / "there")
    assert not (tmp_path / "there").exists()


def test_an_archive_writes_nowhere_else(collection: GitRepository, tmp_path: Path) -> None:
    (tmp_path / "m" / "speech").mkdir(parents=True)
    (tmp_path / "file").write_text("a")
    with tarfile.open(tmp_path / "m" / "speech" / "owner+speech.tar", "w") as tar:
        for name in ("owner+speech/../../evil", "/evil", "owner+speech", "owner+speech/good"):
            tar.add(tmp_path / "file", name)
        link = tarfile.TarInfo("owner+speech/link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    before = files_below(tmp_path)
    unpack_mirrored(collection, tmp_path / "m", tmp_path / "there")
    assert files_below(tmp_path) - before == {"there/good"}


def test_a_folder_that_is_no_mirror_is_refused(tmp_path: Path, run_largesc: Largesc) -> None:
    with pytest.raises(ValueError, match="neither speech/ nor readers/"):
        check_mirror(tmp_path)
    done = run_largesc("corpus", "fetch", tmp_path / "f", "--mirror", tmp_path / "none")
    assert done.returncode == 2
    assert done.stderr.strip().endswith("none is not a folder")


def test_readers_set_apart_come_with_their_texts(collection: GitRepository, tmp_path: Path) -> None:
    assert fetch_set_apart("evaluation", tmp_path / "f", None, collection) == []
    shutil.rmtree(tmp_path / "owner")
    assert fetch_set_apart("evaluation", tmp_path / "f", None, collection) == []  # kept
    there = files_below(tmp_path / "f")
    assert there == {
        "readers/evaluation/texts.json",
        *(f"readers/evaluation/{name[1:5]}/{name}.WAV" for name in TEXTS),
    }
    # What was fetched has the shape of a mirror.
    assert fetch_set_apart("evaluation", tmp_path / "g", tmp_path / "f") == []
    assert files_below(tmp_path / "g") == there


def test_readers_of_a_mirror_are_compared_with_the_list(
    collection: GitRepository, tmp_path: Path
) -> None:
    fetch_set_apart("evaluation", tmp_path / "m", None, collection)
    folder = tmp_path / "m" / "readers" / "evaluation"
    missing, changed, damaged = sorted(TEXTS)[:3]
    (folder / missing[1:5] / f"{missing}.WAV").unlink()
    tiny_collection.write_wav(
        folder / changed[1:5] / f"{changed}.WAV", tiny_collection.voice(99, 1)
    )
    (folder / damaged[1:5] / f"{damaged}.WAV").write_bytes(b"RIFF")
    problems = fetch_set_apart("evaluation", tmp_path / "f", tmp_path / "m")
    assert [problem.split(":")[0] for problem in problems] == [
        f"{name[1:5]}/{name}" for name in (missing, changed, damaged)
    ]
    for problem, says in zip(
        problems, ("missing", "not the one of the list", "damaged"), strict=True
    ):
        assert says in problem
    assert len(files_below(tmp_path / "f")) == 2  # one recording and the texts
    (folder / "texts.json").write_text("{}")
    assert "has not the texts" in fetch_set_apart("evaluation", tmp_path / "g", tmp_path / "m")[0]
    shutil.rmtree(folder)
    lacks = ["the mirror lacks readers/evaluation"]
    assert fetch_set_apart("evaluation", tmp_path / "h", tmp_path / "m") == lacks


def test_the_command_goes_on_without_what_cannot_be_had(
    tmp_path: Path, run_largesc: Largesc, monkeypatch: pytest.MonkeyPatch
) -> None:
    several = [Fetch("bad", lambda: ["no network"]), Fetch("good", list)]
    monkeypatch.setattr(fetched_speech, "fetches", lambda *_: several)
    done = run_largesc("corpus", "fetch", tmp_path / "f", "--use", "training")
    assert done.returncode == 0, done.stderr
    assert "left out: bad: no network" in done.stderr
    monkeypatch.setattr(fetched_speech, "fetches", lambda *_: several[:1])
    done = run_largesc("corpus", "fetch", tmp_path / "f")
    assert done.returncode == 2
    assert "nothing could be fetched" in done.stderr


def test_without_apt_one_line_names_all_packages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not os.listdir(tmp_path)
    packages, *others = fetches("training", tmp_path)
    (line,) = packages.run()
    assert "apt-get is not here" in line
    assert "klettres-data" in line
    assert any("speechocean762" in fetch.name for fetch in others)
