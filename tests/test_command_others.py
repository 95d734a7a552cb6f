# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""``largesc`` demo, doctor, companion and checkpoints as a user runs them."""

import os
import shutil
import sys
from pathlib import Path

import largesc_kernels
import pytest
from gnuradio import largesc


def test_demo_with_a_wrong_seed_leaves_no_folder(run_largesc, speech_file, tmp_path):
    done = run_largesc("demo", speech_file, "--out", tmp_path / "demo", "--seed", "-1")
    assert (done.returncode, "--seed must be 0.." in done.stderr) == (2, True), done.stderr
    assert not (tmp_path / "demo").exists()


def test_demo_of_a_missing_file_is_said(run_largesc, tmp_path):
    done = run_largesc("demo", tmp_path / "missing.wav", "--out", tmp_path / "demo")
    assert done.returncode == 2
    assert "no such file" in done.stderr


@pytest.mark.slow
def test_doctor_finds_nothing_wrong_here(run_largesc):
    done = run_largesc("doctor")
    assert done.returncode == 0, done.stdout
    assert "wrong" not in done.stdout


def copy_of_the_module(folder: Path) -> Path:
    """The installed package in another place; returns the folder to import from."""
    package = Path(largesc.__file__).parent
    prefix = Path(sys.prefix)
    copy = folder / package.relative_to(prefix)
    shutil.copytree(package, copy, ignore=shutil.ignore_patterns("checkpoints", "__pycache__"))
    return copy.parents[1]


def test_doctor_says_what_is_wrong_and_how_to_mend_it(run_largesc_process, tmp_path):
    # Without checkpoint, without block files around it, and with a second copy on the path.
    copy = copy_of_the_module(tmp_path)
    environment = {"PYTHONPATH": str(copy), "COLUMNS": "250"}
    done = run_largesc_process("doctor", env=environment)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    output = " ".join(done.stdout.split())
    assert "no checkpoint 'mini'" in output
    assert "install the module again" in output
    assert "make install" in output
    assert "remove all but one of these folders" in output


def test_compiled_part_that_is_not_there_is_said(run_largesc_process, tmp_path):
    copy = copy_of_the_module(tmp_path)
    kernels = Path(largesc_kernels.__file__).parent
    only_python = shutil.ignore_patterns("*.so", "__pycache__")
    shutil.copytree(kernels, copy / kernels.name, ignore=only_python)
    done = run_largesc_process("doctor", env={"PYTHONPATH": str(copy)})
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "_largesc_kernels" in done.stderr
    assert "build and install again" in done.stderr


@pytest.mark.slow
def test_companion_starts_and_gets_the_arguments(run_largesc_process):
    done = run_largesc_process("companion", "--", "--help")
    assert "usage: gnuradio-companion" in done.stdout


def test_companion_says_what_it_takes_and_passes_on(run_largesc, tmp_path, monkeypatch):
    shown = " ".join(run_largesc("companion", "--help", env={"COLUMNS": "200"}).stdout.split())
    assert "largesc companion [OPTIONS] [FILE.grc]..." in shown
    assert "options of gnuradio-companion are passed on" in shown
    started = []
    monkeypatch.setattr(os, "execve", lambda _, command, __: started.append(command[2:]))
    monkeypatch.setenv("DISPLAY", ":9")
    flowgraph = tmp_path / "mine.grc"
    flowgraph.touch()
    for given in (["--log", "debug", str(flowgraph)], [str(flowgraph), "--look_ahead=1"], []):
        assert run_largesc("companion", *given).returncode == 0
        assert started.pop() == given
    done = run_largesc("companion", tmp_path / "nowhere.grc")
    assert (done.returncode, started) == (2, [])
    assert done.stderr.splitlines() == [f"largesc: {tmp_path}/nowhere.grc: no such flowgraph"]
    monkeypatch.delenv("DISPLAY")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    done = run_largesc("companion", flowgraph)
    assert (done.returncode, started) == (2, [])
    assert "Companion needs a graphical session" in done.stderr


def test_companion_environment_puts_our_blocks_first():
    from gnuradio.largesc.commands.companion import companion_environment

    ours = companion_environment({"GRC_BLOCKS_PATH": "theirs"})["GRC_BLOCKS_PATH"]
    first, second = ours.split(os.pathsep)
    assert (Path(first) / "largesc_mimi_encoder.block.yml").is_file()
    assert second == "theirs"


def test_checkpoints_are_listed(run_largesc):
    done = run_largesc("checkpoints", "list")
    assert done.returncode == 0
    assert "mini" in done.stdout


@pytest.mark.slow
def test_speech_comes_out_of_the_embedded_checkpoint(run_largesc):
    done = run_largesc("checkpoints", "verify", "mini")
    assert done.returncode == 0, done.stdout
    assert "speech comes out" in done.stdout


@pytest.mark.slow
def test_no_speech_comes_out_of_random_weights(run_largesc):
    done = run_largesc("checkpoints", "verify", "mimi-random")
    assert done.returncode == 1
    assert "NO speech comes out" in done.stdout
