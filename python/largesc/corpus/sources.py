# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every recording that trains or judges: package, reader, licence, and which of the two it is for.

Training and evaluation both choose their files here and nowhere else; a reader is for one of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Use = Literal["training", "evaluation"]

ASTERISK = "CC-BY-SA-3.0"  # debian/copyright of the packages
SOUNDS = "usr/share/asterisk/sounds"
PAUSES = "silence"  # Asterisk's folder of pauses


@dataclass(frozen=True)
class Source:
    """Recordings of one reader (or of several that nobody told apart) in a Debian package.

    Attributes:
        group: name of the source, unique.
        package: of Debian.
        pattern: of its files, below the folder the package is unpacked in.
        reader: who speaks.
        language: ISO 639-1.
        licence: SPDX, or the name Debian's copyright file has.
        use: what the reader is for.
    """

    group: str
    package: str
    pattern: str
    reader: str
    language: str
    licence: str
    use: Use


def _tuxpaint(language: str, use: Use) -> Source:
    return Source(
        f"tuxpaint-{language}",
        "tuxpaint-stamps-default",
        f"usr/share/tuxpaint/stamps/**/*_desc_{language}.ogg",
        f"tuxpaint-{language}",
        language,
        "GPL-2.0-only",
        use,
    )


def _asterisk(language: str, voice: str, reader: str, use: Use) -> Source:
    return Source(
        f"asterisk-{language}",
        f"asterisk-core-sounds-{language}-g722",
        f"{SOUNDS}/{voice}/**/*.g722",
        reader,
        language,
        ASTERISK,
        use,
    )


SOURCES: tuple[Source, ...] = (
    *(
        _tuxpaint(language, "training")
        for language in ("be", "bg", "ca", "da", "es", "fr", "lt", "nl", "ro", "ru")
    ),
    Source(
        "klettres",
        "klettres-data",
        "usr/share/klettres/**/*.ogg",
        "klettres",
        "mul",
        "GPL-2.0-or-later",
        "training",
    ),
    _asterisk("fr", "fr_CA_f_June", "june", "training"),
    _asterisk("ru", "ru_RU_f_IvrvoiceRU", "ivrvoice", "training"),
    _asterisk("en", "en_US_f_Allison", "allison", "evaluation"),
    _asterisk("es", "es_MX_f_Allison", "allison", "evaluation"),
    _asterisk("it", "it_IT_m_Carlo", "carlo", "evaluation"),
    _tuxpaint("el", "evaluation"),
)

# What the English evaluation prompts say, and what synthetic English for training says.
PROMPT_TEXTS_PACKAGE = "asterisk-core-sounds-en"
TRAINING_TEXTS_PACKAGES = ("fortunes-min", "fortunes")


def sources_for(use: Use) -> list[Source]:
    """Sources of one use."""
    return [source for source in SOURCES if source.use == use]


def source(group: str) -> Source:
    """The source with this name."""
    return next(source for source in SOURCES if source.group == group)


def packages_for(use: Use) -> list[str]:
    """Debian packages that hold the recordings and texts of one use, each once."""
    texts = TRAINING_TEXTS_PACKAGES if use == "training" else (PROMPT_TEXTS_PACKAGE,)
    return list(dict.fromkeys([*(s.package for s in sources_for(use)), *texts]))


def files_of(source: Source, packages: Path) -> Iterator[Path]:
    """Files of a source with speech, sorted.

    Args:
        source: one of SOURCES.
        packages: folder with a folder for every unpacked package; or the root of a system that
            has the packages installed.
    """
    found = sorted(package_folder(packages, source.package).glob(source.pattern))
    yield from (path for path in found if path.parent.name != PAUSES)


def files_for(use: Use, packages: Path) -> Iterator[tuple[str, Path]]:
    """Group and path of every recording of one use; arguments as for files_of."""
    for source in sources_for(use):
        for path in files_of(source, packages):
            yield source.group, path


def package_folder(packages: Path, package: str) -> Path:
    """Where a package's files lie: in a folder of their own, or in the root of a system."""
    own = packages / package
    return own if own.is_dir() else packages
