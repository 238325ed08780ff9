"""What if: the model's answers for desks apart and together."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling import erlang
from signaling.statistics.staffing import Desk, Pace, staffing
from tests.signaling.test_dispatch import quick

PACE = Pace(480.0, 600.0)


def test_together_answers_more() -> None:
    found = staffing([Desk("a", 12, 2), Desk("b", 12, 2), Desk("c", 12, 2)], PACE, 0.75, 30)
    assert found.pooled.service_level > found.sum_of_separate.service_level
    assert found.pooled.needed < found.sum_of_separate.needed == 3 * found.separate[0].needed
    assert found.sum_of_separate.service_level == pytest.approx(found.separate[0].service_level)


def test_nobody_there_answers_nobody() -> None:
    found = staffing([Desk("a", 12, 0), Desk("b", 0, 0), Desk("c", 0, 3)], PACE, 0.75, 30)
    alone, empty, idle = found.separate
    assert (alone.service_level, alone.abandonment, alone.wait_mean_s) == (0.0, 1.0, 600.0)
    assert (empty.service_level, empty.needed, idle.occupancy) == (1.0, 0, 0.0)
    assert found.sum_of_separate.service_level == 0.0


@quick
@given(
    st.lists(st.tuples(st.floats(0, 200), st.integers(1, 40)), min_size=1, max_size=4),
    st.floats(30, 1200),
    st.floats(30, 3600),
)
def test_what_is_needed_keeps_the_promise(desks: list[tuple[float, int]], handling: float, patience: float) -> None:
    asked = [Desk(str(n), per_hour, clerks) for n, (per_hour, clerks) in enumerate(desks)]
    found = staffing(asked, Pace(handling, patience), 0.75, 30)
    for desk, outcome in zip(asked, found.separate, strict=True):
        if outcome.needed:
            load = erlang.Load(desk.per_hour / 3600, handling, patience)
            assert erlang.service(load, outcome.needed, 30).service_level >= 0.75
            assert outcome.needed == 1 or erlang.service(load, outcome.needed - 1, 30).service_level < 0.75
    assert found.pooled.needed <= found.sum_of_separate.needed
