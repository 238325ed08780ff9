"""Appointments in the event log."""

from __future__ import annotations

from signaling.appointments.appointment import APPOINTMENT, AppointmentEvent, AppointmentState
from signaling.appointments.check_in import Arrival
from signaling.tally import Event


def event_of(
    appointment: str,
    event: AppointmentEvent,
    before: AppointmentState | None,
    after: AppointmentState,
    region: str,
    service: str,
    now: float,
    arrival: Arrival | None = None,
) -> Event:
    """What has happened to an appointment; where a ticket's events have its number, these have its id. `arrival`: when
    its citizen came, measured by it."""
    return Event(now, appointment, event, before, after, region, service, reason=arrival, about=APPOINTMENT.name)
