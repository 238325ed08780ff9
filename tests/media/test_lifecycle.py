from __future__ import annotations

import pytest

from media.lifecycle import TRANSITIONS, CallEvent, CallLifecycle, CallLimits, CallState, CallTransitionError

LIMITS = CallLimits(connect=20, silent=5, dead=20)


def connected(now: float = 100.0) -> CallLifecycle:
    call = CallLifecycle(LIMITS)
    call.apply(CallEvent.ANSWERED, now)
    call.apply(CallEvent.CONNECTED, now)
    return call


@pytest.mark.parametrize("state", CallState)
@pytest.mark.parametrize("event", CallEvent)
def test_every_event_is_in_the_table_or_refused_by_name(state: CallState, event: CallEvent) -> None:
    call = CallLifecycle(LIMITS)
    call.state = state
    if event in TRANSITIONS[state]:
        assert call.apply(event, 0) is TRANSITIONS[state][event]
    else:
        with pytest.raises(CallTransitionError, match=f"{state.value}.*{event.value}"):
            call.apply(event, 0)
        assert call.state is state


def test_every_state_can_be_reached_and_closed() -> None:
    reachable = {following for events in TRANSITIONS.values() for following in events.values()}
    assert reachable == set(CallState) - {CallState.NEW}
    assert all(CallEvent.CLOSED in TRANSITIONS[state] for state in CallState if state is not CallState.CLOSED)
    assert not TRANSITIONS[CallState.CLOSED]


def test_connecting_has_a_time_limit() -> None:
    call = CallLifecycle(LIMITS)
    call.apply(CallEvent.ANSWERED, 100)
    assert call.due(119.9) is None
    assert call.due(120) is CallEvent.TIMED_OUT
    assert call.apply(CallEvent.TIMED_OUT, 120) is CallState.FAILED


def test_silence_is_suspect_then_dead() -> None:
    call = connected(100)
    assert call.due(104.9) is None
    assert call.due(105) is CallEvent.SILENT
    call.apply(CallEvent.SILENT, 105)
    assert call.due(119.9) is None
    assert call.due(120) is CallEvent.DEAD


def test_a_suspect_call_recovers_when_something_is_heard() -> None:
    call = connected(100)
    call.apply(CallEvent.SILENT, 105)
    call.heard(110)
    assert call.due(110.5) is CallEvent.ALIVE
    assert call.apply(CallEvent.ALIVE, 110.5) is CallState.CONNECTED
    assert call.due(114.9) is None
    assert call.due(115) is CallEvent.SILENT
