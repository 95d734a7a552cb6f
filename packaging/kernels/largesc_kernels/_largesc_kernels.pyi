from __future__ import annotations
import numpy
import typing
__all__: list[str] = ['announcement', 'background', 'bellcore_erasures', 'burst_class', 'burst_statistics', 'channel_report', 'channel_statistics', 'classify_trace', 'combined_tokens', 'deadline_playout', 'decoded_word', 'fading_profile', 'fading_profiles', 'frame_code', 'gilbert_elliott_erasures', 'gilbert_erasures', 'hf_code', 'hf_demodulator', 'hf_modulator', 'independent_erasures', 'longest_burst', 'loss_process', 'loss_process_names', 'make_loss_process', 'packet', 'packet_codec', 'packet_error', 'packet_parser', 'packet_refused', 'playout_counts', 'playout_step', 'read_trace', 'received_slot', 'rest', 'sequence_playout', 'tail_biting_code', 'tail_biting_decoder', 'takes_burst', 'takes_loss_rate', 'text_piece', 'thin_trace', 'trace_erasures', 'trace_error', 'vhf_code', 'vhf_demodulator', 'vhf_modulator', 'watterson_fading', 'write_trace']
class channel_report:
    """
    How well a station hears another, rounded to the steps of the announce packet.
    
    What exceeds the largest step becomes the largest step. The values read back are the rounded ones;
    a report made of them is equal.
    
    Attributes:
        session: of the station heard, 0..65535.
        loss_rate: share of packets lost, 0..1 in steps of 1/255.
        mean_burst: mean length of a run of lost packets, 0..31.875 in steps of 1/8.
        window: packets that both were measured over, 0..1020 in steps of 4.
        age: frames since the measurement, 0..2550 in steps of 10.
        snr: dB in 3 kHz, -40..87 in steps of 1/2; NaN if it is not known.
    """
    __hash__: typing.ClassVar[None] = None
    @staticmethod
    def quantise(session: int, loss_rate: float, mean_burst: float, window: float, age: float = 0.0, snr: float = ...) -> channel_report:
        """
        The nearest report.
        
        Raises:
            ValueError: a value out of range, negative or no number; any snr will do.
        """
    def __eq__(self, arg0: channel_report) -> bool:
        ...
    def __repr__(self) -> str:
        ...
    @property
    def age(self) -> float:
        ...
    @property
    def loss_rate(self) -> float:
        ...
    @property
    def mean_burst(self) -> float:
        ...
    @property
    def session(self) -> int:
        ...
    @property
    def snr(self) -> float:
        ...
    @property
    def window(self) -> float:
        ...
class announcement:
    """
    What a sender says about itself; docs/packet-format.md, announce packet.
    
    Attributes:
        frame: number modulo 8388608 of the silent frame that the packet stands for if ``silent``;
            otherwise of the next frame.
        session: number of this run of the sender, 0..65535.
        fingerprint: of the codec's checkpoint, 0..65535.
        silent: the packet stands for a silent frame; otherwise it comes beside the frames' packets.
        ends: the stream is over: no frame has the number ``frame`` or a later one.
        report: channel_report of how well the sender hears the other side, or None.
        text: callsign or the like, at most 31 bytes in UTF-8, no control characters.
    """
    __hash__: typing.ClassVar[None] = None
    frame_modulus: typing.ClassVar[int] = 8388608
    max_text: typing.ClassVar[int] = 31
    ends: bool
    fingerprint: int
    frame: int
    report: channel_report | None
    session: int
    silent: bool
    text: str
    def __eq__(self, arg0: announcement) -> bool:
        ...
    def __init__(self, frame: int, session: int = 0, fingerprint: int = 0, silent: bool = False, ends: bool = False, report: channel_report | None = None, text: str = '') -> None:
        ...
    def __repr__(self) -> str:
        ...
class packet_error:
    """
    Why bytes are not a packet.
    
    Members:
    
      length
    
      allocation
    
      padding
    
      crc
    
      version
    
      announcement
    
      other_form
    """
    __members__: typing.ClassVar[dict[str, packet_error]]
    allocation: typing.ClassVar[packet_error]
    announcement: typing.ClassVar[packet_error]
    crc: typing.ClassVar[packet_error]
    length: typing.ClassVar[packet_error]
    other_form: typing.ClassVar[packet_error]
    padding: typing.ClassVar[packet_error]
    version: typing.ClassVar[packet_error]
    def __eq__(self, other: typing.Any) -> bool:
        ...
    def __getstate__(self) -> int:
        ...
    def __hash__(self) -> int:
        ...
    def __index__(self) -> int:
        ...
    def __init__(self, value: int) -> None:
        ...
    def __int__(self) -> int:
        ...
    def __ne__(self, other: typing.Any) -> bool:
        ...
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: int) -> None:
        ...
    def __str__(self) -> str:
        ...
    @property
    def name(self) -> str:
        ...
    @property
    def value(self) -> int:
        ...
