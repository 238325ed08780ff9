"""What a citizen takes along: the code as a picture for the booth's camera, and an entry for the calendar.

The picture holds the code alone, and no address: a telephone that scans it opens nothing, and no browser's history and
no proxy's log gets to know the code.
"""

from __future__ import annotations

import datetime
import io
from dataclasses import dataclass
from typing import Final

import segno
from icalendar import Alarm, Calendar, Event

from signaling import __version__
from signaling.appointments.appointment import Appointment, AppointmentState

REMIND_BEFORE: Final = datetime.timedelta(hours=1)
QUIET_ZONE: Final = 4
"""Modules of white around the code (ISO/IEC 18004)."""


def qr_svg(code: str, *, scale: int = 6, inline: bool = False) -> bytes:
    """The code as a QR picture; `inline`: to stand in a page. Error correction Q: paper gets creased."""
    out = io.BytesIO()
    segno.make(code, error="q", micro=False).save(
        out,
        kind="svg",
        scale=scale,
        border=QUIET_ZONE,
        dark="#000",
        light="#fff",
        xmldecl=not inline,
        svgns=True,
        omitsize=inline,
        nl=False,
    )
    return out.getvalue()


@dataclass(frozen=True, slots=True)
class Entry:
    """The words of a calendar's entry; they hold nothing about the citizen."""

    title: str
    place: str
    text: str


def calendar(appointment: Appointment, entry: Entry, now: float, zone: datetime.tzinfo) -> bytes:
    """The appointment as a file for calendars (RFC 5545). A moved one has the same UID, so it replaces the earlier;
    a cancelled one says so."""
    made = Calendar()
    made.add("prodid", f"-//Fernamt//{__version__}//")
    made.add("version", "2.0")
    cancelled = appointment.state is AppointmentState.CANCELLED
    made.add("method", "CANCEL" if cancelled else "PUBLISH")
    event = Event()
    event.add("uid", f"{appointment.id}@fernamt")
    event.add("sequence", int(now // 60))
    event.add("dtstamp", _utc(now))
    event.add("dtstart", datetime.datetime.fromtimestamp(appointment.starts_at, zone))
    event.add("dtend", datetime.datetime.fromtimestamp(appointment.ends_at, zone))
    event.add("summary", entry.title)
    event.add("location", entry.place)
    event.add("description", entry.text)
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("class", "PRIVATE")
    if not cancelled:
        reminder = Alarm()
        reminder.add("action", "DISPLAY")
        reminder.add("description", entry.title)
        reminder.add("trigger", -REMIND_BEFORE)
        event.add_component(reminder)
    made.add_component(event)
    made.add_missing_timezones()
    return bytes(made.to_ical())


def _utc(at: float) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(int(at), datetime.UTC)
