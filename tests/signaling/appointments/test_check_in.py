"""What an appointment is worth at the booth: early, in time, late, and on the wrong day."""

from __future__ import annotations

import pytest

from signaling.appointments.appointment import APPOINTMENT, Appointment, AppointmentEvent, AppointmentState
from signaling.appointments.check_in import LATE_CREDIT_S, Arrival, check_in
from signaling.lifecycle import WrongEvent
from signaling.protocol.errors import ErrorId, ProtocolError
from signaling.ticket import TicketEvent
from tests.signaling.appointments.conftest import BERLIN, at

NINE = at("2026-11-30T09:00")


def appointment(state: AppointmentState = AppointmentState.BOOKED, starts_at: float = NINE) -> Appointment:
    return Appointment("a1", "elbtal", "registration-certificate", "hall", starts_at, starts_at + 1200, state)


@pytest.mark.parametrize(
    ("now", "state", "arrival", "counts_from"),
    [
        ("2026-11-30T00:00", "booked", Arrival.EARLY, "09:00"),
        ("2026-11-30T08:59", "booked", Arrival.EARLY, "09:00"),
        ("2026-11-30T09:00", "booked", Arrival.DUE, "09:00"),
        ("2026-11-30T09:10", "booked", Arrival.DUE, "09:00"),
        ("2026-11-30T09:11", "booked", Arrival.LATE, "09:06"),
        ("2026-11-30T09:04", "missed", Arrival.LATE, "09:00"),
        ("2026-11-30T17:00", "missed", Arrival.LATE, "16:55"),  # Five minutes' credit and no more
        ("2026-11-30T09:08", "checked_in", Arrival.DUE, "09:00"),  # Once more after giving the ticket back
    ],
)
def test_what_a_time_of_coming_is_worth(now: str, state: str, arrival: Arrival, counts_from: str) -> None:
    found = check_in(appointment(AppointmentState(state)), now=at(now), grace_s=600, zone=BERLIN)
    assert (found.arrival, found.from_at) == (arrival, at(f"2026-11-30T{counts_from}"))
    assert found.privileged is (arrival is not Arrival.LATE)


@pytest.mark.parametrize(
    ("now", "state", "error"),
    [
        ("2026-11-29T23:59", "booked", ErrorId.APPOINTMENT_NOT_TODAY),
        ("2026-12-01T00:00", "missed", ErrorId.APPOINTMENT_OVER),
        ("2026-11-30T09:00", "cancelled", ErrorId.APPOINTMENT_OVER),
        ("2026-11-30T09:00", "attended", ErrorId.APPOINTMENT_OVER),
    ],
)
def test_what_is_refused(now: str, state: str, error: ErrorId) -> None:
    with pytest.raises(ProtocolError) as refused:
        check_in(appointment(AppointmentState(state)), now=at(now), grace_s=600, zone=BERLIN)
    assert refused.value.error is error


def test_an_unknown_code_is_refused() -> None:
    with pytest.raises(ProtocolError) as refused:
        check_in(None, now=NINE, grace_s=600, zone=BERLIN)
    assert refused.value.error is ErrorId.APPOINTMENT_UNKNOWN


def test_an_appointment_across_midnight_is_good_until_it_ends() -> None:
    late = appointment(starts_at=at("2026-11-30T23:50"))
    found = check_in(late, now=at("2026-12-01T00:00"), grace_s=600, zone=BERLIN)
    assert found.arrival is Arrival.DUE


def test_nobody_who_comes_later_overtakes_by_it() -> None:
    """The later a late citizen comes, the later the place: no gain by waiting."""
    places = [
        check_in(appointment(AppointmentState.MISSED), now=NINE + s, grace_s=600, zone=BERLIN).from_at
        for s in range(601, 30_000, 60)
    ]
    assert places == sorted(places)
    assert all(NINE + s - found <= LATE_CREDIT_S for s, found in zip(range(601, 30_000, 60), places, strict=True))


def test_the_table_ends_where_it_should() -> None:
    assert APPOINTMENT.final(AppointmentState.ATTENDED) and APPOINTMENT.final(AppointmentState.CANCELLED)
    with pytest.raises(WrongEvent, match="events that fit: checked_in"):
        APPOINTMENT.after(AppointmentState.MISSED, AppointmentEvent.MOVED)


def test_events_of_appointments_and_tickets_can_be_told_apart() -> None:
    assert not set(AppointmentEvent) & {*TicketEvent, "joined"}
