# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every recording that trains or judges: home, reader, licence, and what it is for.

Training, its validation and evaluation choose their files here and nowhere else; a reader is for
one of them. Validation readers steer training (which step is best, which setting) without being
trained on; evaluation readers do neither.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from .repositories import (
    ARTIKULATE,
    DC_TTS,
    GCOMPRIS,
    INTENTS,
    PRECISE,
    SET_APART,
    SPEECHOCEAN,
    WAKE_WORDS,
)
from .set_apart_readers import FOLDER, PREFIX, SetApart
from .source import DebianPackage, GitRepository, Source, Texts, Use

ASTERISK = "CC-BY-SA-3.0"  # debian/copyright of the packages
SOUNDS = "usr/share/asterisk/sounds"
PAUSES = frozenset({"silence"})  # Asterisk's folder of pauses

SPEECHOCEAN_LICENCE = "CC-BY-4.0"  # OpenSLR 101; README: for commercial and non-commercial use


def _tuxpaint(language: str, use: Use) -> Source:
    return Source(
        f"tuxpaint-{language}",
        DebianPackage("tuxpaint-stamps-default"),
        f"usr/share/tuxpaint/stamps/**/*_desc_{language}.ogg",
        f"tuxpaint-{language}",
        language,
        "GPL-2.0-only",
        use,
    )


def _ktuberling(language: str) -> Source:
    return Source(
        f"ktuberling-{language}",
        DebianPackage("ktuberling-data"),
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
        DebianPackage(f"fillets-ng-data-{language}"),
        f"usr/share/games/fillets-ng/sound/**/{language}/*.ogg",
        f"fillets-{language}",
        language,
        "GPL-2.0-only",
        "training",
    )


def _asterisk(language: str, voice: str, reader: str, use: Use) -> Source:
    return Source(
        f"asterisk-{language}",
        DebianPackage(f"asterisk-core-sounds-{language}-g722"),
        f"{SOUNDS}/{voice}/**/*.g722",
        reader,
        language,
        ASTERISK,
        use,
        PAUSES,
    )


def _set_apart(which: SetApart, use: Use) -> Source:
    return Source(
        f"{PREFIX}-{which}",
        SPEECHOCEAN,
        "*/*.*",
        PREFIX,
        "en",
        SPEECHOCEAN_LICENCE,
        use,
        rule=r"^(\d{4})/",
        below=f"{FOLDER}/{which}",
        texts="set-apart",
    )


def _english(group: str, home: GitRepository, pattern: str, texts: Texts = "") -> Source:
    """English recordings whose readers nobody told apart, or of one."""
    return Source(group, home, pattern, group, "en", "Apache-2.0", "training", texts=texts)


def _gcompris(language: str) -> Source:
    return Source(
        f"gcompris-{language}",
        GCOMPRIS,
        f"{language}/**/*.*",
        f"gcompris-{language}",
        language.partition("_")[0],
        "GPL, CC-BY-SA or public domain, per file in LICENSE",
        "training",
        # Letters and names of countries: the same few sounds in every language.
        without=frozenset() if language == "en" else frozenset({"alphabet", "geography"}),
        texts="file-names" if language == "en" else "",
    )


def _artikulate(course: str, language: str) -> Source:
    return Source(
        f"artikulate-{course}",
        ARTIKULATE,
        f"courses/basic/{course}/*.*",
        f"artikulate-{course}",
        language,
        "CC-BY-SA-3.0",
        "training",
    )


