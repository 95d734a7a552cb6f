# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Block: loses packets as a loss process decides, and can keep a record of what it lost."""

import os
from pathlib import Path

from largesc_kernels import (
    burst_statistics,
    takes_loss_rate,
    trace_erasures,
    trace_error,
    write_trace,
)

from .frame import setting_value as setting
from .runtime import pdu
from .runtime.guarded_setter import guarded_setter
from .runtime.pdu_block import PduBlock
from .speech_link.channel_settings import TRACE, checked_loss_process


class erasure_channel(PduBlock):
    """Loses PDUs; one decision for each, in the order in which they come.

    The end marker always passes. One seed loses the same packets on every platform.

    Args:
        loss_rate: share of lost packets, 0..1, as far as the process can have it; a trace has its
            own.
        seed: of the random generator, 0..2^64-1.
        process: ``independent``, ``gilbert``, ``gilbert-elliott``, ``bellcore`` or ``trace``
            (also ``trace:FILE``); docs/channels.md describes them.
        burst: packets; for ``gilbert`` the mean burst, for ``gilbert-elliott`` the mean stay in
            the bad state; the other processes do not look at it.
        trace: file with the decisions of process ``trace``.
        record: file to write the decisions to, as the stream ends or the flowgraph stops; empty
            for none. What follows another start or an unlock is written behind it. A failure to
            write is logged and counted as ``record_errors``.

    Raises:
        ValueError: a parameter out of range, a file that is no trace, a folder to record in that
            is not there.

    Message ports: ``packets`` in, ``packets`` out. Counters: ``packets``, ``lost``, ``bursts``
    and ``longest_burst`` (of lost packets), ``repeats`` (of a trace), ``malformed``,
    ``record_errors``.
    """

    def __init__(
        self,
        loss_rate: float = 0.1,
        seed: int = 0,
        process: str = "independent",
        burst: float = 3.0,
        trace: str = "",
        record: str = "",
    ):
        PduBlock.__init__(self, "erasure_channel", "packets", "packets")
        process, trace = setting.text("process", process), setting.text("trace", trace)
        self._name = f"{TRACE}{trace}" if process == "trace" else process
        self._process = checked_loss_process(self._name, loss_rate, burst, seed)
        self._statistics = burst_statistics()
        self._record = setting.text("record", record)
        self._decisions: list[bool] = []  # of all runs
        self._recorded = 0  # so many of them are in the file
        self.record_error = ""  # why the last record could not be written
        if record:
            _check_record(record, self._name)

    def reset(self) -> None:
        self._process.reset()
        self._statistics = burst_statistics()
        self.record_error = ""

    def process(self, received: pdu.Pdu) -> None:
        lost = self._process.next_is_lost()
        self.count("packets")
        self._statistics.add(lost)
        if self._record:
            self._decisions.append(lost)
        if lost:
            self.count("lost")
        else:
            self.publish(pdu.join(received))

    def flush(self, frames: int) -> None:
        self._write_record()

    def stop(self) -> bool:
        """GNU Radio calls this when the block's thread ends; without end marker as well."""
        self._write_record()
        return True

    @guarded_setter
    def set_loss_rate(self, loss_rate: float) -> None:
        """Loss rate for the packets to come, 0..1.

        What is no such number, or what the process cannot have at its burst length, is refused in
        the log, and the old rate stays; a trace has its own rate and ignores this.
        """
        rate = setting.number("loss_rate", loss_rate, 0, 1)
        if takes_loss_rate(self._name):
            self._process.loss_rate = rate

    def counters(self) -> dict[str, int]:
        more = {
            "bursts": self._statistics.bursts,
            "longest_burst": self._statistics.longest_burst,
        }
        if isinstance(self._process, trace_erasures):
            more["repeats"] = self._process.repeats
        return super().counters() | {name: value for name, value in more.items() if value}

    def description(self) -> str:
        """Name and parameters of the process."""
        return str(self._process.description)

    def _write_record(self) -> None:
        if self._recorded == len(self._decisions):
            return
        self._recorded = len(self._decisions)
        try:
            write_trace(self._record, self._decisions, f"erasure_channel: {self.description()}")
        except trace_error as error:
            self.record_error = str(error)
            self.count("record_errors")
            self._log.error(self.record_error)


def _check_record(record: str, name: str) -> None:
    folder = Path(record).absolute().parent
    if not os.access(folder, os.W_OK):
        raise ValueError(f"trace {record} cannot be written: {folder} is no folder to write to")
    if name.startswith(TRACE) and Path(record).resolve() == Path(name[len(TRACE) :]).resolve():
        raise ValueError(f"the record would replace the trace it is made from, {record}")
