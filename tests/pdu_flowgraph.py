# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of PDU blocks share: flowgraphs that must end by themselves, and PDUs."""

import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pmt
from gnuradio import gr
from gnuradio.largesc.runtime import pdu

PATIENCE_S = 60.0  # only a test that fails waits so long
DONE = pmt.cons(pmt.intern("done"), pmt.from_long(1))


class PduStore(gr.basic_block):
    """Keeps the messages it gets, and ends with the end marker.

    ``blocks.message_debug`` ends when GNU Radio says that the block before it is done, and then
    misses the last message now and then. Message port: ``pdus`` in.
    """

    def __init__(self) -> None:
        gr.basic_block.__init__(self, name="pdu_store", in_sig=[], out_sig=[])
        self.messages: list[Any] = []
        self.message_port_register_in(pmt.intern("pdus"))
        self.set_msg_handler(pmt.intern("pdus"), self._keep)
        self.set_msg_handler(pmt.intern("system"), self._keep_running)

    def start(self) -> bool:
        while self.delete_head_nowait(pmt.intern("pdus")):
            pass  # left over when the run before was stopped
        self.messages = []
        return True

    def _keep(self, message: Any) -> None:
        self.messages.append(message)
        if is_end(message):
            self.system_handler(DONE)

    def _keep_running(self, message: Any) -> None:
        pass

    def vectors(self) -> list[list[int]]:
        """Vectors of the PDUs before the end marker."""
        return [pmt.to_python(pmt.cdr(message)).tolist() for message in self._before_end()]

    def meta(self, key: str) -> list[Any]:
        """Values of a metadata key of the PDUs before the end marker, None where it is not."""
        metas = (pmt.car(message) for message in self._before_end())
        return [pmt.to_python(pmt.dict_ref(m, pmt.intern(key), pmt.PMT_NIL)) for m in metas]

    def frames_at_end(self) -> int:
        """How many frames the stream had, as the end marker says; it must be the last PDU."""
        if not self.messages or not is_end(self.messages[-1]):
            raise AssertionError("the last PDU is not the end marker")
        return pdu.frame_number(pmt.car(self.messages[-1]))

    def _before_end(self) -> list[Any]:
        return [message for message in self.messages if not is_end(message)]


def is_end(message: Any) -> bool:
    """Whether a message is the end marker; written apart from the code under test."""
    return bool(
        pmt.is_pair(message)
        and pmt.is_dict(pmt.car(message))
        and pmt.equal(pmt.dict_ref(pmt.car(message), pmt.intern("end"), pmt.PMT_F), pmt.PMT_T)
    )


def wait_until(condition: Callable[[], bool], what: str, every: float = 0.002) -> None:
    """Waits for something that the flowgraph does in threads of its own, and looks every so many
    seconds."""
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"in vain waited until {what}")
        time.sleep(every)


def wait_for_end(flowgraph: gr.top_block) -> None:
    """Waits until a flowgraph that was started has ended by itself."""
    waiter = threading.Thread(target=flowgraph.wait, daemon=True)
    waiter.start()
    waiter.join(PATIENCE_S)
    if waiter.is_alive():
        flowgraph.stop()
        waiter.join()
        raise AssertionError("the flowgraph does not end by itself")


def stop(flowgraph: gr.top_block) -> None:
    """Stops a flowgraph that a failed test may have left running; else Python could not exit."""
    flowgraph.stop()
    flowgraph.wait()


def run_to_end(flowgraph: gr.top_block) -> None:
    """Starts a flowgraph and waits until it has ended by itself."""
    flowgraph.start()
    wait_for_end(flowgraph)


def python_threads() -> set[threading.Thread]:
    """Threads that Python started; GNU Radio's are dummies to it."""
    return {t for t in threading.enumerate() if not isinstance(t, threading._DummyThread)}


def post(block: Any, port: str, messages: Iterable[Any]) -> None:
    """Puts messages into a block's queue, as if a block before it had published them."""
    for message in messages:
        block.to_basic_block()._post(pmt.intern(port), message)


def tokens_of(frame: int) -> np.ndarray:
    """Eight tokens that no other frame of a test has."""
    return np.array([(8 * frame + k) * 37 % 2048 for k in range(8)], dtype=np.int16)


def token_pdu(frame: int, tokens: Any = None, **meta: Any) -> Any:
    """Token frame, by default with the tokens of :func:`tokens_of`."""
    values = tokens_of(frame) if tokens is None else np.array(tokens, dtype=np.int16)
    return pdu.token_frame(pdu.add(pdu.frame_meta(frame), **meta), values)


def packet_pdu(data: bytes) -> Any:
    """Packet of these bytes."""
    return pdu.packet(pmt.make_dict(), data)


def end_without_frame_number() -> Any:
    """End marker that does not say how many frames there were."""
    meta = pmt.dict_add(pmt.make_dict(), pmt.intern("end"), pmt.PMT_T)
    return pmt.cons(meta, pmt.make_u8vector(0, 0))


def no_pdus() -> list[Any]:
    """Messages that are no PDU at all."""
    vector = pmt.init_u8vector(9, [1] * 9)
    return [
        pmt.PMT_T,
        pmt.intern("speech"),
        vector,
        pdu.frame_meta(0),
        pmt.cons(pmt.from_long(1), vector),
        pmt.cons(pmt.intern("frame"), vector),
        pmt.cons(pdu.frame_meta(0), pmt.intern("speech")),
        pmt.cons(pdu.frame_meta(0), pmt.PMT_NIL),
        pmt.cons(pdu.frame_meta(0), pmt.make_vector(8, pmt.from_long(1))),
    ]


def no_token_frames(frame: int = 0) -> list[Any]:
    """PDUs that are no token frame: wrong vector type, length or value."""
    meta = pdu.frame_meta(frame)
    return [
        pmt.cons(meta, pmt.init_u8vector(8, [1] * 8)),
        pmt.cons(meta, pmt.init_f32vector(8, [1.0] * 8)),
        pmt.cons(meta, pmt.init_s32vector(8, [1] * 8)),
        pmt.cons(meta, pmt.make_s16vector(0, 0)),
        token_pdu(frame, [1] * 7),
        token_pdu(frame, [1] * 9),
        token_pdu(frame, [1, 1, 1, 2048, 1, 1, 1, 1]),
        token_pdu(frame, [1, 1, 1, -2, 1, 1, 1, 1]),
    ]
