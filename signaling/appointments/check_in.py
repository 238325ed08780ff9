"""Checking in: what an appointment is worth when its citizen comes early, in time, late, or on another day. Pure.

The booth does not matter: a citizen may come to another one than was booked, also in another region; the ticket is of
the region the appointment was booked in.

- Early on the same day, or within EARLY_S: the turn begins at its time. An idle clerk may take it before.
- In time, and up to `grace_s` after the start: an appointment that is due.
- Later: nobody has held the place. The citizen becomes a walk-in, with the place of somebody who took a ticket at the
  appointment's time, but at most LATE_CREDIT_S ago: less than who is in time gets, and nobody overtakes a morning's
  queue in the evening.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from signaling.appointments.appointment import Appointment, AppointmentEvent, AppointmentState
from signaling.protocol.errors import ErrorId, ProtocolError

LATE_CREDIT_S: Final = 300.0
EARLY_S: Final = 7200.0
"""How long before its time one may check in, also around midnight."""


class Arrival(StrEnum):
    """When a citizen comes, measured by the appointment."""

    EARLY = "early"
    DUE = "due"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class CheckIn:
    """What `appointment` is worth. `from_at`: the ticket counts as if it had been taken then, seconds since the epoch;
    in the future for those who are early. Only `late` is without an appointment's head start."""

    appointment: Appointment
    arrival: Arrival
    from_at: float

    @property
    def privileged(self) -> bool:
        """Whether it counts as an appointment and not as a walk-in."""
        return self.arrival is not Arrival.LATE


def check_in(appointment: Appointment | None, *, now: float, grace_s: float, zone: datetime.tzinfo) -> CheckIn:
    """What the appointment is worth now. Raises ProtocolError: appointment_unknown, appointment_over (cancelled, used
    or of an earlier day), appointment_not_today (of a later day)."""
    if appointment is None:
        raise ProtocolError(ErrorId.APPOINTMENT_UNKNOWN, "There is no appointment with this code.")
    if not appointment.takes(AppointmentEvent.CHECKED_IN):
        raise ProtocolError(ErrorId.APPOINTMENT_OVER, f"The appointment is {appointment.state}; take a ticket.")
    today = datetime.datetime.fromtimestamp(now, zone).date()
    day = datetime.datetime.fromtimestamp(appointment.starts_at, zone).date()
    if day > today and appointment.starts_at - now > EARLY_S:
        raise ProtocolError(ErrorId.APPOINTMENT_NOT_TODAY, "The appointment is on a later day; come back then.")
    if now >= appointment.ends_at and day < today:
        raise ProtocolError(ErrorId.APPOINTMENT_OVER, "The appointment was on an earlier day; take a ticket.")
    if now < appointment.starts_at:
        return CheckIn(appointment, Arrival.EARLY, appointment.starts_at)
    if now <= appointment.starts_at + grace_s and appointment.state is not AppointmentState.MISSED:
        return CheckIn(appointment, Arrival.DUE, appointment.starts_at)
    return CheckIn(appointment, Arrival.LATE, max(appointment.starts_at, now - LATE_CREDIT_S))