class packet_refused(ValueError):
    """
    Bytes are not a packet; attribute ``error``, a packet_error, says why.
    """
    @property
    def error(self) -> packet_error:
        ...
class frame_code:
    """
    What the redundant tokens of a packet are, of earlier frames.
    
    Members:
    
      repetition : those of one frame again
    
      xor_pair : of the frames 1 and 3 earlier, XORed
    
      window : of the frames 1, 3 and 5 earlier, weighted in GF(2^11)
    """
    __members__: typing.ClassVar[dict[str, frame_code]]
    repetition: typing.ClassVar[frame_code]
    window: typing.ClassVar[frame_code]
    xor_pair: typing.ClassVar[frame_code]
    def __eq__(self, other: typing.Any) -> bool:
        ...
    def __getstate__(self) -> int:
        ...
    def __hash__(self) -> int:
        ...
    def __index__(self) -> int:
        ...
    def __init__(self, value: int) -> None:
        ...
    def __int__(self) -> int:
        ...
    def __ne__(self, other: typing.Any) -> bool:
        ...
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: int) -> None:
        ...
    def __str__(self) -> str:
        ...
    @property
    def lags(self) -> list[int]:
        """
        How many frames earlier those that it combines are, shortest first; empty for repetition.
        """
    @property
    def name(self) -> str:
        ...
    @property
    def value(self) -> int:
        ...
class background:
    """
    What is to be heard where nobody speaks, in the packet's steps.
    
    Attributes:
        level: 0 for nothing; 1..31 for -90..-30 dBFS in steps of 2 dB.
        tilt: first reflection coefficient of its spectrum, 0..15.
        bend: second reflection coefficient, 0..7.
    """
    __hash__: typing.ClassVar[None] = None
    def __eq__(self, arg0: background) -> bool:
        ...
    def __init__(self, level: int = 0, tilt: int = 0, bend: int = 0) -> None:
        ...
    def __repr__(self) -> str:
        ...
    @property
    def bend(self) -> int:
        ...
    @property
    def level(self) -> int:
        ...
    @property
    def tilt(self) -> int:
        ...
class rest:
    """
    Silence that holds until the packet of another frame ends it.
    
    Attributes:
        since: frames that it has lasted before this one, 0..14; 15 stands for more, too.
        sound: its background.
    """
    __hash__: typing.ClassVar[None] = None
    keep_alive: typing.ClassVar[int] = 16
    max_since: typing.ClassVar[int] = 15
    repeats: typing.ClassVar[tuple] = (0, 2, 5)
    def __eq__(self, arg0: rest) -> bool:
        ...
    def __init__(self, since: int, sound: background) -> None:
        ...
    def __repr__(self) -> str:
        ...
    @property
    def since(self) -> int:
        ...
    @property
    def sound(self) -> background:
        ...
class text_piece:
    """
    Some bytes of a text that is too long for an announcement.
    
    Attributes:
        sequence: frame number modulo 128, as in an announcement.
        silent: the packet stands for a silent frame; otherwise it comes beside the frames' packets.
        number: of the text, 0..7: the next text has the next one.
        piece: of this piece, 0..last.
        last: of the last piece, 0..15.
        bytes: 1..16 of them. All pieces of a text, joined, end in a check value.
    """
    __hash__: typing.ClassVar[None] = None
    max_bytes: typing.ClassVar[int] = 16
    max_last: typing.ClassVar[int] = 15
    max_number: typing.ClassVar[int] = 7
    def __eq__(self, arg0: text_piece) -> bool:
        ...
    def __init__(self, sequence: int, silent: bool, number: int, piece: int, last: int, bytes: bytes) -> None:
        ...
    def __repr__(self) -> str:
        ...
    @property
    def bytes(self) -> bytes:
        ...
    @property
    def last(self) -> int:
        ...
    @property
    def number(self) -> int:
        ...
    @property
    def piece(self) -> int:
        ...
    @property
    def sequence(self) -> int:
        ...
    @property
    def silent(self) -> bool:
        ...
