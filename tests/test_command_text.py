# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Text of users and from the network is printed as it is, whole, and on any terminal."""

import ast
import io
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import soundfile
from gnuradio.largesc.commands import terminal as terminal_module
from gnuradio.largesc.commands.live_run import run_with_status
from gnuradio.largesc.commands.progress import speech_progress
from gnuradio.largesc.commands.terminal import (
    FoldingTable,
    pairs_table,
    plain,
    prepare_streams,
    say,
    terminal,
)
from rich.console import Console

COMMANDS = Path(terminal_module.__file__).parent
FILES = sorted(p for p in COMMANDS.glob("*.py") if p.name != "terminal.py")
# Tags that open, close what is not open, or name an emoji.
TRAPS = ["Talk [id].wav", "[/QRP]", "[bold]loud", ":smile:", "\\[x]", "[link=http://x]y[/link]"]


@pytest.fixture
def console(capsys: pytest.CaptureFixture[str]) -> Console:
    return terminal()


@pytest.mark.parametrize("text", TRAPS)
def test_text_is_no_markup(console, capsys, text):
    say(console, f"a file {text} came")
    table = FoldingTable(text, "second", title=plain(text))
    table.add_row(text, plain("green", style="green"))
    console.print(table)
    console.print(pairs_table({"name": text}))
    shown = capsys.readouterr().out
    assert f"a file {text} came\n" in shown
    assert shown.count(text) == 5


@pytest.mark.parametrize("text", TRAPS)
def test_a_progress_title_and_a_status_line_are_no_markup(text):
    screen = Console(file=io.StringIO(), force_terminal=True, width=100)
    with speech_progress(text, 1.0, screen):
        pass
    run_with_status(_Ended(), lambda: text, lambda: True, screen)
    assert screen.file.getvalue().count(text) >= 2


@pytest.mark.parametrize(("done", "shown"), [(1.0, "1 of 4"), (4.08, "4 of 4")])
def test_progress_ends_where_the_work_did(done, shown):
    screen = Console(file=io.StringIO(), force_terminal=True, width=100)
    with speech_progress("decoding", 4.0, screen) as progress:
        progress(done)
    *_, last = [line for line in screen.file.getvalue().splitlines() if "of speech" in line]
    assert f"{shown} s of speech" in last


class _Ended:
    """A flowgraph that is looked at once."""

    def run_until(self, is_over) -> None:
        assert is_over()


def test_control_characters_are_shown(console, capsys):
    say(console, "x\x1b[31m\nred\u202e")
    assert capsys.readouterr().out == "x\\x1b[31m\\nred\\u202e\n"


def test_a_line_is_never_broken(console, capsys):
    say(console, "word " * 100)
    assert capsys.readouterr().out == "word " * 100 + "\n"


@pytest.mark.parametrize("width", [200, 80, 40, 24])
def test_names_in_tables_are_never_cut(width):
    name = "kyutai/moshiko-pytorch-bf16"
    screen = Console(file=io.StringIO(), width=width)
    table = FoldingTable("name", "size", "fingerprint", "codec")
    table.add_row(name, "384.6 MB", "09b7", "Kyutai's Mimi, CC-BY-4.0, on the hub")
    screen.print(table)
    shown = screen.file.getvalue()
    columns = zip(*(row.split("│")[1:-1] for row in shown.splitlines() if "│" in row), strict=True)
    whole = ["".join("".join(column).split()) for column in columns]
    assert whole == [name, "384.6MB", "09b7", "Kyutai'sMimi,CC-BY-4.0,onthehub"]
    assert (name in shown) == (width >= 80)


def test_checkpoints_are_listed_by_their_whole_names(run_largesc):
    done = run_largesc("checkpoints", "list", env={"COLUMNS": "80"})
    assert "kyutai/moshiko-pytorch-bf16" in done.stdout


