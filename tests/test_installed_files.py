# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""An installation over an earlier one leaves none of its files, and nothing else is touched."""

import subprocess
from pathlib import Path

import pytest

CMAKE = Path(__file__).parents[1] / "cmake" / "installed_files.cmake"
PACKAGE = "lib/python3/gnuradio/largesc"
LISTING = "share/gr-largesc/installed_files.txt"
OURS = "# Copyright 2026 the gr-largesc authors\n#\n"


class Prefix:
    """A prefix that files are put into and CMake's functions run on."""

    def __init__(self, folder: Path):
        self.path, self.manifest = folder / "prefix", folder / "install_manifest.txt"

    def put(self, *names: str, text: str = OURS) -> list[str]:
        """Writes files, relative to the prefix, and returns their paths."""
        for name in names:
            (self.path / name).parent.mkdir(parents=True, exist_ok=True)
            (self.path / name).write_text(text)
        return [str(self.path / name) for name in names]

    def install(self, *names: str) -> None:
        self._run("largesc_end_installation({})\n", *self.put(*names))

    def uninstall(self) -> None:
        self._run('largesc_installed(names {})\nlargesc_remove("${{top}}" ${{names}})')

    def files(self) -> set[str]:
        return {str(p.relative_to(self.path)) for p in self.path.rglob("*") if p.is_file()}

    def folders(self) -> set[str]:
        return {str(p.relative_to(self.path)) for p in self.path.rglob("*") if p.is_dir()}

    def _run(self, calls: str, *more: str) -> None:
        arguments = (self.path, LISTING, self.manifest, PACKAGE, *more)
        script = self.manifest.with_name("script.cmake")
        quoted = " ".join(f'"{argument}"' for argument in arguments)
        script.write_text(f'include("{CMAKE}")\nset(top "{self.path}")\n' + calls.format(quoted))
        subprocess.run(["cmake", "-P", script], check=True, capture_output=True, text=True)


@pytest.fixture
def prefix(tmp_path: Path) -> Prefix:
    return Prefix(tmp_path)


def test_a_module_that_moved_is_gone_from_its_old_place(prefix: Prefix) -> None:
    prefix.install("bin/largesc", f"{PACKAGE}/__init__.py", f"{PACKAGE}/old/simulation.py")
    prefix.put(f"{PACKAGE}/old/__pycache__/simulation.cpython-311.pyc")
    prefix.put(f"{PACKAGE}/__pycache__/__init__.cpython-311.pyc")
    prefix.install("bin/largesc", f"{PACKAGE}/__init__.py", f"{PACKAGE}/new/simulation.py")
    kept = {"bin/largesc", f"{PACKAGE}/__init__.py", f"{PACKAGE}/new/simulation.py", LISTING}
    assert prefix.files() == kept | {f"{PACKAGE}/__pycache__/__init__.cpython-311.pyc"}
    assert f"{PACKAGE}/old" not in prefix.folders()


def test_what_the_build_folder_remembers_goes_too(prefix: Prefix) -> None:
    there = prefix.put("share/gnuradio/grc/blocks/largesc_old.block.yml", "lib/liblargesc.so")
    beside = prefix.path.parent / "elsewhere.txt"
    beside.write_text("of another prefix\n")
    prefix.manifest.write_text("\n".join([*there, str(beside)]))
    prefix.install("lib/liblargesc.so")
    assert prefix.files() == {"lib/liblargesc.so", LISTING}
    assert beside.is_file()


def test_files_of_a_version_that_noted_nothing_are_known_by_their_copyright(
    prefix: Prefix,
) -> None:
    prefix.put(f"{PACKAGE}/simulation.py", "include/gnuradio/largesc/packet_codec.h")
    prefix.put(f"{PACKAGE}/simulation.pyc", f"{PACKAGE}/simulation.pyo")  # would be imported
    prefix.put(f"{PACKAGE}/my_own.py", f"{PACKAGE}/notes.txt", text="# mine\n")
    prefix.put("lib/python3/gnuradio/other/block.py")
    prefix.install(f"{PACKAGE}/__init__.py")
    assert prefix.files() == {
        *(f"{PACKAGE}/{name}" for name in ("__init__.py", "my_own.py", "notes.txt")),
        *("lib/python3/gnuradio/other/block.py", LISTING),
    }


def test_uninstalling_leaves_what_others_put_there(prefix: Prefix) -> None:
    prefix.put("bin/other", "include/gnuradio/other.h", "share/gnuradio/grc/blocks/.keep")
    before = prefix.files(), prefix.folders()
    prefix.install("bin/largesc", f"{PACKAGE}/__init__.py", "include/gnuradio/largesc/api.h")
    prefix.put(f"{PACKAGE}/__pycache__/__init__.cpython-311.pyc")
    prefix.uninstall()
    assert prefix.files() == before[0]
    assert prefix.folders() - before[1] == {"lib", "lib/python3"}


def test_a_listing_cannot_reach_out_of_the_prefix(prefix: Prefix) -> None:
    prefix.put("keep")
    outside = prefix.path.parent / "outside"
    outside.write_text("")
    lines = "../outside\n" + f"{outside}\n" + "x/../../outside\n"
    prefix.put(LISTING, text=lines)
    prefix.uninstall()
    assert outside.is_file()
    assert prefix.files() == {"keep"}