class packet:
    """
    Tokens of one frame (primary) and of earlier ones (redundant).
    
    Attributes:
        sequence: frame number modulo 128.
        lag: frames between this frame and that of the repeated tokens, 1..127; 0 without any.
        primary: 4..8 tokens 0..2047, codebook 0 first; none if the frame is silent.
        redundant: 0..7 tokens 0..2047, codebook 0 first.
        code: what the redundant tokens are.
        resting: a rest, silence that goes on; None where it is none.
    """
    __hash__: typing.ClassVar[None] = None
    code: frame_code
    lag: int
    primary: list[int]
    redundant: list[int]
    resting: rest | None
    sequence: int
    def __eq__(self, arg0: packet) -> bool:
        ...
    def __init__(self, sequence: int, primary: list[int] = [], redundant: list[int] = [], lag: int = 0, code: frame_code = ..., resting: rest | None = None) -> None:
        ...
    def __repr__(self) -> str:
        ...
class packet_codec:
    """
    Bytes of a packet and back; docs/packet-format.md specifies them.
    
    Args:
        crc: every packet ends in a CRC-16; both ends of a link must agree.
    """
    bits_per_token: typing.ClassVar[int] = 11
    max_lag: typing.ClassVar[int] = 127
    max_short_lag: typing.ClassVar[int] = 5
    sequence_modulus: typing.ClassVar[int] = 128
    version: typing.ClassVar[int] = 4
    def __init__(self, crc: bool = False) -> None:
        ...
    @typing.overload
    def pack(self, packet: packet) -> bytes:
        """
        Bytes of the packet; ValueError if counts, lag, code, sequence or a token is out of range.
        """
    @typing.overload
    def pack(self, announcement: announcement) -> bytes:
        """
        Bytes of the announce packet; ValueError if a number is out of range, it is both silent and the end, or its text is too long or has control characters.
        """
    @typing.overload
    def pack(self, piece: text_piece) -> bytes:
        """
        Bytes of the piece of text; ValueError if a number is out of range, or it has no bytes or too many.
        """
    def packet_size(self, tokens: int, code: frame_code = ..., lag: int = 0) -> int:
        """
        Bytes of a frame's packet with this many tokens (primary and redundant).
        """
    def parse(self, data: bytes) -> packet | announcement | text_piece:
        """
        Packet, announcement or piece of text in the bytes; packet_refused (a ValueError) says why they are none.
        """
    @property
    def crc(self) -> bool:
        ...
class packet_parser:
    """
    Parses the packets of a stream, and finds out whether they end in a check value.
    
    docs/packet-format.md has the arithmetic.
    
    Args:
        form: ``none`` or ``crc16``; or ``auto``: the form that two packets in a row show. The first is
            kept until then. Packets of the other form are refused, until two of them in a row show that
            the form has changed.
    
    Raises:
        ValueError: another form.
    """
    def __init__(self, form: str = 'auto') -> None:
        ...
    def flush(self) -> list[tuple[packet | announcement | text_piece, bool, int]]:
        """
        The stream is over: the packet that is kept, as parse() gives it; empty if there is none.
        """
    def parse(self, data: bytes) -> list[tuple[packet | announcement | text_piece, bool, int]]:
        """
        The packets that are certain now, oldest first.
        
        Args:
            data: bytes of a packet.
        
        Returns:
            For each what it says (a packet or an announcement), whether its check value is right, and 1;
            0 in place of 1 if it came with an earlier call and was kept. Empty if this one is kept now.
        
        Raises:
            packet_refused: (a ValueError) the bytes are no packet of this stream.
        """
    def reset(self) -> None:
        """
        Forgets the stream, and what was found out about it; counter to zero.
        """
    @property
    def form(self) -> str | None:
        """
        Form of the stream, None as long as it is not known.
        """
    @property
    def other_form(self) -> int:
        """
        Packets dropped because they were of the other form.
        """
class channel_statistics:
    """
    Loss rate and mean burst length over a sliding window of packets.
    """
    def __init__(self, window: int) -> None:
        ...
    def add(self, lost: bool) -> None:
        """
        Adds the newest packet; forgets the one that leaves the window, and another channel.
        """
    def reset(self) -> None:
        """
        Forgets all packets.
        """
    def withdraw(self, packets: int) -> None:
        """
        Takes back the newest packets: nobody had sent them.
        """
    @property
    def loss_rate(self) -> float:
        """
        Share of lost packets in the window, 0..1.
        """
    @property
    def mean_burst(self) -> float:
        """
        Mean length of runs of lost packets; 0 without any.
        """
    @property
    def window(self) -> int:
        """
        Packets in the window so far.
        """
