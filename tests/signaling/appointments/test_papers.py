"""The papers: the picture says the code to a camera, the calendar file replaces its earlier self."""

from __future__ import annotations

import datetime
from dataclasses import replace

import cv2
import icalendar
import numpy as np
import pytest
import segno

from signaling.appointments.appointment import Appointment, AppointmentState
from signaling.appointments.papers import QUIET_ZONE, Entry, calendar, qr_svg
from tests.signaling.appointments.conftest import BERLIN, at

APPOINTMENT = Appointment(
    "a1b2", "elbtal", "registration-certificate", "hall", at("2026-11-30T09:00"), at("2026-11-30T09:20")
)
ENTRY = Entry("Meldebescheinigung", "Gemeindehaus, Dorfstraße 1", "Bringen Sie Ihren Ausweis mit.")
NOW = at("2026-11-28T12:00")


def event_of(appointment: Appointment, now: float = NOW) -> icalendar.Event:
    (event,) = icalendar.Calendar.from_ical(calendar(appointment, ENTRY, now, BERLIN)).walk("VEVENT")
    assert isinstance(event, icalendar.Event)
    return event


def test_a_camera_reads_the_code_from_the_picture() -> None:
    assert b"K7M4PX29LT" not in qr_svg("K7M4PX29LT")
    # The same modules as pixels: OpenCV, which the booth uses, finds and reads them.
    rows = list(segno.make("K7M4PX29LT", error="q", micro=False).matrix_iter(scale=6, border=QUIET_ZONE))
    pixels = np.where(np.array(rows, np.uint8) > 0, 0, 255).astype(np.uint8)
    text, _, _ = cv2.QRCodeDetector().detectAndDecode(pixels)
    assert text == "K7M4PX29LT"


def test_the_picture_can_stand_in_a_page() -> None:
    assert qr_svg("K7M4PX29LT", inline=True).startswith(b"<svg ")
    assert b"style=" not in qr_svg("K7M4PX29LT", inline=True)


def test_times_carry_their_zone() -> None:
    event = event_of(APPOINTMENT)
    assert event["DTSTART"].dt == datetime.datetime(2026, 11, 30, 9, 0, tzinfo=BERLIN)
    assert event["DTSTART"].params["TZID"] == "Europe/Berlin"
    assert (event["DTEND"].dt - event["DTSTART"].dt).total_seconds() == 1200
    assert [alarm["TRIGGER"].dt for alarm in event.walk("VALARM")] == [datetime.timedelta(hours=-1)]


@pytest.mark.parametrize("seconds", [60, 86_400])
def test_a_moved_or_cancelled_appointment_replaces_its_entry(seconds: float) -> None:
    first, later = (
        event_of(APPOINTMENT),
        event_of(replace(APPOINTMENT, starts_at=at("2026-11-30T13:00")), NOW + seconds),
    )
    assert first["UID"] == later["UID"]
    assert later["SEQUENCE"] > first["SEQUENCE"]
    cancelled = event_of(replace(APPOINTMENT, state=AppointmentState.CANCELLED), NOW + seconds)
    assert (cancelled["UID"], cancelled["STATUS"]) == (first["UID"], "CANCELLED")
    assert not list(cancelled.walk("VALARM"))
