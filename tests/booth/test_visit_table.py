"""The visit's table: what leads where, and that no way out misses the wipe."""

from __future__ import annotations

import pytest

from booth.view import SCREENS
from booth.visit import FORGOTTEN, HAS_TICKET, IN_CALL, TRANSITIONS, WIPING, Visit, VisitError, VisitEvent, VisitState

S, E = VisitState, VisitEvent


def played(*events: VisitEvent) -> Visit:
    visit = Visit()
    for event in events:
        visit.happen(event)
    return visit


TO_CALL = (E.LINE_UP, E.START, E.LANGUAGE_CHOSEN, E.JOIN, E.TICKET_TAKEN, E.CALLED, E.CALL_STANDS)


def test_a_whole_visit() -> None:
    visit = played(
        *TO_CALL,
        *(E.CARD_REQUESTED, E.CONSENTED, E.NUMBER_GIVEN, E.CARD_FOUND, E.CARD_CLOSED),
        *(E.SUMMARY_REQUESTED, E.SUMMARY_CLOSED, E.DOCUMENT_SHOWN, E.DOCUMENT_CLOSED),
        *(E.FAREWELL, E.WIPED, E.FINISH),
    )
    assert visit.state is S.ATTRACT


def test_wrong_event_names_state_and_event() -> None:
    with pytest.raises(VisitError, match=r"state attract does not know the event consented"):
        played(E.LINE_UP, E.CONSENTED)


def test_a_refused_event_changes_nothing() -> None:
    visit = played(*TO_CALL)
    with pytest.raises(VisitError):
        visit.happen(E.START)
    assert visit.state is S.CALL


def test_whoever_was_known_is_forgotten_only_by_a_wipe() -> None:
    personal = set(S) - FORGOTTEN - WIPING
    for (state, event), target in TRANSITIONS.items():
        if state in personal:
            assert target not in FORGOTTEN, f"{state} {event} leads to {target} without a wipe"
        if state in WIPING:
            assert event is E.WIPED
            assert target in FORGOTTEN


def test_every_state_can_be_reached_and_left_by_the_citizen_or_time() -> None:
    reached, frontier = {S.UNAVAILABLE}, [S.UNAVAILABLE]
    while frontier:
        state = frontier.pop()
        for (at, _), target in TRANSITIONS.items():
            if at is state and target not in reached:
                reached.add(target)
                frontier.append(target)
    assert reached == set(S)
    for state in set(S) - FORGOTTEN - WIPING:
        assert (state, E.LEAVE) in TRANSITIONS, f"nobody can leave {state}"


@pytest.mark.parametrize("state", sorted(HAS_TICKET))
def test_farewell_ends_every_call_but_leaves_a_document_to_read(state: VisitState) -> None:
    assert TRANSITIONS[state, E.FAREWELL] is (S.KEEPSAKE if state is S.DOCUMENT else S.ENDING)


@pytest.mark.parametrize("state", sorted(IN_CALL))
def test_a_returned_ticket_leads_back_to_the_queue(state: VisitState) -> None:
    assert TRANSITIONS[state, E.RETURNED] is S.WAITING


def test_a_refused_number_leads_back_to_the_number() -> None:
    visit = played(*TO_CALL, E.CARD_REQUESTED, E.CONSENTED, E.NUMBER_GIVEN, E.CARD_FOUND, E.NUMBER_REFUSED)
    assert visit.state is S.CARD_NUMBER


def test_every_state_has_a_screen() -> None:
    assert set(SCREENS) == set(S)
