"""The appointment: from booking to the visit, or to the moment nobody has come.

A booked appointment holds its places until it is moved, cancelled, or missed: `missed` comes when it has begun so long
ago (`appointment_grace_seconds` of the directory) that the places are given back. Whoever comes after all becomes a
walk-in (`check_in.py`). Checking in takes a ticket; what becomes of the matter is the ticket's. A citizen who gives
the ticket back can check in once more the same day. `attended` is the end of the ticket in a completed matter.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from signaling.lifecycle import Lifecycle


class AppointmentState(StrEnum):
    BOOKED = "booked"
    CHECKED_IN = "checked_in"
    ATTENDED = "attended"
    MISSED = "missed"
    CANCELLED = "cancelled"


class AppointmentEvent(StrEnum):
    """What can happen to an appointment. The names are those of the event log; none is a ticket's."""

    BOOKED = "booked"
    MOVED = "moved"
    CANCELLED = "cancelled"
    CHECKED_IN = "checked_in"
    ATTENDED = "attended"
    NO_SHOW = "no_show"


APPOINTMENT: Final = Lifecycle(
    "appointment",
    AppointmentState.BOOKED,
    {
        AppointmentState.BOOKED: {
            AppointmentEvent.MOVED: AppointmentState.BOOKED,
            AppointmentEvent.CANCELLED: AppointmentState.CANCELLED,
            AppointmentEvent.CHECKED_IN: AppointmentState.CHECKED_IN,
            AppointmentEvent.NO_SHOW: AppointmentState.MISSED,
        },
        AppointmentState.MISSED: {
            AppointmentEvent.CHECKED_IN: AppointmentState.CHECKED_IN,
        },
        AppointmentState.CHECKED_IN: {
            AppointmentEvent.CHECKED_IN: AppointmentState.CHECKED_IN,
            AppointmentEvent.ATTENDED: AppointmentState.ATTENDED,
        },
        AppointmentState.ATTENDED: {},
        AppointmentState.CANCELLED: {},
    },
)


@dataclass(frozen=True, slots=True)
class Appointment:
    """One appointment. Times in seconds since the epoch, end not included; `site`: where the citizen means to come,
    None for any. `id` is for rows and the log; the code that opens it is stored nowhere."""

    id: str
    region: str
    service: str
    site: str | None
    starts_at: float
    ends_at: float
    state: AppointmentState = APPOINTMENT.start

    def takes(self, event: AppointmentEvent) -> bool:
        """Whether this can happen to it now."""
        return APPOINTMENT.takes(self.state, event)
