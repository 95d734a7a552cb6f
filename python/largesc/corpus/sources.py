# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every recording that trains or judges: package, reader, licence, and what it is for.

Training, its validation and evaluation choose their files here and nowhere else; a reader is for
one of them. Validation readers steer training (which step is best, which setting) without being
trained on; evaluation readers do neither.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Use = Literal["training", "validation", "evaluation"]

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


def _ktuberling(language: str) -> Source:
    return Source(
        f"ktuberling-{language}",
        "ktuberling-data",
        f"usr/share/ktuberling/sounds/{language}/*.*",
        f"ktuberling-{language}",
        language,
        "GPL-2.0-or-later",
        "training",
    )


def _fillets(language: str) -> Source:
    """Dialogues of a game, played by several actors."""
    return Source(
        f"fillets-{language}",
        f"fillets-ng-data-{language}",
        f"usr/share/games/fillets-ng/sound/**/{language}/*.ogg",
        f"fillets-{language}",
        language,
        "GPL-2.0-only",
        "training",
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
        for language in ("be", "bg", "ca", "es", "fr", "lt", "nl", "ro", "ru")
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
    # Not Danish, Greek, Italian, Spanish: those readers may be the ones held out below.
    *(
        _ktuberling(language)
        for language in ("ca", "de", "en", "fr", "gl", "lt", "nn", "ru", "sl", "uk", "wa")
    ),
    _fillets("cs"),
    _fillets("nl"),
    _asterisk("fr", "fr_CA_f_June", "june", "training"),
    _asterisk("ru", "ru_RU_f_IvrvoiceRU", "ivrvoice", "training"),
    _tuxpaint("da", "validation"),
    _asterisk("en", "en_US_f_Allison", "allison", "evaluation"),
    _asterisk("es", "es_MX_f_Allison", "allison", "evaluation"),
    _asterisk("it", "it_IT_m_Carlo", "carlo", "evaluation"),
    _tuxpaint("el", "evaluation"),
)

# What the English evaluation prompts say; what synthetic English for training says, and who.
PROMPT_TEXTS_PACKAGE = "asterisk-core-sounds-en"
SYNTHESIS_PACKAGES = ("fortunes-min", "fortunes", "flite", "libflite1")


def sources_for(use: Use) -> list[Source]:
    """Sources of one use."""
    return [source for source in SOURCES if source.use == use]


def source(group: str) -> Source:
    """The source with this name."""
    return next(source for source in SOURCES if source.group == group)


def packages_for(use: Literal["training", "evaluation"]) -> list[str]:
    """Debian packages for training (validation with it) or for evaluation, each once."""
    training = use == "training"
    more = SYNTHESIS_PACKAGES if training else (PROMPT_TEXTS_PACKAGE,)
    sources = sources_for(use) + (sources_for("validation") if training else [])
    return list(dict.fromkeys([*(s.package for s in sources), *more]))


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
