"""Token buckets by peer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.rest.rates import Rate, Rates, peer_of


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_so_many_at_once_then_so_many_a_second() -> None:
    clock = Clock()
    rates = Rates(Rate(per_s=2, burst=3), clock)
    assert [rates.take("a") for _ in range(4)] == [0, 0, 0, 0.5]
    assert rates.wait_s("a") == 0.5 and rates.wait_s("b") == 0
    assert rates.take("b") == 0
    clock.now += 0.5
    assert rates.wait_s("a") == 0
    assert rates.take("a") == 0 and rates.take("a") == 0.5
    clock.now += 3600
    assert [rates.take("a") for _ in range(4)] == [0, 0, 0, 0.5]


@given(st.lists(st.tuples(st.floats(0, 5), st.sampled_from("ab")), max_size=60))
def test_never_more_than_promised(steps: list[tuple[float, str]]) -> None:
    clock = Clock()
    rates = Rates(Rate(per_s=1, burst=4), clock)
    taken: dict[str, list[float]] = {"a": [], "b": []}
    for pause, key in steps:
        clock.now += pause
        if rates.take(key) == 0:
            taken[key].append(clock.now)
    for times in taken.values():
        for first, begin in enumerate(times):
            for number, end in enumerate(times[first:], start=1):
                assert number <= 4 + (end - begin) + 1e-6


def test_memory_is_bounded() -> None:
    rates = Rates(Rate(per_s=1, burst=1), Clock(), keys_kept=100)
    for n in range(1000):
        rates.take(n)
    assert len(rates) == 100
    assert rates.wait_s(999) > 0 and rates.wait_s(0) == 0


@pytest.mark.parametrize(
    ("address", "peer"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::"),
        ("testclient", ""),
        (None, ""),
    ],
)
def test_whose_an_address_is(address: str | None, peer: str) -> None:
    assert peer_of(address) == peer
