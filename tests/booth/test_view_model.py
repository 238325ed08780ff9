"""What the screens show, from state and record alone."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import datetime

import pytest
from msgspec import structs

from booth.eid.identification import IdentificationView
from booth.eid.workflow import Step
from booth.mrz.zone import ZoneKey
from booth.patience import LIMITS, Countdown, Patience
from booth.reading import Reading
from booth.record import (
    MAX_CAPTIONS,
    CallbackCase,
    Caption,
    CardCase,
    Company,
    DocumentCase,
    EidCase,
    GuestCase,
    StillCase,
    SummaryCase,
    VisitRecord,
)
from booth.view import COMPANY_S, HOLD, NOT_WIPED, ForecastView, Premises, View, forecast, view_of
from booth.visit import ARRANGING, IN_CALL, VisitState
from media.consultation import CardFault, EidFault, SummaryField
from signaling.protocol.messages import ServiceHours, TicketState, TicketView

PREMISES = Premises("Gemeindehaus Elbtal", ("de", "en"), ("registration-certificate",), online=True)
TICKET = TicketView(
    number="AB123",
    state=TicketState.WAITING,
    service="registration-certificate",
    language="de",
    needs=[],
    waited_s=100.0,
    generation=0,
    position=2,
    forecast_from_s=119.0,
    forecast_to_s=301.0,
)
SECRETS = (
    "AB123",
    "DEMO2026",
    "Frau Sommer",
    "Olena Bondar",
    "Guten Tag",
    "123456",
    "Mustermann",
    "Bescheinigung",
    "key-1",
    "key-2",
    "C01X0006H",
    "640812",
    "901820",
)


def full_record() -> VisitRecord:
    record = VisitRecord(
        language="en", service="registration-certificate", code="DEMO2026", notice="error-x", ticket=TICKET
    )
    record.ticket_at = 50.0
    record.returned = True
    record.held = True
    record.parked_at = 10.0
    record.parked_since = "14:05"
    record.callback = CallbackCase("+4930901820", "Erika Mustermann", "too_short")
    record.clerk = "Frau Sommer"
    record.link = "connected"
    record.feed = 1
    record.guest = GuestCase("Olena Bondar", "interpreter", "connected", 0)
    record.company = Company("joins", "Olena Bondar", "interpreter", 45.0)
    record.muted = True
    record.caption(Caption("clerk", 0, "Guten Tag", True))
    record.card = CardCase(1, (1, 2), "123456", CardFault.CARD_REMOVED, 0.5)
    record.eid = EidCase(
        2, IdentificationView(Step.PIN, asks="Bürgeramt", digits=3, fault=EidFault.WRONG_PIN, tries=2)
    )
    record.card.zone = ZoneKey("C01X0006H", "640812", "331031")
    record.card_read = True
    record.still = StillCase(4, "key-2", b"JPEG")
    record.verdict = "verified"
    record.summary = SummaryCase(2, "Bescheinigung", (SummaryField(label="Name", value="Mustermann"),))
    record.document = DocumentCase(3, "Bescheinigung", "key-1", 2)
    record.ending = "completed"
    record.high_contrast = True
    record.large_text = True
    record.reading = Reading(on=True, pace="slow", personal=True)
    return record


def shown(state: VisitState, record: VisitRecord | None = None, countdown: Countdown | None = None) -> View:
    return view_of(state, full_record() if record is None else record, PREMISES, countdown, 60.0)


def test_waiting_shows_place_forecast_and_time_waited() -> None:
    view = shown(VisitState.WAITING)
    assert (view.screen, view.ticket, view.position, view.forecast, view.waited_s) == (
        "waiting", "AB123", 2, ForecastView(1, 6), 110,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("seconds", "minutes"),
    [
        ((None, None), None),
        ((0, 0), ForecastView(0, 1)),
        ((30, 60), ForecastView(0, 1)),
        ((90, 90), ForecastView(1, 2)),
        ((570, 600), ForecastView(9, 10)),
    ],
)
def test_a_forecast_is_rounded_outwards(
    seconds: tuple[float | None, float | None], minutes: ForecastView | None
) -> None:
    from_s, to_s = seconds
    assert forecast(structs.replace(TICKET, forecast_from_s=from_s, forecast_to_s=to_s)) == minutes


@pytest.mark.parametrize("state", sorted(VisitState))
def test_the_number_on_the_card_is_never_in_a_view(state: VisitState) -> None:
    assert "123456" not in repr(shown(state))


@pytest.mark.parametrize("state", sorted(VisitState))
def test_a_held_call_shows_only_that_and_whatever_else_goes_on_is_hidden(state: VisitState) -> None:
    assert (shown(state).screen == HOLD) is (state in IN_CALL)


def test_a_pause_says_since_when() -> None:
    view = shown(VisitState.PARKED)
    assert (view.screen, view.parked_since, view.parked_s) == ("parked", "14:05", 50)
    assert shown(VisitState.WAITING).parked_s == 0


def test_a_callback_is_offered_only_to_those_who_wait() -> None:
    record = full_record()
    record.ticket = structs.replace(TICKET, callback_offered=True)
    assert [state for state in VisitState if shown(state, record).callback.offered] == [VisitState.WAITING]


def test_the_number_to_call_is_shown_only_while_it_is_arranged() -> None:
    for state in VisitState:
        view = shown(state)
        assert (view.callback.number == "030 901820") is (state in ARRANGING)
        assert ("901820" in repr(view)) is (state in ARRANGING)
        assert (view.screen == "callback") is (state in ARRANGING)
    assert "901820" not in repr(full_record())


def test_what_is_closed_says_when_it_opens() -> None:
    closed = ServiceHours(id="registration-certificate", open=False, opens_at="2026-11-26T08:00:00+01:00")
    premises = replace(PREMISES, hours=(closed, ServiceHours(id="not-here", open=True)))
    wall = datetime.fromisoformat("2026-11-25T17:00:00+01:00").timestamp()
    view = view_of(VisitState.ATTRACT, VisitRecord(), premises, None, 0.0, wall)
    assert view.opens == view.closed["registration-certificate"]
    assert (view.opens["when"], view.opens["time"]) == ("tomorrow", "8:00")
    two = replace(premises, services=("registration-certificate", "another"))
    assert view_of(VisitState.ATTRACT, VisitRecord(), two, None, 0.0, wall).opens is None
    assert shown(VisitState.ATTRACT).opens is None


def test_who_comes_is_said_for_a_while_and_shown_all_the_time() -> None:
    record = full_record()
    for now, said in ((45.0, "joins"), (45.0 + COMPANY_S - 1, "joins"), (45.0 + COMPANY_S, "")):
        view = view_of(VisitState.CALL, record, PREMISES, None, now)
        assert view.company.what == said
        assert (view.guest.name, view.guest.role, view.guest.feed, view.feed) == ("Olena Bondar", "interpreter", 0, 1)


def test_captions_of_two_clerks_are_two() -> None:
    record = VisitRecord()
    record.caption(Caption("clerk", 0, "Guten Tag", True))
    record.caption(Caption("clerk", 0, "Dobryj", False, 1, "Olena Bondar"))
    record.caption(Caption("clerk", 0, "Dobryj den", True, 1, "Olena Bondar"))
    assert [caption.text for caption in record.captions] == ["Guten Tag", "Dobryj den"]


def test_what_was_asked_shows_only_on_its_own_screen() -> None:
    call = shown(VisitState.CALL)
    assert (call.card.step, call.summary.title, call.document.key) == ("", "", "")
    assert shown(VisitState.CARD_FAULT).card.fault == "card_removed"
    assert (call.eid.step, shown(VisitState.EID).eid.fault) == ("", "wrong_pin")
    assert shown(VisitState.SUMMARY).summary.fields == [{"label": "Name", "value": "Mustermann"}]
    assert shown(VisitState.KEEPSAKE).document.kept


def test_wiping_leaves_only_language_look_and_ending() -> None:
    record = full_record()
    card, callback = record.card, record.callback
    record.wipe()
    assert card is not None
    assert (card.can, card.zone) == ("", None)
    assert callback is not None
    assert (callback.number, callback.name) == ("", "")
    rest = replace(
        VisitRecord(),
        language="en",
        ending="completed",
        high_contrast=True,
        large_text=True,
        reading=Reading(on=True, pace="slow"),
    )
    assert record == rest
    for state in VisitState:
        text = repr(shown(state, record))
        assert not [secret for secret in SECRETS if secret in text]


def test_a_new_visit_knows_nothing_of_the_last() -> None:
    record = full_record()
    record.reset()
    assert record == VisitRecord()


def test_every_field_of_a_record_is_tried_here() -> None:
    record, empty = full_record(), VisitRecord()
    assert [f.name for f in fields(record) if getattr(record, f.name) == getattr(empty, f.name)] == []


def test_a_booth_that_could_not_forget_does_not_say_it_did() -> None:
    premises = replace(PREMISES, trouble=NOT_WIPED)
    assert not view_of(VisitState.THANKS, VisitRecord(), premises, None, 0.0).wiped
    assert shown(VisitState.THANKS).wiped


def test_captions_replace_the_line_being_written_and_stay_few() -> None:
    record = VisitRecord()
    record.caption(Caption("clerk", 0, "Gu", False))
    record.caption(Caption("citizen", 0, "Ja", True))
    record.caption(Caption("clerk", 0, "Guten Tag", True))
    assert [caption.text for caption in record.captions] == ["Guten Tag", "Ja"]
    for line in range(MAX_CAPTIONS + 5):
        record.caption(Caption("clerk", 10 + line, "x", True))
    assert len(record.captions) == MAX_CAPTIONS


def test_time_is_counted_warned_of_and_extended() -> None:
    patience = Patience(0.0)
    limit = LIMITS[VisitState.SERVICE]
    assert patience.countdown(VisitState.SERVICE, limit.quiet_s - 1) == Countdown(int(limit.warned_s + 1), False)
    assert patience.countdown(VisitState.SERVICE, limit.quiet_s) == Countdown(int(limit.warned_s), True)
    assert patience.countdown(VisitState.SERVICE, limit.quiet_s + limit.warned_s) == Countdown(0, True)
    patience.touched(limit.quiet_s)
    countdown = patience.countdown(VisitState.SERVICE, limit.quiet_s + 1)
    assert countdown is not None
    assert not countdown.warned


def test_a_call_has_no_time_limit() -> None:
    assert all(Patience(0.0).countdown(state, 1e6) is None for state in (VisitState.CALL, VisitState.CARD_NUMBER))


def test_the_warning_is_shown_and_the_farewell_counts_openly() -> None:
    assert shown(VisitState.SERVICE, countdown=Countdown(30, True)).still_there_s == 30
    assert shown(VisitState.SERVICE, countdown=Countdown(80, False)).still_there_s is None
    thanks = shown(VisitState.THANKS, countdown=Countdown(20, True))
    assert (thanks.countdown_s, thanks.still_there_s) == (20, None)
