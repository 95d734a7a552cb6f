# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Push-to-talk: pressed for an over, released whatever dies."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from dummy_rig import DummyRig, needs_rigctld, wait_until
from gnuradio.largesc.radio.push_to_talk import PushToTalk, open_push_to_talk, release_process
from gnuradio.largesc.radio.push_to_talk.key import NoKey

SOON_S = 5.0


class BrokenKey(NoKey):
    """A key that fails as often as it is told to; says what was done."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.failures = 0

    def press(self) -> None:
        self._do("press")

    def release(self) -> None:
        self._do("release")

    def _do(self, what: str) -> None:
        if self.failures:
            self.failures -= 1
            raise OSError("broken")
        self.done.append(what)


def begin(key: PushToTalk) -> None:
    """The key goes down for an over."""
    key.down()
    assert key.wait(SOON_S)
    assert key.is_down


def end(key: PushToTalk) -> None:
    """The over ends, and the key goes up."""
    key.up()
    assert key.wait(SOON_S)
    assert not key.is_down


@pytest.fixture
def rig() -> Iterator[DummyRig]:
    with DummyRig() as made:
        yield made


@pytest.fixture
def rig_key(rig: DummyRig) -> Iterator[PushToTalk]:
    with open_push_to_talk(rig.name) as key:
        yield key


def test_without_a_key_overs_begin_and_end_all_the_same() -> None:
    with open_push_to_talk("none", lead_ms=100, tail_ms=50.0) as key:
        assert (key.lead_ms, key.tail_ms, key.lead_tone, key.is_down) == (100.0, 50.0, False, False)
        begin(key)
        end(key)
        assert key.counters() == {"overs": 1}
    assert open_push_to_talk("vox").lead_tone


def fail_within_an_over(key: PushToTalk) -> None:
    with key:
        begin(key)
        raise RuntimeError


def test_an_error_releases_the_key() -> None:
    key = BrokenKey()
    pressed = PushToTalk(key)
    with pytest.raises(RuntimeError):
        fail_within_an_over(pressed)
    assert key.done == ["release", "press", "release"]
    pressed.down()  # it is closed
    assert not pressed.is_down
    assert key.done[-1] == "release"


def test_an_over_that_is_too_long_is_cut_and_the_next_one_sent() -> None:
    broken = BrokenKey()
    with PushToTalk(broken, limit_s=0.3) as key:
        key.down()
        wait_until(lambda: broken.done == ["release", "press", "release"], "it was pressed and cut")
        key.down()
        assert key.wait(SOON_S)
        assert not key.is_down, "still the same over"
        assert key.counters() == {"overs": 1, "too_long": 1}
        key.up()
        key.down()
        wait_until(lambda: broken.done.count("press") == 2, "the next one is sent")
        assert key.counters()["overs"] == 2


def test_an_over_in_which_nothing_more_comes_is_cut_until_it_does() -> None:
    broken = BrokenKey()
    with PushToTalk(broken, idle_s=0.3) as key:
        key.down()
        wait_until(lambda: broken.done == ["release", "press", "release"], "it was pressed and cut")
        assert key.counters() == {"overs": 1, "idle": 1}
        key.down()
        wait_until(lambda: broken.done.count("press") == 2, "it goes on")
        end(key)
        assert key.counters()["overs"] == 1


def test_a_release_that_fails_is_tried_again() -> None:
    key = BrokenKey()
    with PushToTalk(key) as pressed:
        begin(pressed)
        key.failures = 2
        pressed.up()
        assert pressed.wait(SOON_S)
        assert key.done[-1] == "release"
        assert pressed.counters()["failures"] == 2


@pytest.mark.parametrize(
    "how", ["", "None", "rts", "rts:", "cat:/dev/x", "rigctld:a:b", "rigctld::0"]
)
def test_what_is_no_key_is_said_in_a_line(how: str) -> None:
    with pytest.raises(ValueError, match=r"push_to_talk must be none, vox, .*, not ") as error:
        open_push_to_talk(how)
    assert "\n" not in str(error.value)


def test_times_out_of_range_are_refused() -> None:
    for wrong in ({"lead_ms": -1}, {"tail_ms": 1e9}, {"limit_s": 0}):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            open_push_to_talk("none", **wrong)


def test_a_daemon_that_is_not_there_is_said() -> None:
    with pytest.raises(OSError, match=r"rigctld at 127\.0\.0\.1:1: cannot be reached"):
        open_push_to_talk("rigctld:127.0.0.1:1")


@needs_rigctld
def test_the_rig_sends_during_the_over(rig: DummyRig, rig_key: PushToTalk) -> None:
    begin(rig_key)
    assert rig.is_down()
    end(rig_key)
    assert not rig.is_down()
    begin(rig_key)
    rig_key.close()
    assert not rig.is_down()


@needs_rigctld
def test_the_rig_may_be_told_to_send_data(rig: DummyRig) -> None:
    with open_push_to_talk(rig.name.replace("rigctld", "rigctld-data")) as key:
        begin(key)
        assert rig.is_down()
    assert not rig.is_down()


@needs_rigctld
def test_a_daemon_that_dies_within_an_over_is_found_again(
    rig: DummyRig,
    rig_key: PushToTalk,
) -> None:
    begin(rig_key)
    rig.stop()
    rig_key.up()
    assert not rig_key.wait(0.2)
    rig.start()
    rig.press()  # a rig that was left sending
    wait_until(lambda: not rig.is_down(), "the key is released")
    assert rig_key.wait(SOON_S)


def test_where_nobody_would_release_the_key_it_goes_up_and_is_tried_again(tmp_path: Path) -> None:
    guard = tmp_path / "guard"
    guard.write_text("#!/bin/sh\nread -r line\n")
    guard.chmod(0o700)
    broken = BrokenKey()
    broken.guard = (str(guard),)
    with PushToTalk(broken) as key:
        begin(key)
        guard.rename(tmp_path / "elsewhere")
        key._guard._process.kill()  # and it cannot be started again
        wait_until(lambda: key.counters().get("failures", 0) > 1, "it is tried again")
        assert not key.is_down
        assert broken.done[-1] == "release"
        (tmp_path / "elsewhere").rename(guard)
        begin(key)
        end(key)
    assert broken.done[-1] == "release"


@needs_rigctld
@pytest.mark.slow
def test_a_process_that_is_killed_leaves_no_key_down(rig: DummyRig) -> None:
    program = f"""
from gnuradio.largesc.radio.push_to_talk import open_push_to_talk
key = open_push_to_talk({rig.name!r})
key.down()
print(key.wait(10), flush=True)
input()
"""
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "True\n"
            assert rig.is_down()
        finally:
            process.kill()
        wait_until(lambda: not rig.is_down(), "the key is released")


@needs_rigctld
def test_a_process_that_hangs_leaves_no_key_down(rig: DummyRig) -> None:
    folder = Path(release_process.__file__).parent
    program = f"""
import sys
sys.path.insert(0, {str(folder)!r})
import release_process
release_process.HANGS_S = 0.2
release_process.main()
"""
    rig.press()
    command = [sys.executable, "-S", "-c", program, "127.0.0.1", str(rig.port)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, bufsize=0) as process:
        assert process.stdin is not None
        process.stdin.write(b"d")
        wait_until(lambda: not rig.is_down(), "the key is released")
        process.stdin.close()
        assert process.wait(SOON_S) == 0