class playout_step:
    """
    One frame leaves the playout buffer.
    
    Attributes:
        frame: number of the frame now due, as the sender counts.
        due: its tokens, int16 [8], -1 where unknown.
        origin: a TokenOrigin per token, uint8 [8].
        newest: tokens of the newest frame as received, int16 [8], all -1 if it was lost.
        adjust: wish to play one frame less (-1) or more (+1) at the next pause, -2 and +2 at
            once, to keep up with the sender's clock; else 0.
        trim: seconds of the frame, from its beginning, that should not be played.
        sound: background to be heard in a rest; None elsewhere.
    """
    @property
    def adjust(self) -> int:
        ...
    @property
    def due(self) -> numpy.ndarray[typing.Any, numpy.dtype[numpy.int16]]:
        ...
    @property
    def frame(self) -> int:
        ...
    @property
    def newest(self) -> numpy.ndarray[typing.Any, numpy.dtype[numpy.int16]]:
        ...
    @property
    def origin(self) -> numpy.ndarray[typing.Any, numpy.dtype[numpy.uint8]]:
        ...
    @property
    def sound(self) -> background | None:
        ...
    @property
    def trim(self) -> float:
        ...
class playout_counts:
    """
    What a playout buffer has counted.
    
    Attributes:
        received: packets in time.
        lost: frames played without their packet.
        late: packets after their frame was played.
        early: packets too far ahead of their time to be of this stream.
        duplicate: packets that had come before.
        doubtful: packets and announcements that said to be elsewhere in the stream, without check
            value, and nothing agreed.
        repaired: lost frames of which a later packet brought codebook 0.
        idle: frames played while nobody was sending.
        rested: frames of a rest that had no packet and needed none.
        skipped: frames left out, silent or long past, to keep up with the sender.
        repeated: silent frames played once more to wait for the sender.
        rejoined: times the numbering was taken up anew.
    """
    @property
    def doubtful(self) -> int:
        ...
    @property
    def duplicate(self) -> int:
        ...
    @property
    def early(self) -> int:
        ...
    @property
    def idle(self) -> int:
        ...
    @property
    def late(self) -> int:
        ...
    @property
    def lost(self) -> int:
        ...
    @property
    def received(self) -> int:
        ...
    @property
    def rejoined(self) -> int:
        ...
    @property
    def repaired(self) -> int:
        ...
    @property
    def repeated(self) -> int:
        ...
    @property
    def rested(self) -> int:
        ...
    @property
    def skipped(self) -> int:
        ...
class sequence_playout:
    """
    Playout for simulation: driven by sequence numbers, without any clock; the stream starts with frame 0.
    """
    look_ahead: int
    def __init__(self, look_ahead: int, window: int = 50) -> None:
        ...
    def announce(self, session: int, frame: int, silent: bool = False, ends: bool = False, verified: bool = False) -> list[playout_step]:
        """
        Takes what an announcement says; returns the frames that are due by it.
        """
    def flush(self, total_frames: int) -> list[playout_step]:
        """
        Ends the stream after so many frames, 0 if nobody knows; returns all that are still to play.
        """
    def push(self, packet: packet, verified: bool = False) -> list[playout_step]:
        """
        Takes a packet; returns the frames that are due by it, oldest first. `verified`: a check value or the layer below vouches for it; otherwise, if its number jumps, it waits for the next to agree.
        """
    def reset(self) -> None:
        """
        Back to frame 0, counters to zero.
        """
    @property
    def counts(self) -> playout_counts:
        ...
    @property
    def session(self) -> int:
        ...
    @property
    def statistics(self) -> channel_statistics:
        ...
class deadline_playout:
    """
    Playout for live running: one frame per step(), whatever has come. Times are in seconds on the listener's clock.
    """
    look_ahead: int
    def __init__(self, look_ahead: int, frame_duration: float = 0.08, margin: float = 0.02, max_wait: int = 2, window: int = 50) -> None:
        ...
    def announce(self, session: int, frame: int, silent: bool, ends: bool, now: float, verified: bool = False, behind: float = 0.0) -> None:
        """
        An announcement came at this time; `behind` as of a packet.
        """
    def push(self, packet: packet, now: float, verified: bool = False, behind: float = 0.0) -> None:
        """
        A packet came at this time. `verified`: a check value or the layer below vouches for it; otherwise, if the clock does not expect its number, it waits for the next to agree. `behind`: seconds by which it was found later than its slot allowed; 0 where there are no slots. ValueError: behind is negative or not finite.
        """
    def reset(self) -> None:
        """
        Forgets the stream, the session and the counters.
        """
    def step(self, now: float, adjusted: int = 0) -> playout_step:
        """
        The listener needs a frame; `adjusted` says what the decoder did about a wish.
        """
    @property
    def counts(self) -> playout_counts:
        ...
    @property
    def idle(self) -> bool:
        ...
    @property
    def median_slack(self) -> float | None:
        """
        Seconds that packets wait before they are needed, the median of ten seconds; None before 25 packets.
        """
    @property
    def session(self) -> int:
        ...
    @property
    def statistics(self) -> channel_statistics:
        ...
