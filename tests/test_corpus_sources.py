# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who trains and who judges: no reader does both, no file of one is listed for the other."""

import re
from pathlib import Path

import pytest
from gnuradio.largesc.corpus.debian_packages import PackageError, check_tools, unpack_package
from gnuradio.largesc.corpus.repositories import SET_APART, SPEECHOCEAN
from gnuradio.largesc.corpus.set_apart_readers import set_apart
from gnuradio.largesc.corpus.source import GitRepository, Use
from gnuradio.largesc.corpus.sources import (
    SOURCES,
    files_for,
    files_of,
    packages_for,
    repositories_for,
    source,
    sources_for,
)
from hypothesis import given
from hypothesis import strategies as st
from largesc_training.corpus.preparation import recordings

USES: tuple[Use, ...] = ("training", "validation", "evaluation")
TRAINING = Path(__file__).parents[1] / "training"
EVALUATION_FILES = {
    "asterisk-core-sounds-en-g722": ["usr/share/asterisk/sounds/en_US_f_Allison/vm-review.g722"],
    "asterisk-core-sounds-es-g722": ["usr/share/asterisk/sounds/es_MX_f_Allison/digits/1.g722"],
    "asterisk-core-sounds-it-g722": ["usr/share/asterisk/sounds/it_IT_m_Carlo/vm-review.g722"],
    "tuxpaint-stamps-default": ["usr/share/tuxpaint/stamps/animals/cat_desc_el.ogg"],
}
TRAINING_FILES = {
    "asterisk-core-sounds-fr-g722": ["usr/share/asterisk/sounds/fr_CA_f_June/vm-review.g722"],
    "asterisk-core-sounds-ru-g722": ["usr/share/asterisk/sounds/ru_RU_f_IvrvoiceRU/a.g722"],
    "tuxpaint-stamps-default": ["usr/share/tuxpaint/stamps/animals/cat_desc_es.ogg"],
    "klettres-data": ["usr/share/klettres/ar/alpha/a-01.ogg"],
}


def make_tree(folder: Path, apart: bool) -> None:
    """Empty files, in a folder for each package or in the root of a system."""
    for files in (EVALUATION_FILES, TRAINING_FILES):
        for package, names in files.items():
            for name in names:
                path = folder / package / name if apart else folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.touch()


def readers_of(use: Use) -> set[str]:
    """By name; of those whom a rule tells apart, those on the lists."""
    apart = {"validation": "development", "evaluation": "evaluation"}
    listed = {
        f"{one.reader}-{reader.reader}"
        for one in sources_for(use)
        if one.below
        for reader in set_apart(apart[use]).readers  # type: ignore[arg-type]
    }
    return listed | {one.reader for one in sources_for(use) if not one.rule}


def test_no_reader_has_two_uses() -> None:
    readers = [readers_of(use) for use in USES]
    assert list(map(len, readers[1:])) == [16, 17]
    assert sum(map(len, readers)) == len(set.union(*readers))
    assert len({source.group for source in SOURCES}) == len(SOURCES)


NUMBERS = st.sampled_from(SET_APART) | st.from_regex(r"[0-9]{4}", fullmatch=True)
ENDINGS = st.sampled_from([".WAV", ".wav", ".flac", ".opus"])


@given(NUMBERS, st.from_regex(r"[0-9]{4,9}", fullmatch=True), ENDINGS)
def test_the_reader_rule_gives_every_reader_one_use(number: str, file: str, ending: str) -> None:
    # The paths of a reader in the collection, and in the folders of both sets.
    names = {
        "speechocean": f"WAVE/SPEAKER{number}/{file}{ending}",
        "speechocean-development": f"{number}/{file}{ending}",
        "speechocean-evaluation": f"{number}/{file}{ending}",
    }
    training = source("speechocean").has(names["speechocean"])
    assert training == (number not in SET_APART)
    if training:
        assert source("speechocean").reader_of(names["speechocean"]) == f"speechocean-{number}"
    for group in ("speechocean-development", "speechocean-evaluation"):
        assert source(group).reader_of(names[group]) == f"speechocean-{number}"
        assert not source(group).has(names["speechocean"])
        assert not source("speechocean").has(names[group])


@given(st.lists(st.text("AEKPRSVW0123456789/._", min_size=1), min_size=1, max_size=4).map("/".join))
def test_a_path_without_a_reader_is_nobodys(name: str) -> None:
    collection = source("speechocean")
    assert not collection.has(name) or collection.reader_of(name) is not None


def test_what_training_fetches_leaves_those_set_apart_where_they_are() -> None:
    left = {path for path in SPEECHOCEAN.paths if path.startswith("!")}
    assert left == {f"!/WAVE/SPEAKER{number}/" for number in SET_APART}
    assert len(SET_APART) == len(set(SET_APART)) == 30


def test_repositories_are_pinned_and_have_licences() -> None:
    homes = {one.home for one in SOURCES if isinstance(one.home, GitRepository)}
    assert homes == set(repositories_for("training"))
    assert all(re.fullmatch("[0-9a-f]{40}", home.commit) for home in homes)
    assert all(one.licence for one in SOURCES)
    assert not repositories_for("evaluation")


