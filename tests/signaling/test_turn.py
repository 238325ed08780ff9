"""When a ticket's turn is."""

from __future__ import annotations

import pytest

from signaling.appointments.appointment import Appointment
from signaling.directory import Priority
from signaling.protocol import messages as m
from signaling.turn import APPOINTMENT_HEAD_START_S, HEAD_START_S, LARGEST_OVERTAKING_S, head_start
from tests.signaling.stage import Stage


@pytest.mark.parametrize("priority", Priority)
def test_a_due_appointment_is_the_highest_class(priority: Priority) -> None:
    assert head_start(priority, 1000.0, appointment=True) == APPOINTMENT_HEAD_START_S > head_start(priority, 1000.0)


def test_who_checks_in_early_has_the_turn_of_who_comes_on_time() -> None:
    on_time = 1000.0 - head_start(Priority.NORMAL, 1000.0, appointment=True, due_at=1000.0)
    early = 100.0 - head_start(Priority.NORMAL, 100.0, appointment=True, due_at=1000.0)
    late = 1300.0 - head_start(Priority.NORMAL, 1300.0, appointment=True, due_at=1000.0)
    assert early == on_time == late - 300.0


def test_no_head_start_is_larger_than_is_said() -> None:
    starts = [*HEAD_START_S.values(), APPOINTMENT_HEAD_START_S]
    assert max(starts) - min(starts) == LARGEST_OVERTAKING_S


def test_an_urgent_service_overtakes_by_its_head_start_and_no_more() -> None:
    stage = Stage()
    first = stage.joins("b1")
    stage.now += HEAD_START_S[Priority.HIGH] - 1
    urgent = stage.joins("b2", service="passport")
    stage.now += 2
    stage.joins("b3", service="passport")
    stage.available("anna")
    assert stage.clerk("anna").ticket == urgent
    stage.available("bert")
    assert stage.clerk("bert").ticket == first


def test_the_queue_is_shown_in_the_order_of_turns() -> None:
    stage = Stage()
    stage.comes("anna")
    first = stage.joins("b1")
    booked = Appointment("a1", "elbtal", "certificate", None, stage.now, stage.now + 900)
    due = stage.joins("b2", service=None, code="DEMO2026", appointment=booked)
    urgent = stage.joins("b3", service="passport")
    assert [entry.number for entry in stage.told("anna", m.QueueUpdate).tickets] == [due, urgent, first]
