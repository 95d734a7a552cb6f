# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which room knows which, and how files are cut: CONTRIBUTING.md as a test."""

import re
from collections.abc import Iterator
from configparser import ConfigParser
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

ROOT = Path(__file__).parents[1]
CONTRACTS = ROOT / ".importlinter"
PACKAGE = ROOT / "python" / "largesc"
LONGEST = 300  # lines of a file that a person writes

# Folders of C++ and whose headers each may include beside its own.
KERNELS: dict[str, set[str]] = {
    "fec": set(),
    "packet": {"fec"},
    "playout": {"fec", "packet"},
    "loss": set(),
    "fading": {"loss"},
    "modem": {"fec"},
}
CPP_ROOMS = KERNELS | {"bindings": set(KERNELS), "blocks": {*KERNELS, "GNU Radio"}}
INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]', re.MULTILINE)
OURS = "gnuradio/largesc/"
CPP_FOLDERS = ("lib", f"include/{OURS}")

SOURCES = {".py", ".cc", ".h", ".cmake", ".in", ".txt", ".yml", ".yaml", ".html", ""}
FOLDERS = (
    *("python", "lib", "include", "training", "tests", "benchmarks", "scripts", "packaging"),
    *("apps", "cmake", "examples", "grc", ".ci"),
)
GENERATED = {"tests/vectors", "tests/fuzz/corpus"}  # made by commands, read by programs
VAGUE = {"utils", "util", "helpers", "helper", "misc", "common", "tools"}


def written_files() -> Iterator[Path]:
    """Every file of source that a person writes, relative to the root."""
    for folder in FOLDERS:
        for path in (ROOT / folder).rglob("*"):
            name = path.relative_to(ROOT)
            is_cache = any(part == "__pycache__" or part.startswith(".") for part in name.parts[1:])
            is_generated = any(name.is_relative_to(other) for other in GENERATED)
            if (
                path.is_file()
                and not path.is_symlink()
                and path.suffix in SOURCES
                and not is_cache
                and not is_generated
            ):
                yield name


def rooms_in_contract() -> set[str]:
    """Everything directly in the package that the contract has a place for."""
    contracts = ConfigParser()
    contracts.read(CONTRACTS)
    layers = contracts["importlinter:contract:rooms"]["layers"]
    return set(re.findall(r"largesc\.(\w+)", layers))


def folders() -> set[str]:
    return {path.parent.name for path in PACKAGE.glob("*/*.py")}


def blocks() -> set[str]:
    names = {path.stem for path in PACKAGE.glob("*.py")} - {"__init__"}
    return {name for name in names if not name.startswith("qa_")}


def included(path: Path) -> Iterator[tuple[str, str]]:
    """What a file of C++ includes of ours and of GNU Radio's, and whose it is."""
    for quote, name in INCLUDE.findall(path.read_text()):
        if quote == '"':
            yield name, (path.parent / name).resolve().parent.name  # a private header
        elif name.startswith(OURS):
            yield name, name.removeprefix(OURS).split("/")[0]
        elif name.startswith(("gnuradio/", "pmt/")):
            yield name, "GNU Radio"


def test_imports_keep_to_the_rooms(capsys: pytest.CaptureFixture[str]) -> None:
    status = lint_imports(str(CONTRACTS), no_cache=True, no_logo=True)
    assert status == 0, capsys.readouterr().out


def test_every_room_has_its_place() -> None:
    assert folders() | blocks() <= rooms_in_contract(), "name it in .importlinter"
    table = (ROOT / "CONTRIBUTING.md").read_text()
    assert not [room for room in folders() if not re.search(rf"[`/]{room}`", table)]


@pytest.mark.parametrize("name", sorted(blocks()))
def test_beside_the_rooms_there_are_blocks_alone(name: str) -> None:
    is_block = (ROOT / "grc" / f"largesc_{name}.block.yml").is_file()
    assert is_block, f"python/largesc/{name}.py is no block: it belongs in a room"
    assert (PACKAGE / f"qa_{name}.py").is_file()


def test_kernels_in_cpp_keep_to_their_rooms() -> None:
    files = [path for base in CPP_FOLDERS for path in (ROOT / base).rglob("*.[ch]*")]
    assert len(files) > 50  # the folders were found
    broken = []
    for path in files:
        room = path.parent.name
        allowed = {room, "api.h", *CPP_ROOMS.get(room, set())}
        for name, whose in included(path):
            if whose not in allowed:
                broken.append(f"{path.relative_to(ROOT)} includes {name} ({whose})")
    assert not broken, "\n".join(broken)


def test_files_have_one_subject() -> None:
    lines = {name: len((ROOT / name).read_text().splitlines()) for name in written_files()}
    assert len(lines) > 300  # the folders were found
    too_long = [f"{name}: {count} lines" for name, count in lines.items() if count > LONGEST]
    assert not too_long, "split by subject:\n" + "\n".join(too_long)


def test_names_say_what_is_in_a_file() -> None:
    vague = [name for name in written_files() for part in name.parts if Path(part).stem in VAGUE]
    assert not vague
