# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Commands that documents show are there, with every option that they are shown with."""

import ast
import re
import shlex
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml
from gnuradio.largesc.commands.main import app

ROOT = Path(__file__).parents[1]
FOLDERS = ("docs", "results", "training", "examples", "benchmarks", "packaging", "python")
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(p for f in FOLDERS for p in (ROOT / f).rglob("*.md"))])

BLOCK = re.compile(r"```(?:sh|bash)?\n(.*?)```", re.DOTALL)
CODE = re.compile(r"`([^`]+)`")
COMMENT = re.compile(r"\s+#.*$")
BEFORE = r"(?:\w+=\S+ )*(?:sudo |nice )?"
OURS = re.compile(BEFORE + r"(?:\S*/)?largesc (.*)")
SCRIPT = re.compile(BEFORE + r"(?:\S*python3? )?((?:benchmarks|training)/\w+(?:\.py)?)(?: (.*))?$")
EXAMPLE = re.compile(BEFORE + r"\S*python3? /tmp/(\w+)\.py(?: (.*))?$")
OPTION = re.compile(r"(?<![\w-])--[a-z][\w-]*")


def shown(document: Path) -> Iterator[str]:
    """Lines of code, those that go on in the next line as one."""
    text = document.read_text()
    for block in BLOCK.findall(text):
        for line in re.sub(r"\\\n\s*", " ", block).splitlines():
            yield COMMENT.sub("", line.strip())
    prose = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    yield from CODE.findall(re.sub(r"\n(?=\S)", " ", prose))


def wrong_in(words: list[str], command: Any) -> Iterator[str]:
    """What of a command line is none of ours."""
    while hasattr(command, "commands") and words and not words[0].startswith("-"):
        name = words.pop(0)
        if name not in command.commands:
            if name.isalpha():  # else it stands for something, as `...`
                yield f"no command {name}"
            return
        command = command.commands[name]
    known = {name for one in command.params for name in (*one.opts, *one.secondary_opts)}
    for option in OPTION.findall(" ".join(words)):
        if option not in known | {"--help"}:
            yield f"{command.name} has no option {option}"


def options_of(files: Iterable[Path]) -> set[str]:
    """Options that scripts may have: arguments of their functions, and names written out."""
    found = set()
    for node in (node for file in files for node in ast.walk(ast.parse(file.read_text()))):
        if isinstance(node, ast.arg):
            name = node.arg.replace("_", "-")
            found |= {f"--{name}", f"--no-{name}"}
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found |= set(OPTION.findall(node.value))
    return found


def wrong_in_script(name: str, arguments: str) -> Iterator[str]:
    script = ROOT / name
    if not script.is_file():
        return  # test_documents.py says so
    files = [script] if script.suffix else sorted((ROOT / "training").rglob("*.py"))
    missing = set(OPTION.findall(arguments)) - options_of(files)
    yield from (f"{name} has no option {option}" for option in sorted(missing))


def wrong_in_example(name: str, arguments: str) -> Iterator[str]:
    """Of what grcc makes of an example: its parameters are options."""
    blocks = yaml.safe_load((ROOT / "examples" / f"{name}.grc").read_text())["blocks"]
    known = {f"--{one['name'].replace('_', '-')}" for one in blocks if one["id"] == "parameter"}
    missing = set(OPTION.findall(arguments)) - known
    yield from (f"{name}.grc has no parameter {option}" for option in sorted(missing))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_document_shows_commands_that_are_there(document: Path) -> None:
    wrong: list[str] = []
    for line in shown(document):
        if ours := OURS.match(line):
            words = shlex.split(ours[1].replace("'", "").replace('"', ""))
            wrong += wrong_in(words, typer.main.get_command(app))
        elif script := SCRIPT.match(line):
            wrong += wrong_in_script(script[1], script[2] or "")
        elif example := EXAMPLE.match(line):
            wrong += wrong_in_example(example[1], example[2] or "")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("receive RADIO OUT --record FILE", []),
        ("receive RADIO --records FILE", ["receive has no option --records"]),
        ("evaluate run readers --subset a=b", []),
        ("evaluate walk readers", ["no command walk"]),
        ("simulate a b --no-rest", []),
    ],
)
def test_a_command_that_is_not_there_is_found(line: str, wrong: list[str]) -> None:
    assert list(wrong_in(line.split(), typer.main.get_command(app))) == wrong


def test_an_option_that_a_benchmark_lacks_is_found() -> None:
    assert list(wrong_in_script("benchmarks/latency.py", "--overs 4 --profile network")) == []
    assert list(wrong_in_script("benchmarks/latency.py", "--over 4")) != []


def test_an_option_that_an_example_lacks_is_found() -> None:
    assert list(wrong_in_example("radio_station", "--modem vhf --rx-gain 3")) == []
    assert list(wrong_in_example("radio_station", "--modems vhf")) != []