@pytest.mark.parametrize("name", TRAPS[:4])
def test_names_of_files_are_printed_whole(run_largesc, speech_file, tmp_path, name):
    source = tmp_path / name.replace("/", "|")
    source.write_bytes(speech_file.read_bytes()[:50_000])  # for the notice that it is cut short
    done = run_largesc("encode", source, tmp_path / "out.lsc")
    assert done.returncode == 0, done.stderr
    assert f"{source.name}: the file is cut short" in done.stderr
    done = run_largesc("simulate", tmp_path / f"{name}.missing", tmp_path / "out.wav")
    assert done.returncode == 2
    assert done.stderr.endswith(f"{name}.missing: no such file\n")


def test_options_are_printed_whole(run_largesc):
    done = run_largesc("simulate", "a", "b", "--primary", "[/QRP]", env={"COLUMNS": "300"})
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "Invalid value for '--primary'" in done.stderr


# What a terminal in a Latin-1 locale is for Python, strict and with another encoding than UTF-8.
LATIN_1 = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
ENCODINGS = [LATIN_1 | {"PYTHONIOENCODING": "latin-1"}, LATIN_1]


def test_what_a_terminal_lacks_ends_nothing(monkeypatch):
    latin_1 = io.TextIOWrapper(io.BytesIO(), encoding="latin-1", errors="strict")
    monkeypatch.setattr(sys, "stdout", latin_1)
    prepare_streams()
    say(terminal(), "Ω größer → file")
    terminal().print("→")  # not through us: rich's own ellipsis, say
    table = FoldingTable("name", title="… ≥")
    table.add_row("Ω→größer")
    terminal().print(table)
    latin_1.flush()
    shown = latin_1.buffer.getvalue().decode("latin-1")
    assert "größer" in shown
    assert "+--" in shown  # no lines that Latin-1 lacks


@pytest.mark.slow
@pytest.mark.parametrize("environment", ENCODINGS, ids=["latin-1", "C"])
def test_doctor_in_another_locale(run_largesc_process, environment):
    done = run_largesc_process("doctor", env=environment)
    assert "Traceback" not in done.stderr
    assert "GNU Radio" in done.stdout


@pytest.mark.slow
def test_demo_leaves_sound_pictures_and_page(run_largesc_process, speech, speech_file, tmp_path):
    """In a locale that has no letter for what is in the file's name."""
    source, folder = tmp_path / "größe.wav", tmp_path / "demo"
    shutil.copy(speech_file, source)
    done = run_largesc_process("demo", source, "--out", folder, env=ENCODINGS[1])
    assert done.returncode == 0, done.stderr
    page = (folder / "index.html").read_text(encoding="utf-8")
    assert str(folder / "index.html") in "".join(done.stdout.split("\n"))
    for name in (
        "original",
        "received-no-loss",
        "received-without-redundancy",
        "received-by-model",
        "received-with-redundancy",
        "received-with-both",
    ):
        assert len(soundfile.read(folder / f"{name}.wav")[0]) == len(speech)
        assert f'src="{name}.wav"' in page
    for name in ("tokens.png", "spectrograms.png"):
        assert (folder / name).read_bytes().startswith(b"\x89PNG")
        assert f'src="{name}"' in page
    assert "missing" in page
    assert "</html>" in page


def calls(path: Path) -> Iterator[ast.Call]:
    tree = ast.parse(path.read_text())
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_commands_print_through_the_terminal_alone(path):
    """Consoles and tables come from terminal.py; strings are said, not printed."""
    for call in calls(path):
        name, where = called(call), f"{path.name}:{call.lineno}"
        is_text = bool(call.args) and isinstance(
            call.args[0], ast.Constant | ast.JoinedStr | ast.BinOp
        )
        assert name not in ("Console", "Table", "from_markup", "escape"), where
        if isinstance(call.func, ast.Attribute) and name in ("print", "status", "update"):
            assert not is_text, f"{where}: say() it, or make it plain()"
        if name == "TextColumn":
            markup = {key.arg: key.value for key in call.keywords}.get("markup")
            assert isinstance(markup, ast.Constant), where
            assert markup.value is False, where
