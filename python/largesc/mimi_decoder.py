# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Block: token frames to speech samples."""

from collections import Counter
from typing import Any

import numpy as np
import pmt
from gnuradio import gr
from numpy.typing import NDArray

from .frame import setting_value as setting
from .frame.tokens import Tokens
from .runtime import pdu
from .runtime.decoded_frames import DecodedAhead, DecodedFrames, DecodedWhenTaken, FrameToPlay
from .runtime.stream_end import EndsByMarker, block_log

# Samples between decoder and loudspeaker are latency. GNU Radio's smallest buffer is a page: 1024
# samples, 43 ms.
LIVE_BUFFER = 1024
SAMPLE_RATE = 24000  # Hz

CLOCK, WAKE = pmt.intern("clock"), pmt.intern("wake")


class mimi_decoder(EndsByMarker, gr.sync_block):
    """Decodes token frames into speech (24 kHz, mono, full scale 1.0).

    The output ends with the end marker. While no frame is there the block puts out nothing;
    an audio sink fills the gap with silence. A frame on which the model fails is silent and
    counted.

    Live, the model runs on a thread of its own, and the block is the receiver's clock: port
    ``clock`` asks for a frame, by a dictionary, whenever fewer than ``prefetch`` are on their way
    or decoded and not begun; a request that is not answered within half a second is given up and
    repeated. Frames nobody asked for are played as well. A frame may wish, by ``adjust``, that a
    frame be left out or played twice in the next pause (see PauseAdjustment); the next request
    says under ``adjusted`` that it was done (-1, 1), if it was. Of a frame with ``trim`` so many
    seconds are not played.

    Args:
        checkpoint: name of the model; it must be the encoder's.
        max_queue: token frames that may wait, decoded or not. Live: beyond it the oldest is
            dropped and counted; 0 chooses 5. Not live: nothing is dropped; :meth:`is_congested`
            says when senders should wait, 0 means never.
        live: see above; otherwise all that comes is played, as fast as it is taken.
        prefetch: frames, 0 or more; it matters only live. 0: a frame is asked for when the whole of
            the one before has been handed on; for a sound card, whose buffer and those before it
            hold a frame and more.
        comfort_noise: where the sender is silent and tells its background (``background``), play
            noise like it.

    Raises:
        CheckpointError: the checkpoint does not load.
        ValueError: a setting of a wrong type, max_queue below 0, or prefetch below 0.

    Message ports: ``tokens`` in; metadata ``source`` and ``adjust`` need not be there; a frame
    whose ``source`` is 5 (silence) throughout is played as silence, with ``background`` (see
    mimi_encoder) as noise like that. ``clock`` out. Stream output:
    float. Counters: ``frames``, ``dropped``, ``malformed``, ``errors``; live also ``repeated``,
    ``skipped``, ``forced`` (adjustments), ``unanswered`` (requests).
    """

    def __init__(
        self,
        checkpoint: str = "mini",
        max_queue: int = 0,
        live: bool = False,
        prefetch: int = 1,
        comfort_noise: bool = True,
    ):
        gr.sync_block.__init__(self, name="mimi_decoder", in_sig=None, out_sig=[np.float32])
        # torch takes seconds to import; who only wants the other blocks need not wait for it.
        from .codec.checkpoint import load_codec
        from .codec.comfort_noise import ComfortNoise
        from .codec.silence_tokens import find_silence_tokens

        capacity = setting.whole_number("max_queue", max_queue, 0)
        ahead = setting.whole_number("prefetch", prefetch, 0)
        is_live = setting.switch("live", live)
        self._codec = load_codec(setting.text("checkpoint", checkpoint))
        self._codec.prepare_to_decode()
        self._silence_tokens = find_silence_tokens(self._codec)
        plays_noise = setting.switch("comfort_noise", comfort_noise)
        self._noise = ComfortNoise(self._codec.frame_size) if plays_noise else None
        self._log = block_log(self)
        self._counts: Counter[str] = Counter()
        self._frames: DecodedFrames = DecodedWhenTaken(self._decode, capacity)
        if is_live:
            self._frames = DecodedAhead(self._decode, capacity, ahead, self._wake)
            self.set_max_output_buffer(LIVE_BUFFER)
        self._playing = np.zeros(0, dtype=np.float32)
        self._ended = False
        self._make_ports()

    def _make_ports(self) -> None:
        tokens = pmt.intern("tokens")
        self.message_port_register_in(tokens)
        self.set_msg_handler(tokens, self._handle_tokens)
        self.message_port_register_out(CLOCK)
        self.message_port_register_in(WAKE)
        self.set_msg_handler(WAKE, self._handle_wake)
        self.start_waiting_for_marker()

    @property
    def delay(self) -> int:
        """Samples by which the speech of a frame comes out late."""
        return self._codec.delay

    @property
    def fingerprint(self) -> str:
        """Of the codec, as senders announce it: four hexadecimal digits."""
        return self._codec.fingerprint

    def counters(self) -> dict[str, int]:
        """What was counted so far, by name."""
        return dict(self._counts + Counter(self._frames.counters()))

    def backlog(self) -> int:
        """Frames that have come and have not begun to play."""
        return self._frames.backlog()

    def is_congested(self) -> bool:
        """Whether as many frames wait as may wait."""
        return 0 < self._frames.capacity <= self.backlog()

    def start(self) -> bool:
        self.forget_last_run()
        self._frames.stop()
        self._codec.reset()
        if self._noise is not None:
            self._noise.reset()
        self._playing, self._ended = self._playing[:0], False
        self._counts.clear()
        self._frames.start()
        return True

    def stop(self) -> bool:
        self._frames.stop()
        return True

    def work(self, input_items: Any, output_items: Any) -> int:
        out = output_items[0]
        more_may_come = not self._ended or self._frames.is_decoding()  # before what is there
        produced = 0
        while produced < len(out) and (len(self._playing) or self._take_next()):
            part = self._playing[: len(out) - produced]
            out[produced : produced + len(part)] = part
            self._playing = self._playing[len(part) :]
            produced += len(part)
        if not self._ended:
            for adjusted in self._frames.requests(is_handing_on=len(self._playing) > 0):
                self.message_port_pub(CLOCK, _request(adjusted))
        if not produced and not more_may_come:
            return -1  # WORK_DONE
        return produced

    def _take_next(self) -> bool:
        """Puts the next frame's samples into ``_playing``, if there is one."""
        samples = self._frames.take()
        if samples is not None:
            self._playing = samples
        return samples is not None

    def _decode(self, frame: FrameToPlay) -> NDArray[np.float32]:
        pcm = self._speech(frame.tokens)
        return pcm if self._noise is None else pcm + self._noise.push(frame.silent, frame.sound)

    def _speech(self, tokens: Tokens) -> NDArray[np.float32]:
        self._counts["frames"] += 1
        try:
            return self._codec.decode(tokens)
        except Exception as error:  # whatever it is: the stream goes on
            self._refuse("errors", f"silence for a frame ({type(error).__name__}: {error})")
            self._codec.reset()  # what an interrupted step left behind fits no frame
            return np.zeros(self._codec.frame_size, dtype=np.float32)

    def _handle_tokens(self, message: Any) -> None:
        self.note_work()
        try:
            received = pdu.split(message)
            if pdu.is_end(received):
                self._ended = True
                return
            frame = self._frame(received)
        except ValueError as error:
            self._refuse("malformed", f"dropped (malformed): {error}")
            return
        self._frames.put(frame)

    def _wake(self) -> None:
        """GNU Radio looks every 250 ms whether there is work; a message makes it look at once."""
        self._post(WAKE, pmt.PMT_NIL)

    def _handle_wake(self, message: Any) -> None:
        """Nothing to do: GNU Radio calls ``work`` after every message."""

    def _frame(self, received: pdu.Pdu) -> FrameToPlay:
        tokens, adjust = pdu.read_tokens(received.vector), pdu.adjustment(received.meta)
        silent, sound = pdu.is_silence(received.meta), pdu.background(received.meta)
        trim = round(pdu.trim(received.meta) * SAMPLE_RATE)
        return FrameToPlay(self._silence_tokens if silent else tokens, adjust, silent, sound, trim)

    def _refuse(self, what: str, message: str) -> None:
        self._counts[what] += 1
        if self._counts[what] == 1:
            self._log.warn(f"{message}; more of these are only counted")


def _request(adjusted: int) -> Any:
    """Message that asks for a frame, and says what was done about a wish, if anything was."""
    message = pmt.make_dict()
    return pdu.add(message, adjusted=adjusted) if adjusted else message
