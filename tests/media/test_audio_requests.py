"""Which packets of sound are asked for again, in a time of its own."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from media.audio.requests import MAX_HOLES, USEFUL_SECONDS, SoundRequests

SSRC = 7


def noted(requests: SoundRequests, *sequences: int, at: float = 0.0) -> list[bool]:
    return [requests.note(SSRC, sequence & 0xFFFF, at) for sequence in sequences]


def test_a_hole_is_asked_for_at_once_again_and_for_so_long_as_it_is_of_use() -> None:
    requests = SoundRequests()
    noted(requests, 65534, 65535, 2)
    assert requests.due(0.0) == [0, 1]
    assert requests.due(0.0) == []
    asked = 1
    while (moment := requests.next_due()) is not None:
        asked += bool(requests.due(moment))
    assert 3 <= asked <= 12
    assert moment is None
    assert requests.due(USEFUL_SECONDS + 0.01) == []


def test_what_came_is_not_asked_for_again() -> None:
    requests = SoundRequests()
    noted(requests, 10, 12)
    assert requests.due(0.0) == [11]
    assert noted(requests, 11, at=0.01) == [False]
    assert requests.next_due() is None


def test_what_came_from_far_tells_nothing_of_the_path() -> None:
    requests = SoundRequests()
    noted(requests, 10, 12)
    requests.due(0.0)
    assert noted(requests, 11, at=0.09) == [True]


def test_an_outage_and_another_stream_are_not_asked_for() -> None:
    requests = SoundRequests()
    noted(requests, 10, 12 + MAX_HOLES)
    assert requests.due(0.0) == []
    assert not requests.note(SSRC + 1, 500, 0.0)
    assert requests.due(0.0) == []
    assert requests.ssrc == SSRC + 1


def test_where_nothing_comes_in_time_little_is_asked_for() -> None:
    requests = SoundRequests()
    asked = set()
    for number in range(0, 2000, 2):
        now = number * 0.02
        noted(requests, number, at=now)
        asked |= {sequence for sequence in requests.due(now) if number > 1000}
    assert 0 < len(asked) <= 500 / 8 + 1


@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 65535), st.floats(0, 0.3)), max_size=60))
def test_whatever_comes_is_taken(packets: list[tuple[int, int, float]]) -> None:
    requests, now = SoundRequests(), 0.0
    for ssrc, sequence, later in packets:
        now += later
        requests.note(ssrc, sequence, now)
        assert all(0 <= missing <= 0xFFFF for missing in requests.due(now))
        assert len(requests.repair) <= MAX_HOLES
    assert 0 < requests.repair.round_trip < 1