class burst_statistics:
    """
    Counts packets, lost packets, and their bursts: runs of lost packets without a gap.
    
    Attributes:
        packets: all.
        lost: those that were lost.
        bursts: runs of lost packets.
        longest_burst: packets of the longest.
        loss_rate: lost / packets; 0 before the first packet.
        mean_burst: lost / bursts, packets; 0 before the first burst.
    """
    def __init__(self) -> None:
        ...
    def add(self, lost: bool) -> None:
        """
        Counts the next packet.
        """
    @property
    def bursts(self) -> int:
        ...
    @property
    def longest_burst(self) -> int:
        ...
    @property
    def loss_rate(self) -> float:
        ...
    @property
    def lost(self) -> int:
        ...
    @property
    def mean_burst(self) -> float:
        ...
    @property
    def packets(self) -> int:
        ...
class trace_error(ValueError):
    """
    A trace file that cannot be read or written; the message names file and position.
    """
class burst_class:
    """
    Long-burst class: how long the longest burst of a trace lasts.
    
    Members:
    
      up_to_120_ms
    
      up_to_320_ms : above 120 ms
    
      up_to_1000_ms : above 320 ms
    
      above_1000_ms
    """
    __members__: typing.ClassVar[dict[str, burst_class]]
    above_1000_ms: typing.ClassVar[burst_class]
    up_to_1000_ms: typing.ClassVar[burst_class]
    up_to_120_ms: typing.ClassVar[burst_class]
    up_to_320_ms: typing.ClassVar[burst_class]
    def __eq__(self, other: typing.Any) -> bool:
        ...
    def __getstate__(self) -> int:
        ...
    def __hash__(self) -> int:
        ...
    def __index__(self) -> int:
        ...
    def __init__(self, value: int) -> None:
        ...
    def __int__(self) -> int:
        ...
    def __ne__(self, other: typing.Any) -> bool:
        ...
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: int) -> None:
        ...
    def __str__(self) -> str:
        ...
    @property
    def name(self) -> str:
        ...
    @property
    def value(self) -> int:
        ...
class loss_process:
    """
    Decides which packets a link loses, one decision per packet, in order.
    
    One seed decides the same on every platform. The first packet is lost as probably as any other.
    
    Attributes:
        loss_rate: share of lost packets in the long run, 0..1. Setting it holds for the packets to
            come; ValueError, and the old one stays, if the process cannot have it.
        mean_burst: mean packets of a run of losses in the long run; 0 if nothing is lost.
        description: name and parameters.
    """
    loss_rate: float
    def next_is_lost(self) -> bool:
        """
        Decides on the next packet.
        """
    def reset(self) -> None:
        """
        Back to the first packet, with the same seed.
        """
    @property
    def description(self) -> str:
        ...
    @property
    def mean_burst(self) -> float:
        ...
class independent_erasures(loss_process):
    """
    Loses each packet with the same probability.
    """
    def __init__(self, loss_rate: float, seed: int) -> None:
        ...
class gilbert_erasures(loss_process):
    """
    Two-state chain, always lost in the bad state; burst is the mean burst in packets, at least 1 / (1 - loss_rate).
    """
    def __init__(self, loss_rate: float, burst: float, seed: int) -> None:
        ...
class gilbert_elliott_erasures(loss_process):
    """
    Two-state chain with a loss probability in each state (default: ITU-T G.191's); loss_rate is the mean over both, burst the mean packets in the bad state.
    """
    def __init__(self, loss_rate: float, burst: float, seed: int, loss_in_good: float = 0.0, loss_in_bad: float = 0.5) -> None:
        ...
class bellcore_erasures(loss_process):
    """
    Burst frame erasures of ITU-T G.191: 4.42 packets in the mean, at most 10.
    """
    continuation: typing.ClassVar[list] = [0.85, 0.825, 0.8, 0.775, 0.75, 0.725, 0.7, 0.6, 0.45, 0.0]
    def __init__(self, loss_rate: float, seed: int) -> None:
        ...
