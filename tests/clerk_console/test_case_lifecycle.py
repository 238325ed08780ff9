from itertools import product

import pytest

from clerk_console.case import TRANSITIONS, CaseEvent, CaseState, next_state
from clerk_console.errors import ConsoleError, ErrorId


@pytest.mark.parametrize(("state", "event"), list(product(CaseState, CaseEvent)))
def test_every_pair_leads_somewhere_or_names_state_and_event(state: CaseState, event: CaseEvent) -> None:
    if (state, event) in TRANSITIONS:
        assert next_state(state, event) is TRANSITIONS[state, event]
        return
    with pytest.raises(ConsoleError) as refused:
        next_state(state, event)
    assert state.value in refused.value.text
    assert event.value in refused.value.text or refused.value.error is ErrorId.CASE_NOT_CONFIRMED


def test_only_a_confirmed_case_is_completed() -> None:
    before = {state for (state, _), after in TRANSITIONS.items() if after is CaseState.COMPLETED}
    assert before == {CaseState.CONFIRMED, CaseState.COMPLETED}
    with pytest.raises(ConsoleError) as refused:
        next_state(CaseState.OPEN, CaseEvent.COMPLETE)
    assert refused.value.error is ErrorId.CASE_NOT_CONFIRMED


@pytest.mark.parametrize("state", [CaseState.COMPLETED, CaseState.ABANDONED])
def test_nothing_leads_out_of_a_finished_case(state: CaseState) -> None:
    assert {after for (before, _), after in TRANSITIONS.items() if before is state} == {state}


def test_a_change_after_confirmation_has_to_be_confirmed_again() -> None:
    assert next_state(CaseState.CONFIRMED, CaseEvent.CHANGE) is CaseState.OPEN
