"""When a forgotten card is spoken of."""

from __future__ import annotations

import itertools

from booth.card_reminder import FIRST_S, LONGEST_S, CardReminder


def test_at_once_and_at_growing_intervals() -> None:
    reminder = CardReminder()
    said = [second for second in range(3600) if reminder.due(True, second)]
    assert said[:2] == [0, FIRST_S]
    waits = [after - before for before, after in itertools.pairwise(said)]
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_S


def test_over_when_the_card_is_gone_and_new_with_the_next() -> None:
    reminder = CardReminder()
    assert reminder.due(True, 0.0)
    assert not reminder.due(True, 1.0)
    assert reminder.reminds
    assert not reminder.due(False, 1000.0)
    assert not reminder.reminds
    assert reminder.due(True, 1000.0)
    assert reminder.due(True, 1000.0 + FIRST_S)