class trace_erasures(loss_process):
    """
    Loses what a trace says, again from its beginning after its end.
    """
    @typing.overload
    def __init__(self, path: str) -> None:
        ...
    @typing.overload
    def __init__(self, trace: list[bool], name: str) -> None:
        ...
    @property
    def repeats(self) -> int:
        """
        How often the trace began again.
        """
class tail_biting_code:
    """
    Tail-biting convolutional code, punctured to a given length.
    
    Args:
        memory: bits in the register, 5 to 14.
        generators: 1 to 8 of them, bit ``memory`` for the newest bit, bit 0 for the oldest; both set.
        info_bits: bits of a packet, more than ``memory``.
        coded_bits: bits on the air, ``info_bits`` to ``info_bits`` times generators.
    
    Raises:
        ValueError: values outside these ranges.
    """
    def __init__(self, memory: int, generators: list[int], info_bits: int, coded_bits: int) -> None:
        ...
    def encode(self, bits: numpy.ndarray[typing.Any, numpy.dtype[numpy.uint8]]) -> numpy.ndarray[typing.Any, numpy.dtype[numpy.uint8]]:
        """
        Coded bits, uint8 [coded_bits], of bits, uint8 [info_bits], each 0 or 1.
        """
    @property
    def coded_bits(self) -> int:
        ...
    @property
    def generators(self) -> list[int]:
        ...
    @property
    def info_bits(self) -> int:
        ...
    @property
    def memory(self) -> int:
        ...
class decoded_word:
    """
    What a decoder makes of a packet.
    
    Attributes:
        bits: the most likely packet, uint8 [info_bits].
        evidence: logarithm of how much likelier what came is under this packet than on average over
            all packets of random codes; above t with probability exp(-t) at most, whatever came.
        margin: logarithm of how much likelier the packet is than the next best one that was seen.
        reliability: margin plus half the evidence, of which at most 2 counts: what to decide by.
        soft_bits: ln P(1)/P(0) of each bit, float32 [info_bits].
    """
    @property
    def bits(self) -> numpy.ndarray[typing.Any, numpy.dtype[numpy.uint8]]:
        ...
    @property
    def evidence(self) -> float:
        ...
    @property
    def margin(self) -> float:
        ...
    @property
    def reliability(self) -> float:
        ...
    @property
    def soft_bits(self) -> numpy.ndarray[typing.Any, numpy.dtype[numpy.float32]]:
        ...
class tail_biting_decoder:
    """
    Decoder of a tail_biting_code: Viterbi's algorithm around the circle, soft bits.
    """
    def __init__(self, code: tail_biting_code) -> None:
        ...
    def decode(self, ratios: numpy.ndarray[typing.Any, numpy.dtype[numpy.float32]], known: numpy.ndarray[typing.Any, numpy.dtype[numpy.float32]] | None = None) -> decoded_word:
        """
        The most likely packet; ratios are ln P(1)/P(0) of the coded bits, float32 [coded_bits]; known the same of the packet's own bits, float32 [info_bits], as far as they are known from elsewhere. ValueError: another number of them.
        """
class received_slot:
    """
    What a modem says of a slot.
    
    Attributes:
        bytes: the most likely packet.
        soft: ln P(1)/P(0) of its bits, float32 [8 * bytes], most significant first.
        coded: the same of its coded bits as they came, as its code's decoder takes them, float32.
        accepted: whether it may be believed.
        margin, evidence: as in decoded_word.
        snr: dB in 3 kHz.
        start: of the slot, in samples from the beginning of the stream.
        behind: samples by which it was told later than it could have been: the first slots of an over
            wait until that is certain, a second try for the next slot. 0 of all others.
        offset: Hz, of the middle of the signal.
    """
    @property
    def accepted(self) -> bool:
        ...
    @property
    def behind(self) -> float:
        ...
    @property
    def bytes(self) -> bytes:
        ...
    @property
    def coded(self) -> numpy.ndarray[typing.Any, numpy.dtype[numpy.float32]]:
        ...
    @property
    def evidence(self) -> float:
        ...
    @property
    def margin(self) -> float:
        ...
    @property
    def offset(self) -> float:
        ...
    @property
    def snr(self) -> float:
        ...
    @property
    def soft(self) -> numpy.ndarray[typing.Any, numpy.dtype[numpy.float32]]:
        ...
    @property
    def start(self) -> float:
        ...
