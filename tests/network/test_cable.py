"""The cable does to packets what it says."""

from __future__ import annotations

import contextlib
import os
import socket
import time
from collections.abc import Iterator

import pytest

from tests.network.cable import QUEUE_SECONDS, Cable, cable

PATIENCE = 10.0


class Ends:
    """A socket at each end; the near one has been told to the far one's owner and the other way round."""

    def __init__(self, laid: Cable) -> None:
        self.near = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.near.bind((laid.near, 0))
        with laid.at_the_booth():
            self.far = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.far.bind((laid.far, 0))
        for one, other in ((self.near, self.far), (self.far, self.near)):
            one.connect(other.getsockname())
            one.settimeout(PATIENCE)

    def close(self) -> None:
        self.near.close()
        self.far.close()


@pytest.fixture
def laid() -> Iterator[Cable]:
    with cable() as made:
        yield made


@pytest.fixture
def ends(laid: Cable) -> Iterator[Ends]:
    made = Ends(laid)
    yield made
    made.close()


def arriving(source: socket.socket, sink: socket.socket, count: int, size: int = 100) -> int:
    """How many of `count` packets get through, sent one by one so that no socket's own queue is ever full."""
    arrived = 0
    for number in range(count):
        source.send(number.to_bytes(4) + bytes(size - 4))
        sink.settimeout(0.0)
        with contextlib.suppress(BlockingIOError):
            sink.recv(2048)
            arrived += 1
    sink.settimeout(PATIENCE)
    return arrived


def crossing_times(source: socket.socket, sink: socket.socket, count: int = 20) -> list[float]:
    took = []
    for _ in range(count):
        began = time.monotonic()
        source.send(b"?")
        sink.recv(2048)
        took.append(time.monotonic() - began)
    return took


def test_a_good_cable_loses_nothing(ends: Ends) -> None:
    assert arriving(ends.near, ends.far, 500) == arriving(ends.far, ends.near, 500) == 500


@pytest.mark.parametrize("share", [0.01, 0.1, 0.5])
def test_the_share_that_is_lost(laid: Cable, ends: Ends, share: float) -> None:
    laid.impair(loss=share, way="up")
    count = 4000
    # Five standard deviations of a binomial distribution: one run in two million is outside.
    tolerance = 5 * (share * (1 - share) / count) ** 0.5
    assert abs(1 - arriving(ends.far, ends.near, count) / count - share) < tolerance
    assert arriving(ends.near, ends.far, 500) == 500
    laid.impair()
    assert arriving(ends.far, ends.near, 500) == 500


@pytest.mark.parametrize(("way", "back_and_forth"), [("both", 0.08), ("up", 0.04), ("down", 0.04)])
def test_the_delay_of_each_way(laid: Cable, ends: Ends, way: str, back_and_forth: float) -> None:
    laid.impair(delay=0.04, way=way)  # type: ignore[arg-type]
    up, down = crossing_times(ends.far, ends.near), crossing_times(ends.near, ends.far)
    assert min(up) + min(down) >= back_and_forth
    assert min(up) + min(down) < back_and_forth + 0.03
    laid.impair()
    assert min(crossing_times(ends.far, ends.near)) < 0.03


def test_jitter_is_up_to_what_was_said(laid: Cable, ends: Ends) -> None:
    laid.impair(jitter=0.1)
    took = crossing_times(ends.near, ends.far, 30)
    assert min(took) < 0.05 < max(took)


def test_a_narrow_path_lets_so_many_bits_through_and_queues_so_long(laid: Cable, ends: Ends) -> None:
    rate, size, overhead = 1_000_000, 1000, 42
    laid.impair(rate=rate, way="up")
    packet = (size + overhead) * 8 / rate
    for _ in range(200):
        ends.far.send(bytes(size))
    began = time.monotonic()
    arrived = 0
    while True:
        ends.near.settimeout(2 * QUEUE_SECONDS)
        try:
            ends.near.recv(2048)
        except TimeoutError:
            break
        arrived += 1
        took = time.monotonic() - began
    # What fits the queue gets through, at the rate; the rest of the burst is lost.
    assert QUEUE_SECONDS * 0.7 < arrived * packet < QUEUE_SECONDS * 1.3
    assert took > 0.8 * (arrived - 5) * packet


def test_what_waits_before_narrows_is_not_lost_when_they_get_wide(laid: Cable, ends: Ends) -> None:
    laid.impair(rate=100_000, way="up")
    for number in range(8):
        ends.far.send(number.to_bytes(1) * 400)
    laid.impair()
    assert [ends.near.recv(2048)[0] for _ in range(8)] == list(range(8))
    assert arriving(ends.far, ends.near, 500) == 500


def test_loss_rate_and_delay_together_and_changed_on_the_way(laid: Cable, ends: Ends) -> None:
    laid.impair(loss=1.0, rate=500_000, delay=0.02)
    ends.far.send(b"?")
    ends.near.settimeout(0.3)
    with pytest.raises(TimeoutError):
        ends.near.recv(2048)
    laid.impair(rate=500_000, delay=0.02)
    ends.near.settimeout(PATIENCE)
    assert min(crossing_times(ends.far, ends.near)) >= 0.02


def test_cut_and_joined_also_when_it_is_slow(laid: Cable, ends: Ends) -> None:
    for slow in (False, True):
        if slow:
            laid.impair(delay=0.01)
        laid.cut()
        ends.far.send(b"?")
        ends.near.settimeout(0.3)
        with pytest.raises(TimeoutError):
            ends.near.recv(2048)
        laid.join()
        ends.near.settimeout(PATIENCE)
        assert crossing_times(ends.far, ends.near, 3)


def test_another_address_also_when_it_is_slow(laid: Cable) -> None:
    laid.impair(delay=0.01)
    laid.move()
    laid.far = laid.other
    ends = Ends(laid)
    assert min(crossing_times(ends.near, ends.far)) >= 0.01
    ends.close()


def test_nothing_is_left_behind() -> None:
    with cable() as laid:
        laid.impair(loss=0.1, rate=1_000_000, delay=0.01)
        laid.cut()
        name = laid.namespace.name
        interfaces = {laid.near, *os.listdir("/sys/class/net")}
        assert name in os.listdir("/run/netns")
    assert name not in os.listdir("/run/netns")
    assert not [one for one in os.listdir("/sys/class/net") if one in interfaces and one.endswith(name[-6:])]
