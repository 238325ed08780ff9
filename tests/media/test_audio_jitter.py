"""The jitter buffer in a time of its own."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media.audio.arrivals import MAX_TARGET, MIN_TARGET, ArrivalTimes
from media.audio.jitter import MAX_PACKETS, OUTAGE_SECONDS, Action, JitterBuffer, Packet
from media.devices.sound import BLOCK, BLOCK_SECONDS, RATE
from media.wrapping import unwrap
from tests.media.speech import SSRC, packet

PLAY, RECOVER, CONCEAL, REST, SILENCE = (
    Action.PLAY,
    Action.RECOVER,
    Action.CONCEAL,
    Action.REST,
    Action.SILENCE,
)


def speech(number: int, *, copied: bool = False) -> bytes:
    """20 ms; the last bytes tell the packet, the first after the TOC whether it repeats the one before."""
    return bytes([0x78, 0x40 if copied else 0]) + number.to_bytes(4, "big")


def said(payload: bytes) -> int:
    return int.from_bytes(payload[2:], "big")


class Line:
    """A buffer that is asked every 20 ms, and what it answered since."""

    def __init__(self) -> None:
        self.buffer = JitterBuffer()
        self.now = 100.0
        self.answers: list[tuple[Action, int]] = []

    def arrive(self, *numbers: int, copied: bool = False, ssrc: int = SSRC) -> None:
        for number in numbers:
            self.buffer.put(packet(number, speech(number, copied=copied), ssrc), self.now)

    def listen(self, blocks: int = 1) -> list[tuple[Action, int]]:
        """What the next blocks are made of: packet numbers for what is played, else samples, summed up."""
        found: list[tuple[Action, int]] = []
        for _ in range(blocks):
            made = 0
            while made < BLOCK:
                take = self.buffer.take(self.now, made)
                assert take.samples > 0
                made += take.samples
                found.append((take.action, said(take.payload) if take.payload else take.samples))
            self.now += BLOCK_SECONDS
        self.answers += found
        return summed(found)

    def run(self, numbers: Sequence[int | None], *, copied: bool = False) -> list[tuple[Action, int]]:
        """One packet, or none, and one block after the other."""
        found = []
        for number in numbers:
            if number is not None:
                self.arrive(number, copied=copied)
            found += self.listen()
        return summed(found)


def summed(found: list[tuple[Action, int]]) -> list[tuple[Action, int]]:
    answers: list[tuple[Action, int]] = []
    for action, group in groupby(found, key=lambda answer: answer[0]):
        values = [value for _, value in group]
        answers += [(action, value) for value in values] if action in (PLAY, RECOVER) else [(action, sum(values))]
    return answers


def played(*numbers: int) -> list[tuple[Action, int]]:
    return [(PLAY, number) for number in numbers]


@pytest.fixture
def line() -> Line:
    """Playing, with two packets waiting: 0 to 2 have arrived, 0 was played."""
    line = Line()
    assert line.run([0, 1, 2]) == [(SILENCE, 2 * BLOCK), (PLAY, 0)]
    return line


def test_sound_begins_after_the_target(line: Line) -> None:
    assert line.buffer.arrivals.target == MIN_TARGET == 2 * BLOCK_SECONDS
    assert line.run([3, 4, 5]) == played(1, 2, 3)


def test_packets_are_played_in_order_and_once(line: Line) -> None:
    line.arrive(4, 3, 4, 3, 1)
    assert line.listen(4) == played(1, 2, 3, 4)
    line.arrive(2, 4)
    assert line.buffer.late == 2
    assert len(line.buffer) == 0


def test_a_lost_packet_is_recovered_from_the_next(line: Line) -> None:
    line.arrive(4, copied=True)
    assert line.listen(4) == [*played(1, 2), (RECOVER, 4), (PLAY, 4)]


def test_a_lost_packet_without_a_copy_is_concealed(line: Line) -> None:
    line.arrive(4)
    assert line.listen(4) == [*played(1, 2), (CONCEAL, BLOCK), (PLAY, 4)]


def test_of_several_lost_the_last_is_recovered(line: Line) -> None:
    line.arrive(6, copied=True)
    assert line.listen(6) == [*played(1, 2), (CONCEAL, 2 * BLOCK), (RECOVER, 6), (PLAY, 6)]


def test_a_packet_that_was_made_up_is_not_played_again(line: Line) -> None:
    line.arrive(4, copied=True)
    line.listen(3)
    line.arrive(3)
    assert line.listen() == played(4)
    assert line.buffer.late == 1


def test_late_speech_is_waited_for(line: Line) -> None:
    assert line.run([None, None, None, None]) == [*played(1, 2), (CONCEAL, 2 * BLOCK)]
    line.arrive(3, 4, 5, 6, 7)
    assert line.listen(5) == played(3, 4, 5, 6, 7)
    assert line.buffer.late == 0
    line.arrive(8)
    assert line.buffer.excess(line.now) > BLOCK_SECONDS


def test_what_was_lost_while_waiting_is_not_made_up_twice(line: Line) -> None:
    assert line.run([None, None, None]) == [*played(1, 2), (CONCEAL, BLOCK)]
    line.arrive(4, copied=True)
    assert line.listen() == played(4)
    assert line.buffer.excess(line.now) == pytest.approx(0, abs=0.001)


def test_a_silence_of_the_sender_is_no_loss(line: Line) -> None:
    line.buffer.put(packet(3, b"\x78"), line.now)
    assert line.listen(3) == [*played(1, 2), (PLAY, 0)]
    assert line.listen(10) == [(REST, 10 * BLOCK)]
    # Sequence numbers go on, timestamps leave out the silence.
    begun = packet(16, speech(4))
    line.buffer.put(begun._replace(sequence=packet(4, b"").sequence), line.now)
    assert line.listen(3) == [(REST, 2 * BLOCK), (PLAY, 4)]


def test_speech_after_a_silence_sets_the_depth_right(line: Line) -> None:
    line.run([None, None, None])
    line.arrive(3, 4, 5)
    line.listen(3)
    assert line.buffer.excess(line.now) > 0
    line.buffer.put(packet(6, b"\x78"), line.now)
    line.listen(20)
    begun = packet(30, speech(7))._replace(sequence=packet(7, b"").sequence)
    line.now = round(100 + 30 * BLOCK_SECONDS, 6)
    line.buffer.put(begun, line.now)
    assert line.listen(3) == [(REST, 2 * BLOCK), (PLAY, 7)]
    assert line.buffer.excess(line.now) == pytest.approx(0, abs=0.001)


def test_after_an_outage_sound_begins_again(line: Line) -> None:
    line.run([None, None])
    silent = round(OUTAGE_SECONDS / BLOCK_SECONDS)
    assert line.listen(silent + 5) == [(CONCEAL, silent * BLOCK), (SILENCE, 5 * BLOCK)]
    assert line.run([200, 201, 202, 203])[-2:] == played(200, 201)


def test_a_backlog_nobody_could_follow_is_skipped(line: Line) -> None:
    line.run([None] * 40)
    line.arrive(*range(3, 43))
    found = line.listen(2)
    assert found[0][0] is PLAY and found[0][1] > 30
    assert line.buffer.skipped == found[0][1] - 3


def test_another_source_begins_anew_and_strays_of_the_old_are_left_out(line: Line) -> None:
    assert line.buffer.streams == 1
    line.arrive(1000, ssrc=5)
    line.arrive(3)
    line.arrive(1001, ssrc=5)
    assert line.buffer.streams == 2
    assert line.listen(3) == [(SILENCE, BLOCK), *played(1000, 1001)]
    line.now += 10
    line.arrive(4)
    assert line.buffer.streams == 3


@pytest.mark.parametrize("jump", [(30_000, 0), (0, RATE * 3600), (0, -RATE * 3600), (30_000, RATE * 3600)])
def test_a_jump_in_the_numbers_begins_anew(line: Line, jump: tuple[int, int]) -> None:
    for number in (3, 4, 5, 6, 7):
        usual = packet(number, speech(number))
        sequence, timestamp = usual.sequence + jump[0] & 0xFFFF, usual.timestamp + jump[1] & 0xFFFF_FFFF
        line.buffer.put(Packet(SSRC, sequence, timestamp, usual.payload), line.now)
        line.listen()
    assert line.listen(1) == played(6)


def test_what_is_no_opus_is_counted_and_left_out(line: Line) -> None:
    line.buffer.put(packet(3, b""), line.now)
    line.buffer.put(packet(3, b"\x7b\xff"), line.now)
    line.buffer.put(packet(3, bytes(2000)), line.now)
    assert line.buffer.bad == 3
    line.arrive(3)
    assert line.listen(3) == played(1, 2, 3)


packets = st.builds(
    Packet,
    ssrc=st.integers(1, 2),
    sequence=st.one_of(st.integers(0, 40), st.integers(65_500, 65_535), st.integers(0, 65_535)),
    timestamp=st.one_of(st.integers(0, 40).map(lambda n: n * BLOCK), st.integers(0, 0xFFFF_FFFF)),
    payload=st.one_of(st.just(b"\x78"), st.just(speech(1, copied=True)), st.binary(max_size=6)),
)


@settings(deadline=None)
@given(st.lists(st.tuples(packets, st.floats(0, 3), st.integers(0, 4)), max_size=60))
def test_anything_may_come(steps: list[tuple[Packet, float, int]]) -> None:
    line = Line()
    for arrived, later, blocks in steps:
        line.now += later
        line.buffer.put(arrived, line.now)
        line.listen(blocks)
        line.buffer.excess(line.now)
    line.listen(200)
    assert len(line.buffer) == 0 or line.answers[-1][0] is not CONCEAL


def test_memory_is_bounded_when_nobody_listens() -> None:
    line = Line()
    for number in range(3000):
        line.now += BLOCK_SECONDS
        line.arrive(number)
    assert len(line.buffer) == MAX_PACKETS
    line.listen(2)
    assert len(line.buffer) < 10


@settings(deadline=None)
@given(st.integers(0, 1 << 40), st.integers(-30_000, 30_000))
def test_unwrapped_numbers_keep_their_distance(near: int, distance: int) -> None:
    assert unwrap((near + distance) & 0xFFFF, near, 16) == near + distance


def arrivals_of(lates: Sequence[float]) -> ArrivalTimes:
    arrivals = ArrivalTimes()
    times = sorted((number * BLOCK_SECONDS + late, number) for number, late in enumerate(lates))
    for arrival, number in times:
        assert arrivals.add(number * BLOCK, BLOCK, arrival)
    return arrivals


def test_the_target_follows_the_jitter_up_and_down() -> None:
    rough = [0.0, 0.05, 0.01, 0.03] * 100
    assert arrivals_of([0.0] * 50).target == pytest.approx(MIN_TARGET)
    assert arrivals_of(rough).target == pytest.approx(0.05 + 2 * BLOCK_SECONDS, abs=0.002)
    assert arrivals_of([*rough, *[0.0] * 600]).target == pytest.approx(MIN_TARGET)
    assert arrivals_of([0.0, 0.9] * 100).target == MAX_TARGET


def test_one_freeze_does_not_change_the_target() -> None:
    """The packets of 300 ms arrive at once, the first of them as late as that."""
    calm = [0.0] * 200
    assert arrivals_of([*calm, *[0.3 - 0.02 * n for n in range(15)], *calm]).target == pytest.approx(MIN_TARGET)


def test_the_base_follows_a_longer_way_within_ten_seconds() -> None:
    arrivals = arrivals_of([*[0.0] * 100, *[0.08] * 600])
    assert arrivals.base == pytest.approx(0.08)
    assert arrivals.target == pytest.approx(MIN_TARGET)


def test_what_was_sent_again_does_not_make_sound_wait_longer() -> None:
    line = Line()
    for number in range(4, 300, 2):
        line.arrive(number)
        line.listen()
        line.buffer.put(packet(number - 3, speech(number - 3), SSRC), line.now + 0.015, again=True)
        line.listen()
    assert line.buffer.arrivals.target < 0.08
