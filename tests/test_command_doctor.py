# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ``largesc doctor`` finds, one fault at a time."""

import importlib.util
import shutil
import sys
from pathlib import Path

import largesc_kernels
import pytest
from gnuradio import largesc
from gnuradio.largesc.codec.checkpoint import CheckpointError
from gnuradio.largesc.commands import computing_time, doctor, installation, radio_software
from gnuradio.largesc.commands.computing_time import ComputingTime
from gnuradio.largesc.radio.front_ends.opening import KINDS

PYTHON = "lib/python3/site-packages/gnuradio/largesc"


@pytest.fixture
def prefix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation of two modules with its list of files."""
    (tmp_path / "share" / "gnuradio" / "grc" / "blocks").mkdir(parents=True)
    files = [f"{PYTHON}/__init__.py", f"{PYTHON}/link/packetizer.py"]
    for name in files:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    listing = tmp_path / installation.LISTING
    listing.parent.mkdir()
    listing.write_text("\n".join([*files, "bin/largesc"]) + "\n")
    monkeypatch.setattr(installation, "PACKAGE", tmp_path / PYTHON)
    return tmp_path


def test_a_clean_installation_has_nothing_left_over(prefix):
    assert doctor.check_left_over() == doctor.Finding(
        "old files", True, "none", doctor.check_left_over().mend
    )


@pytest.mark.parametrize("name", ["simulation.py", "hier/speech_sink.py", "largesc_python.so"])
def test_files_of_an_older_layout_are_found(prefix, name):
    old = prefix / PYTHON / name
    old.parent.mkdir(exist_ok=True)
    old.touch()
    finding = doctor.check_left_over()
    assert (finding.well, finding.seen) == (False, str(old))
    assert "remove them" in finding.mend


def test_without_a_list_compiled_files_alone_are_known(prefix):
    (prefix / installation.LISTING).unlink()
    (prefix / PYTHON / "mine.py").touch()
    assert doctor.check_left_over().well
    (prefix / PYTHON / "largesc_python.cpython-311-x86_64-linux-gnu.so").touch()
    assert not doctor.check_left_over().well


def test_many_old_files_are_counted(prefix):
    for number in range(9):
        (prefix / PYTHON / f"old_{number}.py").touch()
    seen = doctor.check_left_over().seen
    assert seen.count(".py") == doctor.LEFT_OVER_SHOWN
    assert seen.endswith("... (9 in all)")


def test_missing_packages_are_named(monkeypatch):
    there = doctor._found
    monkeypatch.setattr(doctor, "_found", lambda name: name not in ("yaml", "av") and there(name))
    finding = doctor.check_packages()
    assert (finding.well, finding.seen) == (False, "missing: av, PyYAML")
    assert finding.mend == "pip install -r requirements.txt"


def test_every_requirement_is_checked():
    requirements = (Path(__file__).parents[1] / "requirements.txt").read_text().splitlines()
    names = {
        line.split("=")[0].rstrip("<>~!").lower() for line in requirements if line[:1].isalpha()
    }
    models = {"torch", "numpy", "einops", "safetensors"}  # by checks of their own
    assert names - models == {package.lower() for package in doctor.PACKAGES}


def test_what_radios_can_be_used_through_is_said(monkeypatch):
    there = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "gnuradio.uhd" else there(name)
    )
    monkeypatch.setattr(shutil, "which", lambda program: None)
    finding = doctor.check_radios()
    assert finding.well  # nobody needs all of it
    assert finding.seen == (
        "soapy, iio, sound, zmq; not here: uhd (gnuradio), rigctld (libhamlib-utils); "
        "devices were not looked for"
    )


def test_devices_are_called_as_the_commands_call_them():
    assert set(radio_software.MODULES) == set(KINDS) - {"sigmf", "loopback"}


def copies(folders: list[Path], package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Puts a package into each of the folders, and these alone onto Python's path."""
    for folder in folders:
        (folder / package).mkdir(parents=True)
        (folder / package / "__init__.py").touch()
    monkeypatch.setattr(sys, "path", [str(folder) for folder in folders])


def test_kernels_of_another_version(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    assert doctor.check_kernels().well
    monkeypatch.setattr(largesc_kernels, "__version__", "0.0.9")
    finding = doctor.check_kernels()
    assert not finding.well
    assert finding.seen.startswith("0.0.9 in ")
    assert f"it must be {largesc.__version__}" in finding.mend
    monkeypatch.delattr(largesc_kernels, "__version__")
    assert doctor.check_kernels().seen.startswith("older than 0.1.0 in ")


def test_kernels_twice(monkeypatch, tmp_path):
    folders = [tmp_path / "one", tmp_path / "other"]
    copies(folders, "largesc_kernels", monkeypatch)
    finding = doctor.check_kernels()
    assert not finding.well
    assert finding.seen == ", ".join(str(folder / "largesc_kernels") for folder in folders)
    assert "pip uninstall largesc_kernels" in finding.mend


def test_the_module_twice(monkeypatch, tmp_path):
    folders = [tmp_path / "one", tmp_path / "other"]
    copies(folders, "gnuradio/largesc", monkeypatch)
    assert not doctor.check_path().well
    monkeypatch.setattr(sys, "path", [str(folders[0])] * 2)
    assert doctor.check_path().well


def test_what_is_wrong_is_shown_with_what_to_do(run_largesc, monkeypatch):
    def broken() -> doctor.Finding:
        raise RuntimeError("[/this] broke")

    wrong = doctor.Finding("thing", False, "[id] missing", "bring it")
    monkeypatch.setattr(doctor, "CHECKS", (lambda: wrong, broken))
    done = run_largesc("doctor", env={"COLUMNS": "120"})
    assert done.returncode == 1
    for text in ("wrong", "[id] missing", "bring it", "broken", "RuntimeError: [/this] broke"):
        assert text in done.stdout
    monkeypatch.setattr(doctor, "CHECKS", (lambda: wrong._replace(well=True),))
    done = run_largesc("doctor")
    assert done.returncode == 0
    assert "bring it" not in done.stdout


@pytest.mark.parametrize(
    ("codec", "lost_frame", "says"),
    [
        (0.02, 0.0149, "token model 15 ms for a lost one: --recovery base and lora keep up"),
        (0.02, 0.0751, "75 ms for a lost one, needed 60: use --recovery hold or interpolate"),
        (0.09, 0.0149, "codec 90 ms for a frame of 80: too slow for live speech"),
    ],
)
def test_speed_says_what_recovery_keeps_up(monkeypatch, codec, lost_frame, says):
    found = ComputingTime(codec, lost_frame)
    monkeypatch.setattr(computing_time, "computing_time", lambda: found)
    finding = doctor.check_speed()
    assert finding.well
    assert says in finding.seen


def test_speed_is_not_measured_without_a_checkpoint(monkeypatch):
    def fails() -> ComputingTime:
        raise CheckpointError("no checkpoint 'mini'")

    monkeypatch.setattr(computing_time, "computing_time", fails)
    assert doctor.check_speed().seen == "not measured: no checkpoint 'mini'"


@pytest.mark.slow
def test_computing_time_is_that_of_codec_and_model(monkeypatch):
    monkeypatch.setattr(computing_time, "FRAMES", 3)
    monkeypatch.setattr(computing_time, "FIRST_FRAMES", 1)
    found = computing_time.computing_time()
    assert 0.0001 < found.codec < 10
    assert 0.0001 < found.lost_frame < 10  # a frame that is not lost takes the model no time here
