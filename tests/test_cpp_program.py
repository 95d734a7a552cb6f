# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""A C++ program finds the installed library by CMake and calls the packet codec."""

import subprocess
from pathlib import Path

import pytest
from gnuradio.largesc.commands.installation import prefix

PROJECT = """
cmake_minimum_required(VERSION 3.16)
project(program CXX)
find_package(gnuradio-largesc 0.1 REQUIRED)
add_executable(program program.cc)
target_link_libraries(program gnuradio::gnuradio-largesc)
"""

PROGRAM = """
#include <gnuradio/largesc/packet/packet_codec.h>
#include <iostream>

int main()
{
    gr::largesc::packet said;
    said.primary = { 1, 2, 3, 4 };
    std::cout << gr::largesc::packet_codec().pack(said).size();
}
"""


@pytest.mark.slow
def test_program_packs_a_packet(tmp_path: Path) -> None:
    (tmp_path / "CMakeLists.txt").write_text(PROJECT)
    (tmp_path / "program.cc").write_text(PROGRAM)
    build = tmp_path / "build"
    configure = ["cmake", "-S", tmp_path, "-B", build, f"-DCMAKE_PREFIX_PATH={prefix()}"]
    subprocess.run(configure, check=True, capture_output=True)
    subprocess.run(["cmake", "--build", build], check=True, capture_output=True)
    program = subprocess.run([build / "program"], check=True, capture_output=True, text=True)
    assert program.stdout == "7"  # 12 + 4 * 11 bits
