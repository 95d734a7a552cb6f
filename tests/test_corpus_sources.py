# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who trains and who judges: no reader does both, no file of one is listed for the other."""

from pathlib import Path

import pytest
from gnuradio.largesc.corpus.debian_packages import PackageError, unpack_packages
from gnuradio.largesc.corpus.sources import (
    SOURCES,
    files_for,
    files_of,
    packages_for,
    source,
    sources_for,
)

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


def test_no_reader_has_two_uses() -> None:
    readers = [
        {source.reader for source in sources_for(use)}
        for use in ("training", "validation", "evaluation")
    ]
    assert sum(map(len, readers)) == len(set.union(*readers))
    assert len({source.group for source in SOURCES}) == len(SOURCES)


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
    assert "files_for(use, packages)" in recipe
    assert '"evaluation"' not in recipe
    # Its own patterns are for synthetic speech and for a user's own folder.
    own = recipe.replace('synthetic.glob("*/*.wav")', "").replace('folder.rglob("*")', "")
    assert own.count("glob(") == 0


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
    assert list(unpack_packages(["klettres-data"], tmp_path)) == ["klettres-data"]


@pytest.mark.slow
def test_a_package_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(PackageError, match="no-such-package-at-all cannot be downloaded"):
        list(unpack_packages(["no-such-package-at-all"], tmp_path))


def test_without_apt_the_message_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(PackageError, match=r"apt-get is not here.*--packages"):
        list(unpack_packages(["klettres-data"], tmp_path))


def test_a_damaged_archive_leaves_nothing_half_unpacked(tmp_path: Path) -> None:
    (tmp_path / "archives").mkdir()
    (tmp_path / "archives" / "broken_1_all.deb").write_bytes(b"!<arch>\nnot an archive")
    with pytest.raises(PackageError, match="damaged"):
        list(unpack_packages(["broken"], tmp_path))
    assert not (tmp_path / "broken").exists()