def test_what_is_not_free_or_may_be_an_evaluation_reader_is_not_listed(tmp_path: Path) -> None:
    left_out = (
        "MycroftAI+Precise-Community-Data/heysavant/wake-word/en/a.wav",
        "MycroftAI+Precise-Community-Data/not-wake-words/noises/a.wav",
        *(f"gcompris+GCompris-voices/{lang}/words/a.ogg" for lang in ("da", "el", "es", "it")),
        "gcompris+GCompris-voices/fr/alphabet/U0061.ogg",
        "gcompris+GCompris-voices/fr/geography/usa.ogg",
        "KDE+artikulate-data/courses/basic/gr/a.ogg",
        "Picovoice+wake-word-benchmark/audio/multiple_keywords.wav",
        "Picovoice+speech-to-intent-benchmark/data/label/label.json",
        f"jimbozhang+speechocean762/WAVE/SPEAKER{SET_APART[0]}/a.WAV",
        "jimbozhang+speechocean762/train/text",
    )
    taken = (
        "MycroftAI+Precise-Community-Data/athena/en/a.wav",
        "gcompris+GCompris-voices/fr/words/a.ogg",
        "gcompris+GCompris-voices/en/alphabet/U0061.ogg",
        "jimbozhang+speechocean762/WAVE/SPEAKER0001/a.opus",
    )
    make_files(tmp_path, [*left_out, *taken])
    found = {path.relative_to(tmp_path).as_posix() for _, path in files_for("training", tmp_path)}
    assert found == set(taken)


@pytest.mark.parametrize("apart", [True, False])
def test_files_of_one_use_are_never_listed_for_the_other(tmp_path: Path, apart: bool) -> None:
    make_tree(tmp_path, apart)
    for use, there in (("training", TRAINING_FILES), ("evaluation", EVALUATION_FILES)):
        wanted = {
            tmp_path / package / name if apart else tmp_path / name
            for package, names in there.items()
            for name in names
        }
        assert {path for _, path in files_for(use, tmp_path)} == wanted  # type: ignore[arg-type]


def test_the_recipe_lists_recordings_by_this_table_alone() -> None:
    recipe = (TRAINING / "largesc_training" / "corpus" / "preparation.py").read_text()
    assert "sources_for(use)" in recipe
    assert "source.files(packages)" in recipe
    assert '"evaluation"' not in recipe
    # Its own patterns are for synthetic speech and for a user's own folder.
    own = recipe.replace('synthetic.glob("*/*.wav")', "").replace('folder.rglob("*")', "")
    assert own.count("glob(") == 0


def test_the_recipe_knows_readers_and_texts(tmp_path: Path) -> None:
    home = tmp_path / "jimbozhang+speechocean762"
    make_files(home, ["WAVE/SPEAKER0001/000010011.WAV", f"WAVE/SPEAKER{SET_APART[0]}/1.WAV"])
    make_files(home, ["train/text"])
    (home / "train/text").write_text("000010011\tMARK IS GOING\n")
    make_files(tmp_path, ["readers/development/0120/001200015.flac"])
    make_files(tmp_path, ["readers/evaluation/0157/001570024.flac"])
    make_files(tmp_path, ["synthetic/flite-slt/1.wav", "synthetic/flite-slt/1.txt"])
    found = recordings(tmp_path, tmp_path / "synthetic")
    assert [(one.group, one.use, one.text) for one in found] == [
        ("speechocean-0001", "training", "MARK IS GOING"),
        ("speechocean-0120", "validation", ""),
        ("flite-slt", "training", ""),
    ]
    owners = [one.group for one in SOURCES if one.owns("speechocean-0001")]
    assert owners == ["speechocean", "speechocean-development", "speechocean-evaluation"]
    assert [one.group for one in SOURCES if one.owns("gcompris-en")] == ["gcompris-en"]


def make_files(folder: Path, names: list[str]) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def test_pauses_of_asterisk_are_no_speech(tmp_path: Path) -> None:
    sounds = tmp_path / "usr/share/asterisk/sounds/en_US_f_Allison"
    (sounds / "silence").mkdir(parents=True)
    (sounds / "silence" / "1.g722").touch()
    (sounds / "hello.g722").touch()
    assert [path.name for path in files_of(source("asterisk-en"), tmp_path)] == ["hello.g722"]


def test_packages_of_both_uses() -> None:
    assert "asterisk-core-sounds-en" in packages_for("evaluation")
    assert "fortunes" in packages_for("training")
    assert len(packages_for("training")) == len(set(packages_for("training")))


def test_packages_that_are_there_are_kept(tmp_path: Path) -> None:
    (tmp_path / "klettres-data").mkdir()
    unpack_package("klettres-data", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["klettres-data"]


@pytest.mark.slow
def test_a_package_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(PackageError, match="no-such-package-at-all cannot be downloaded"):
        unpack_package("no-such-package-at-all", tmp_path)


def test_without_apt_the_message_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_tools([])
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(PackageError, match=r"apt-get is not here.*--packages"):
        check_tools(["klettres-data"])


def test_a_damaged_archive_leaves_nothing_half_unpacked(tmp_path: Path) -> None:
    (tmp_path / "archives").mkdir()
    (tmp_path / "archives" / "broken_1_all.deb").write_bytes(b"!<arch>\nnot an archive")
    with pytest.raises(PackageError, match="damaged"):
        unpack_package("broken", tmp_path)
    assert not (tmp_path / "broken").exists()
