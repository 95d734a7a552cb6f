#!/usr/bin/env python3
# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""QA of token_origin_view: the picture, malformed input, the end."""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pmt
from gnuradio import blocks, gr_unittest, largesc
from gnuradio.largesc.runtime import pdu

sys.path.append(str(Path(__file__).parents[2] / "tests"))
from block_qa import BlockQa
from pdu_flowgraph import no_pdus, run_to_end, stop, token_pdu, wait_until

MISSING, PRIMARY, REDUNDANT, RECOVERED, UNSENT = range(5)


def frame(number: int, origin: list[int]) -> Any:
    """Token frame with these origins."""
    return token_pdu(number, source=np.array(origin, dtype=np.uint8))


class qa_token_origin_view(BlockQa):
    port_in, port_out = "tokens", "picture"

    def pictures(self, view: Any, messages: list[Any], drawn: int) -> list[Any]:
        """So many pictures that the view makes of these messages."""
        self.give(self.connect(view), *messages)
        self.tb.start()
        wait_until(lambda: len(self.store.messages) == drawn, f"there are {drawn} pictures")
        stop(self.tb)
        return self.store.messages

    def rows(self, picture: Any, frames: int) -> Any:
        levels = np.array(pmt.f32vector_elements(pmt.cdr(picture)))
        return levels.reshape(-1, frames)

    def test_column_has_the_level_of_every_token(self) -> None:
        origin = [PRIMARY, REDUNDANT, RECOVERED, MISSING, UNSENT, PRIMARY, PRIMARY, PRIMARY]
        (picture,) = self.pictures(largesc.token_origin_view(frames=1), [frame(0, origin)], 1)
        from_codebook_0 = self.rows(picture, 1)[::-1, 0]
        np.testing.assert_array_equal(from_codebook_0, [0, 1, 2, 3, 4, 0, 0, 0])

    def test_newest_frame_is_at_the_right_and_the_oldest_leaves(self) -> None:
        messages = [frame(n, [origin] * 8) for n, origin in enumerate([0, 1, 2, 3])]
        pictures = self.pictures(largesc.token_origin_view(frames=3), messages, 4)
        np.testing.assert_array_equal(self.rows(pictures[0], 3)[0], [4, 4, 3])
        np.testing.assert_array_equal(self.rows(pictures[3], 3)[0], [0, 1, 2])
        self.assertEqual([pdu.frame_number(pmt.car(p)) for p in pictures], [0, 1, 2, 3])

    def test_what_packets_carry_is_drawn_from_below(self) -> None:
        view = largesc.token_origin_view(frames=2, shows="sent")
        malformed = [token_pdu(0), frame(0, [1] * 8), token_pdu(0, n_primary=9, n_redundant=0)]
        sent = [token_pdu(0, n_primary=5, n_redundant=3)]
        sent.append(token_pdu(1, n_primary=4, n_redundant=2, silence=True))
        picture = self.rows(self.pictures(view, [*malformed, *sent], 2)[-1], 2)[::-1]
        np.testing.assert_array_equal(picture[:, 0], [0] * 5 + [1] * 3 + [4] * 7)
        np.testing.assert_array_equal(picture[:, 1], [1] * 2 + [4] * 13)
        self.assertEqual(view.counters(), {"frames": 2, "malformed": 3})

    def test_malformed_input_is_counted_and_the_next_frame_drawn(self) -> None:
        malformed = [*no_pdus(), token_pdu(0), frame(0, [9] * 8), frame(0, [1] * 7)]
        view = largesc.token_origin_view(frames=2)
        self.pictures(view, [*malformed, frame(1, [1] * 8)], 1)
        self.assertEqual(view.counters(), {"frames": 1, "malformed": len(malformed)})

    def test_end_marker_ends_the_block_and_is_not_passed_on(self) -> None:
        view, display = largesc.token_origin_view(), blocks.message_debug()
        self.tb.msg_connect(view, "picture", display, "store")
        self.give(view, pdu.end_marker(0))
        run_to_end(self.tb)
        self.assertEqual(display.num_messages(), 0)

    def test_width_below_one_is_refused(self) -> None:
        with self.assertRaisesRegex(ValueError, "frames"):
            largesc.token_origin_view(frames=0)
        with self.assertRaisesRegex(ValueError, "shows must be one of received, sent"):
            largesc.token_origin_view(shows="all")


if __name__ == "__main__":
    gr_unittest.run(qa_token_origin_view)
