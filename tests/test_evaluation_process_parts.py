# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a process of an evaluation sets up once."""

import subprocess
import sys

import pytest

# As in a Dask worker: one thread unpacks a task, which imports torch, while another works.
IMPORTED_MEANWHILE = """
import sys, threading
from gnuradio.largesc.evaluation.run.process_parts import use_one_thread

assert "torch" not in sys.modules, "imported before: this shows nothing"
other = threading.Thread(target=__import__, args=("torch",))
other.start()
while "torch" not in sys.modules:
    pass
use_one_thread()
import torch
assert torch.get_num_threads() == 1
other.join()
"""


@pytest.mark.slow
def test_one_thread_while_another_thread_imports_torch() -> None:
    done = subprocess.run(
        [sys.executable, "-c", IMPORTED_MEANWHILE], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
