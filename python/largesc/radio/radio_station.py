# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""A radio as blocks use it: samples in and out, whose turn it is, and what goes wrong."""

import time
from collections import Counter
from threading import Condition, Thread, current_thread

from gnuradio import gr

from .device_path import DevicePath, ReceivingPath, SendingPath
from .front_ends.front_end import FrontEnd, FrontEndError
from .front_ends.opening import kind_of, open_front_end
from .modem_profile import load_modem_profile
from .radio_settings import RadioSettings
from .sample_queue import SampleQueue

HELD_S = 0.5  # of what is received, until the flowgraph takes it
AHEAD_S = 0.01  # of what is to be sent, before the device's flowgraph takes it
PATIENCE_S = 2.0  # without a sample after which a device is opened anew
AGAIN_S = 2.0  # between two tries to open it
LOOK_S = 0.05


class RadioStation:
    """A device, both directions of it.

    A thread of its own starts, stops and opens: whatever a driver does, the flowgraph around goes
    on.
    In half-duplex use one direction runs at a time: it sends while the key is down.

    Args:
        device: its name, see front_ends.opening.
        settings: of the radio; :meth:`prepare` may give others for one direction.

    Attributes:
        received: samples at the modem's rate.
        to_send: likewise.
        turnovers: half duplex, s from key down to the first sample that the device asks for.
        fault: why the device does not work at the moment; empty if it does.

    Raises:
        ValueError: no kind of device.
    """

    def __init__(self, device: str, settings: RadioSettings):
        self.device, self.settings = device, settings
        kind, _ = kind_of(device)
        self.modem = load_modem_profile(settings.modem)
        self.is_live = kind.is_live
        self.is_half = is_half_duplex(device, settings)
        rate = self.modem.sample_rate
        self.received = SampleQueue(round(HELD_S * rate), drops_oldest=self.is_live)
        self.to_send = SampleQueue(round((AHEAD_S if self.is_live else 1.0) * rate))
        self.receiving = ReceivingPath(lambda: self._opened("receive"), self.received, rate)
        self.sending = SendingPath(lambda: self._opened("send"), self.to_send)
        self._settings_of = {"receive": settings, "send": settings}
        self._wants = {"receive": False, "send": False}
        self._key = not self.is_half
        self._changed = Condition()
        self._thread: Thread | None = None
        self._counts: Counter[str] = Counter()
        self._log = gr.logger("radio")
        self._next_try = self._keyed = 0.0
        self.turnovers: list[float] = []
        self.fault = ""

    def _opened(self, what: str) -> FrontEnd:
        front = open_front_end(self.device, self._settings_of[what])
        front.owner = self
        return front

    @property
    def is_open(self) -> bool:
        """A direction of it is in use, whether or not the device works at the moment."""
        is_run = self._thread is not None and self._thread.is_alive()
        return is_run or any(path.front is not None for path in (self.receiving, self.sending))

    @property
    def is_receiving(self) -> bool:
        """Samples come from the device, if it works."""
        return self.receiving.is_running

    def counters(self) -> dict[str, int]:
        """What was counted since the start: ``gaps`` and ``lost_samples`` of what is received,
        ``held_up`` samples that nobody took in time, ``underruns``, ``unsent`` samples,
        ``faults``, ``turnovers``."""
        head, clock = self.sending.head, self.receiving.clock
        counts = Counter(self._counts)
        counts["gaps"], counts["lost_samples"] = clock.gaps, clock.lost
        counts["held_up"] = self.received.dropped
        counts["underruns"] += head.underruns if head is not None else 0
        counts["turnovers"] = len(self.turnovers)
        return {name: count for name, count in counts.items() if count}

    @property
    def write_error(self) -> str:
        """Of a recording: why it could not take all that was sent; empty if it did."""
        front = self.sending.front
        return self.sending.write_error if front is None else front.write_error

    def waiting(self) -> int:
        """Samples to be sent that wait in front of the device and its filters."""
        head = self.sending.head
        return len(self.to_send) + (head.waiting() if head is not None else 0)

    def prepare(self, what: str, settings: RadioSettings) -> None:
        """Opens a direction, ``receive`` or ``send``, so that what is wrong is known at once.

        Raises:
            FrontEndError: it cannot be used, or is a recording that is used the other way.
        """
        other = self._path("send" if what == "receive" else "receive")
        if not self.is_live and other.front is not None:
            raise FrontEndError(f"{self.device}: a recording is read or written, not both")
        self._settings_of[what] = settings
        try:
            self._path(what).open()
        except FrontEndError as error:
            raise _named(error, self.device) from error

    def is_set_otherwise(self, what: str, settings: RadioSettings) -> bool:
        """Whether a direction is in use, and not with these settings."""
        is_used = self._wants[what] or self._path(what).front is not None
        return is_used and self._settings_of[what] != settings

    def want(self, what: str, wanted: bool) -> None:
        """A direction is used from now on, or no more."""
        with self._changed:
            if wanted and not self._wants[what]:
                self._begin_anew(what)
            self._wants[what] = wanted
            if wanted and (self._thread is None or not self._thread.is_alive()):
                self._thread = Thread(target=self._run, name="radio", daemon=True)
                self._thread.start()
            self._changed.notify_all()
            thread = self._thread
        if not any(self._wants.values()) and thread not in (None, current_thread()):
            assert thread is not None
            thread.join(5.0)

    def _begin_anew(self, what: str) -> None:
        """Nothing is left of the direction's last run: no samples, nor their end, nor counts."""
        if not any(self._wants.values()):
            del self._counts["faults"]
            self.fault = ""
        if what == "receive":
            self.received.clear()
            self.received.dropped = self.receiving.clock.gaps = self.receiving.clock.lost = 0
            return
        self.to_send.clear()
        self._key = not self.is_half
        del self._counts["unsent"]
        self.turnovers.clear()
        if self.sending.head is not None:
            self.sending.head.underruns = 0

    def key_down(self, patience: float) -> bool:
        """Half duplex: an over begins; tells whether samples are welcome by now."""
        with self._changed:
            if not self._key and not self.sending.is_running:
                self.to_send.clear()
                self._key, self._keyed = True, time.monotonic()
                self._changed.notify_all()
            self._changed.wait_for(lambda: self._key, patience)
            return self._key

    def key_up(self) -> None:
        """Half duplex: the over's last sample is in the queue."""
        self.to_send.end()
        with self._changed:
            self._key = False
            self._changed.notify_all()

    def count_unsent(self, samples: int) -> None:
        """Samples that no device took."""
        self._counts["unsent"] += samples

    def finish_sending(self) -> None:
        """Waits until what is in the queue is out; of a device not longer than it should take."""
        self.to_send.end()

        def is_out() -> bool:
            return bool(self.fault) or (self.to_send.is_over and not self.sending.is_running)

        with self._changed:
            self._changed.wait_for(is_out, 5.0 if self.is_live else 60.0)

    def _path(self, what: str) -> DevicePath:
        return self.receiving if what == "receive" else self.sending

    def _run(self) -> None:
        while any(self._wants.values()):
            try:
                self._look()
            except Exception as error:  # whatever a driver raises
                self._fail(error)
            with self._changed:
                self._changed.notify_all()
                self._changed.wait(LOOK_S)
        for path in (self.receiving, self.sending):
            try:
                path.close()
            except Exception as error:  # whatever a driver raises
                self._log.warn(f"{self.device}: {error}")

    def _look(self) -> None:
        """Brings about what is wanted, as far as it can be now."""
        if time.monotonic() < self._next_try:
            return
        sends = self._wants["send"] and (self._key or len(self.to_send) > 0)
        self._end_over()
        if sends and not self.sending.is_running and not self.to_send.is_over:
            self._start(self.sending, self.receiving)
        waits = self.is_half and (sends or self.sending.is_running)
        is_read = self.received.is_over and not self.is_live
        if self._wants["receive"] and not (waits or is_read or self.receiving.is_running):
            self._start(self.receiving, self.sending)
        if not self._wants["receive"]:
            self.receiving.stop()
        self._watch()

    def _end_over(self) -> None:
        """What is sent goes out to its end."""
        head = self.sending.head
        if not self.sending.is_running or head is None:
            return
        if self.to_send.is_ended:
            self.sending.finish()
            began = head.began
            if self.is_half and began is not None:
                self.turnovers.append(began - self._keyed)
        elif not self._wants["send"]:
            self.sending.stop()

    def _start(self, path: DevicePath, other: DevicePath) -> None:
        if self.is_half:
            other.stop()
        path.open()
        path.start()
        if self.fault:
            self._log.warn(f"{self.device}: works again")
        self._next_try, self.fault = 0.0, ""

    def _watch(self) -> None:
        """Whether samples still go in and out."""
        if not self.is_live:
            return
        front = self.receiving.front
        gives = self.receiving.is_running and front is not None and not front.may_be_silent
        if gives and self.receiving.clock.seconds_without > PATIENCE_S:
            raise FrontEndError(f"no samples for {PATIENCE_S:.0f} s")
        head = self.sending.head
        takes = self.sending.is_running and head is not None and len(self.to_send) > 0
        if takes and head is not None and time.monotonic() - head.newest > PATIENCE_S:
            raise FrontEndError(f"it took no samples for {PATIENCE_S:.0f} s")

    def _fail(self, error: Exception) -> None:
        if not self.fault:
            self._counts["faults"] += 1
            self.fault = str(_named(error, self.device))
            self._log.warn(f"{self.fault}; it is tried again every {AGAIN_S:.0f} s")
        self._next_try = time.monotonic() + AGAIN_S
        for path in (self.receiving, self.sending):
            try:
                path.close()
            except Exception as again:  # whatever a driver raises
                self._log.debug(f"{self.device}: {again}")


def _named(error: Exception, device: str) -> FrontEndError:
    text = str(error)
    return FrontEndError(text if text.startswith(device) else f"{device}: {text}")


def is_half_duplex(device: str, settings: RadioSettings) -> bool:
    """Whether the device sends or receives, one at a time."""
    is_hackrf = device.startswith("soapy:") and "driver=hackrf" in device
    return settings.duplex == "half" or (settings.duplex == "auto" and is_hackrf)


def in_both_directions(settings: RadioSettings) -> RadioSettings:
    """The settings of one device that sends and receives: where a key is pressed to send, there is
    a transceiver, which does one at a time, unless the settings say otherwise."""
    has_key = settings.ptt != "none"
    return settings.changed(duplex="half") if has_key and settings.duplex == "auto" else settings
