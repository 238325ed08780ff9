"""When a service opens again, in the office's own time."""

from __future__ import annotations

from datetime import datetime

import pytest

from booth.opening import UNKNOWN, Opening, first_opening, opening
from signaling.protocol.messages import ServiceHours


def closed(opens_at: str | None, service: str = "one") -> ServiceHours:
    return ServiceHours(id=service, open=False, opens_at=opens_at)


def at(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


EVENING = at("2026-11-25T18:30:00+01:00")


@pytest.mark.parametrize(
    ("opens_at", "expected"),
    [
        ("2026-11-25T19:05:00+01:00", Opening("today", 2, 25, 11, "19:05")),
        ("2026-11-26T08:00:00+01:00", Opening("tomorrow", 3, 26, 11, "8:00")),
        ("2026-11-30T13:00:00+01:00", Opening("later", 0, 30, 11, "13:00")),
        (None, UNKNOWN),
        ("soon", UNKNOWN),
    ],
)
def test_today_tomorrow_or_a_day_with_its_name(opens_at: str | None, expected: Opening) -> None:
    assert opening(closed(opens_at), EVENING) == expected


def test_days_are_those_of_the_office_not_of_greenwich() -> None:
    just_before_midnight = at("2026-11-25T23:59:00+01:00")
    found = opening(closed("2026-11-26T00:30:00+01:00"), just_before_midnight)
    assert found is not None
    assert found.when == "tomorrow"


def test_what_has_opened_meanwhile_is_open_without_being_told() -> None:
    hours = closed("2026-11-26T08:00:00+01:00")
    assert opening(hours, at("2026-11-26T08:00:00+01:00")) is None
    assert opening(ServiceHours(id="one", open=True), EVENING) is None


def test_the_first_of_all_services_counts_while_all_are_closed() -> None:
    early, late = closed("2026-11-26T08:00:00+01:00"), closed("2026-11-27T07:00:00+01:00", "two")
    assert first_opening([late, early], EVENING) == opening(early, EVENING)
    assert first_opening([closed(None), late], EVENING) == opening(late, EVENING)
    assert first_opening([closed(None)], EVENING) == UNKNOWN
    assert first_opening([late, ServiceHours(id="two", open=True)], EVENING) is None
    assert first_opening([], EVENING) is None