class hf_modulator:
    """
    Packets to samples, profile `hf`.
    
    One packet of 7, 13 or 23 bytes, one slot of 80 ms: 640 samples of complex baseband at 8000 Hz, the
    middle of the signal at 0 Hz, mean power 1. docs/modem.md has the waveform.
    """
    def __init__(self) -> None:
        ...
    def flush(self) -> numpy.ndarray[typing.Any, numpy.dtype[numpy.complex64]]:
        """
        The over is over: its last samples, complex64, empty if there was no packet.
        """
    def modulate(self, packet: bytes) -> numpy.ndarray[typing.Any, numpy.dtype[numpy.complex64]]:
        """
        A slot's samples, complex64; they begin softly after a pause. ValueError: another size.
        """
class hf_demodulator:
    """
    Samples to packets, profile `hf`: 8000 Hz, packets of 7, 13, 23 bytes.
    
    Args:
        sizes: bytes of packets that may come, some of those above.
        second_tries: whether a slot that failed is tried once more when the next one has told how the
            channel was: such a packet comes after the one that was sent after it.
        look_ahead: slots to wait for, whose pilots help with the one before: 0 or 1.
        least_reliability: a packet is believed from this decoded_word.reliability on.
    
    Raises:
        ValueError: values outside these ranges.
    """
    def __init__(self, sizes: list[int] = [7, 13, 23], second_tries: bool = True, look_ahead: int = 0, least_reliability: float = 2.799999952316284) -> None:
        ...
    def flush(self) -> list[received_slot]:
        """
        The stream is over: what is left in it. Then as after reset().
        """
    def push(self, samples: numpy.ndarray[typing.Any, numpy.dtype[numpy.complex64]]) -> list[received_slot]:
        """
        Slots that are certain by these samples, complex64; those that may not be believed are among them while there is an over.
        """
    def reset(self) -> None:
        """
        Forgets the stream.
        """
    @property
    def in_sync(self) -> bool:
        """
        Whether there is an over.
        """
class vhf_modulator:
    """
    Packets to samples, profile `vhf`.
    
    One packet of 7, 13, 23 or 32 bytes, one slot of 80 ms: 4800 samples of complex baseband at 60 kHz,
    the middle of the signal at 0 Hz, envelope 1. docs/modem-vhf.md has the waveform.
    """
    def __init__(self) -> None:
        ...
    def flush(self) -> numpy.ndarray[typing.Any, numpy.dtype[numpy.complex64]]:
        """
        The over is over: its last samples, complex64, empty if there was no packet.
        """
    def modulate(self, packet: bytes) -> numpy.ndarray[typing.Any, numpy.dtype[numpy.complex64]]:
        """
        A slot's samples, complex64; they begin softly after a pause. ValueError: another size.
        """
class vhf_demodulator:
    """
    Samples to packets, profile `vhf`: 60 kHz, packets of 7, 13, 23, 32 bytes.
    
    Args:
        sizes: bytes of packets that may come, some of those above.
        second_tries: whether a slot that failed is tried once more when the next one has told how the
            channel was: such a packet comes after the one that was sent after it.
        look_ahead: slots to wait for, whose pilots help with the one before: 0 or 1.
        least_reliability: a packet is believed from this decoded_word.reliability on.
    
    Raises:
        ValueError: values outside these ranges.
    """
    def __init__(self, sizes: list[int] = [7, 13, 23, 32], second_tries: bool = True, look_ahead: int = 0, least_reliability: float = 2.799999952316284) -> None:
        ...
    def flush(self) -> list[received_slot]:
        """
        The stream is over: what is left in it. Then as after reset().
        """
    def push(self, samples: numpy.ndarray[typing.Any, numpy.dtype[numpy.complex64]]) -> list[received_slot]:
        """
        Slots that are certain by these samples, complex64; those that may not be believed are among them while there is an over.
        """
    def reset(self) -> None:
        """
        Forgets the stream.
        """
    @property
    def in_sync(self) -> bool:
        """
        Whether there is an over.
        """
class fading_profile:
    """
    What a kind of fading channel is like.
    
    Attributes:
        name: of it.
        spread: Hz, twice the standard deviation of the Gaussian Doppler spectrum.
        delay: seconds of the second path.
    """
    @property
    def delay(self) -> float:
        ...
    @property
    def name(self) -> str:
        ...
    @property
    def spread(self) -> float:
        ...
