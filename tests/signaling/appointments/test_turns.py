"""Appointments in the queue: who is served before whom."""

from __future__ import annotations

from signaling.appointments.appointment import Appointment, AppointmentState
from signaling.protocol import messages as m
from tests.signaling.stage import Stage

CODE = "AAAAA22222"


def comes(office: Stage, booth: str, in_s: float, state: AppointmentState = AppointmentState.BOOKED) -> str:
    """A citizen checks in at a booth for an appointment that begins in `in_s` seconds; the ticket's number."""
    starts_at = office.now + in_s
    appointment = Appointment(f"for-{booth}", "elbtal", "certificate", None, starts_at, starts_at + 1200, state)
    office.comes(booth)
    office.core.receive(office.lines[booth], m.Join(language="de", code=CODE), appointment)
    office._collect()
    (ticket,) = (ticket for ticket in office.hall.tickets.values() if ticket.booth == booth)
    return ticket.number


def served(office: Stage, count: int) -> list[str]:
    """The numbers in the order one clerk is offered them."""
    office.available("anna")
    numbers = []
    for _ in range(count):
        number = office.told("anna", m.Offer).ticket.number
        numbers.append(number)
        office.says(office.ticket(number).booth, m.Leave(ticket=number))
        office.passes(1)
    return numbers


def test_an_appointment_that_is_due_goes_before_those_who_have_waited_less_than_its_head_start() -> None:
    office = Stage()
    long_before = office.joins("b1")
    office.passes(500)
    before = office.joins("b2")
    office.passes(200)
    due = comes(office, "b3", in_s=-60)
    assert served(office, 3) == [long_before, due, before]


def test_who_is_early_waits_for_the_time_but_is_served_when_nobody_else_waits() -> None:
    office = Stage()
    early = comes(office, "b1", in_s=3000)
    office.passes(60)
    walk_in = office.joins("b2")
    assert served(office, 2) == [walk_in, early]


def test_who_is_late_gets_less_than_who_is_in_time_and_more_than_nothing() -> None:
    office = Stage()
    walk_ins = []
    for booth in ("b1", "b2"):
        walk_ins.append(office.joins(booth))
        office.passes(200)
    late = comes(office, "b3", in_s=-4000, state=AppointmentState.MISSED)
    due = comes(office, "b4", in_s=-10)
    # 400, 200, 300 (credit) and 600 seconds (head start).
    assert served(office, 4) == [due, walk_ins[0], late, walk_ins[1]]


def test_a_missed_appointment_can_still_be_checked_in_and_is_marked() -> None:
    office = Stage()
    comes(office, "b1", in_s=-4000, state=AppointmentState.MISSED)
    assert office.kept.appointments == {"for-b1": AppointmentState.CHECKED_IN}
    (logged,) = (event for event in office.kept.events if event.about == "appointment")
    assert (logged.ticket, logged.event, logged.from_state) == ("for-b1", "checked_in", "missed")
