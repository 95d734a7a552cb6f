# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the documents name is there: links, files, modules, commands of this repository."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = ("docs", "results", "training", "examples", "benchmarks", "packaging", "python", "tests")
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(p for f in FOLDERS for p in (ROOT / f).rglob("*.md"))])

LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
# Files and folders by their path from the root; * stands for what it does in a shell.
TOPS = "python|lib|include|tests|benchmarks|training|scripts|docs|examples|grc|packaging|apps|cmake"
PATH = re.compile(rf"(?<![\w./-])((?:{TOPS})/[\w./*-]*)")
SOURCE = re.compile(r"(?<![\w./*-])(\w+\.(?:py|cc|h))\b")  # by its name alone
MODULE = re.compile(r"\b(?:gnuradio\.)?(largesc(?:\.\w+)+)")

SOURCES = {
    path.name
    for folder in ("python", "lib", "include", "tests", "benchmarks", "training")
    for path in (ROOT / folder).rglob("*.*")
}


def named(document: Path) -> Iterator[str]:
    yield from CODE.findall(document.read_text())


def headings(document: Path) -> set[str]:
    """Anchors as GitHub makes them."""
    titles = re.findall(r"^#+ (.*)$", document.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def is_module(name: str) -> bool:
    """Whether a dotted name is a module of ours, or a class or function in one."""
    path = ROOT / "python" / name.replace(".", "/")
    if path.is_dir() or path.with_suffix(".py").is_file():
        return True
    inside, _, attribute = name.rpartition(".")
    path = ROOT / "python" / inside.replace(".", "/")
    source = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    return source.is_file() and bool(re.search(rf"\b{attribute}\b", source.read_text()))


def broken(document: Path) -> Iterator[str]:
    for target in LINK.findall(document.read_text()):
        path, _, anchor = target.partition("#")
        found = document.parent / path if path else document
        if "://" in target:
            continue
        if not found.exists():
            yield f"link to {path}"
        elif anchor and anchor not in headings(found):
            yield f"link to a heading: {target}"
    for code in named(document):
        yield from (f"path {p}" for p in PATH.findall(code) if not any(ROOT.glob(p.rstrip("."))))
        yield from (f"module {m}" for m in MODULE.findall(code) if not is_module(m))
        yield from (f"file {s}" for s in SOURCE.findall(code) if s not in SOURCES)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_a_document_names_is_there(document: Path) -> None:
    missing = list(broken(document))
    assert not missing, "\n".join(missing)


def test_every_figure_is_shown_somewhere() -> None:
    text = "".join(document.read_text() for document in DOCUMENTS)
    unused = [p.name for p in ROOT.glob("docs/images/*") if p.name not in text]
    unused += [p.name for p in ROOT.glob("results/*/images/*") if p.name not in text]
    assert not unused