class watterson_fading:
    """
    Two fading paths of equal mean power (Watterson).
    
    One seed, the same fading, whatever the sample rate. Mean power is kept.
    
    Args:
        spread: Hz, twice the standard deviation of the Gaussian Doppler spectrum; above 0, at most 1/32
            of the sample rate.
        delay: seconds of the second path, 0 to 0.1; the nearest sample.
        sample_rate: Hz.
        seed: of the random generator.
    
    Raises:
        ValueError: values outside these ranges.
    """
    def __init__(self, spread: float, delay: float, sample_rate: float, seed: int) -> None:
        ...
    def process(self, samples: numpy.ndarray[typing.Any, numpy.dtype[numpy.complex64]]) -> numpy.ndarray[typing.Any, numpy.dtype[numpy.complex64]]:
        """
        What comes of samples, complex64: as many.
        """
    def reset(self) -> None:
        """
        Back to the first sample.
        """
    @property
    def delay_samples(self) -> int:
        """
        Samples by which the second path is late.
        """
    @property
    def gains(self) -> tuple[complex, complex]:
        """
        Gains of both paths at the latest sample.
        """
def _version() -> str:
    """
    Version of the compiled part.
    """
def classify_trace(trace: list[bool], packet_ms: float) -> burst_class:
    """
    Class of a trace by the duration of its longest burst; packet_ms is above 0.
    """
def combined_tokens(code: frame_code, frames: list[list[int]]) -> list[int]:
    """
    Redundant tokens of a packet.
    
    Args:
        code: xor_pair or window.
        frames: tokens 0..2047 of the frames at its lags, in their order, codebook 0 first.
    
    Returns:
        A token per codebook that all of the frames have.
    
    Raises:
        ValueError: another number of frames, or a token out of range.
    """
def fading_profiles() -> list[fading_profile]:
    """
    Fading channels that others use: mpg, mpp, mpd of FreeDV and RADE, those of ITU-R F.1487 by latitude, land-mobile.
    """
def hf_code(bytes: int) -> tail_biting_code:
    """
    tail_biting_code of a packet of 7, 13 or 23 bytes in a slot of profile `hf`. ValueError: another size.
    """
def longest_burst(trace: list[bool]) -> int:
    """
    Packets of the longest run of losses in a trace.
    """
def loss_process_names() -> list[str]:
    """
    The names, as shown to users.
    """
def make_loss_process(name: str, loss_rate: float = 0.0, burst: float = 0.0, seed: int = 0) -> loss_process:
    """
    Makes a loss process by its name.
    
    Args:
        name: independent, gilbert, gilbert-elliott, bellcore, or trace:FILE.
        loss_rate: 0..1; a trace ignores it.
        burst: packets, for gilbert and gilbert-elliott; the others ignore it.
        seed: of the random generator, 0..2^64-1; a trace ignores it.
    
    Raises:
        ValueError: no such name, or parameters that the process refuses.
        trace_error: (a ValueError) the file does not hold a trace.
    """
def read_trace(path: str) -> list[bool]:
    """
    Reads a trace file: one 0 (received) or 1 (lost) per packet.
    
    White space means nothing, # begins a comment that ends with its line.
    
    Returns:
        A bool per packet, true where it was lost; at least one.
    
    Raises:
        trace_error: unreadable, larger than 16 MiB, without entries, or with something else.
    """
def takes_burst(name: str) -> bool:
    """
    Whether the process of this name has a burst length to choose.
    """
def takes_loss_rate(name: str) -> bool:
    """
    Whether the process of this name has a loss rate to choose.
    """
def thin_trace(trace: list[bool], step: int, first: int = 0) -> list[bool]:
    """
    Trace of longer packets from one of shorter packets: every step-th entry.
    
    From 20 ms to 80 ms packets, step is 4. A packet is sent at one moment, occupies one slot of the
    trace and shares its fate; this keeps the loss rate, and the duration of bursts.
    
    Args:
        trace: a bool per short packet.
        step: entries between packets, at least 1.
        first: entry of the first packet, 0..step-1.
    
    Raises:
        ValueError: step or first out of range.
    """
def vhf_code(bytes: int) -> tail_biting_code:
    """
    tail_biting_code of a packet of 7, 13, 23 or 32 bytes in a slot of profile `vhf`. ValueError: another size.
    """
def write_trace(path: str, trace: list[bool], comment: str = '') -> None:
    """
    Writes a trace file, in place of what was there.
    
    Args:
        path: of the file.
        trace: a bool per packet, true where it was lost; at least one.
        comment: first line of the file.
    
    Raises:
        trace_error: no packets, or the file cannot be written.
    """
