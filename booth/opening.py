"""When something opens again, in the parts that words are made of. Pure: the time is passed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from signaling.protocol.messages import ServiceHours


@dataclass(frozen=True, slots=True)
class Opening:
    """`when` chooses the words: `today`, `tomorrow`, `later`, or `unknown` (then the rest is empty). `weekday` from 0,
    Monday; `month` from 1; `time` as `8:00`, in the office's own time."""

    when: str = "unknown"
    weekday: int = 0
    day: int = 0
    month: int = 0
    time: str = ""


UNKNOWN = Opening()


def opening(hours: ServiceHours, now: float) -> Opening | None:
    """When a closed service opens, seen at `now` (seconds since the epoch); None for one that is open."""
    opens = _moment(hours)
    if hours.open or (opens is not None and opens.timestamp() <= now):
        return None
    if opens is None:
        return UNKNOWN
    today = datetime.fromtimestamp(now, opens.tzinfo).date()
    when = {today: "today", today + timedelta(days=1): "tomorrow"}.get(opens.date(), "later")
    return Opening(when, opens.weekday(), opens.day, opens.month, f"{opens.hour}:{opens.minute:02}")


def first_opening(all_hours: list[ServiceHours], now: float) -> Opening | None:
    """When the first of several services opens; None if one is open, or there is none."""
    openings = [(hours, opening(hours, now)) for hours in all_hours]
    if not openings or any(found is None for _, found in openings):
        return None
    known = [(moment, found) for hours, found in openings if (moment := _moment(hours)) is not None]
    return min(known, key=lambda pair: pair[0].timestamp())[1] if known else UNKNOWN


def _moment(hours: ServiceHours) -> datetime | None:
    if hours.opens_at is None:
        return None
    try:
        moment = datetime.fromisoformat(hours.opens_at)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