SOURCES: tuple[Source, ...] = (
    *(
        _tuxpaint(language, "training")
        for language in ("be", "bg", "ca", "da", "es", "fr", "lt", "nl", "ro", "ru")
    ),
    Source(
        "klettres",
        DebianPackage("klettres-data"),
        "usr/share/klettres/**/*.ogg",
        "klettres",
        "mul",
        "GPL-2.0-or-later",
        "training",
    ),
    # Not Danish, Greek, Italian, Spanish: those readers may be the ones held out below (the
    # Danish one was held out until the readers who are set apart took their place).
    *(
        _ktuberling(language)
        for language in ("ca", "de", "en", "fr", "gl", "lt", "nn", "ru", "sl", "uk", "wa")
    ),
    _fillets("cs"),
    _fillets("nl"),
    _asterisk("fr", "fr_CA_f_June", "june", "training"),
    _asterisk("ru", "ru_RU_f_IvrvoiceRU", "ivrvoice", "training"),
    Source(
        PREFIX,
        SPEECHOCEAN,
        "WAVE/*/*.*",
        PREFIX,
        "en",
        SPEECHOCEAN_LICENCE,
        "training",
        # Again, where a folder came from elsewhere: nobody of the thirty is a reader here.
        rule=rf"^WAVE/SPEAKER(?!{'|'.join(SET_APART)})(\d{{4}})/",
        texts="kaldi",
    ),
    _english("picovoice-intents", INTENTS, "data/speech/clean/*.*"),
    _english("picovoice-wake-words", WAKE_WORDS, "audio/*/*.*"),
    _english("dc-tts", DC_TTS, "LJSpeech-1.1/wavs/*.*", "transcript"),
    # heysavant is for non-commercial use only.
    Source(
        "precise",
        PRECISE,
        "**/*.*",
        "precise",
        "mul",
        "waiver per file in licenses/",
        "training",
        frozenset({"heysavant", "noises"}),
    ),
    # Not Danish, Greek, Spanish, Italian, as above; Norwegian Nynorsk has no recordings.
    *(
        _gcompris(language)
        for language in (
            *("af", "ar", "ast", "bg", "br", "ca", "cs", "de", "en", "eo", "eu", "fi", "fr"),
            *("gd", "he", "hi", "hu", "id", "kn", "lt", "mr", "nb", "nl", "pa", "pl", "pt"),
            *("pt_BR", "ro", "ru", "sk", "sl", "so", "sr", "sv", "th", "tr", "ur"),
            *("zh_CN", "zh_TW"),
        )
    ),
    *(
        _artikulate(course, language)
        for course, language in (
            *(("ba", "bs"), ("de", "de"), ("en_BE", "en"), ("fr", "fr"), ("pl", "pl")),
        )
    ),
    _set_apart("development", "validation"),
    _set_apart("evaluation", "evaluation"),
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
    """Debian packages for training or for evaluation, each once."""
    more = SYNTHESIS_PACKAGES if use == "training" else (PROMPT_TEXTS_PACKAGE,)
    homes = [s.home for s in sources_for(use)]
    packages = [home.name for home in homes if isinstance(home, DebianPackage)]
    return list(dict.fromkeys([*packages, *more]))


def repositories_for(use: Literal["training", "evaluation"]) -> list[GitRepository]:
    """Git repositories whose recordings train (or judge), each once.

    Readers who are set apart lie in folders of their own: see :mod:`.set_apart_readers`.
    """
    homes = [s.home for s in sources_for(use) if not s.below]
    return list(dict.fromkeys(home for home in homes if isinstance(home, GitRepository)))


def files_of(source: Source, packages: Path) -> Iterator[Path]:
    """Files of a source with speech, sorted.

    Args:
        source: one of SOURCES.
        packages: folder with a folder for every unpacked package and repository; or the root of a
            system that has the packages installed.
    """
    yield from (path for _, path in source.files(packages))


def files_for(use: Use, packages: Path) -> Iterator[tuple[str, Path]]:
    """Group and path of every recording of one use; arguments as for files_of."""
    for source in sources_for(use):
        for path in files_of(source, packages):
            yield source.group, path


def package_folder(packages: Path, package: str) -> Path:
    """Where a package's files lie: in a folder of their own, or in the root of a system."""
    own = packages / package
    return own if own.is_dir() else packages
