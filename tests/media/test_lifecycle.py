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


def waited(call: CallLifecycle, since: float, until: float) -> list[tuple[float, CallEvent]]:
    """What becomes due when the call is looked at each beat; the events are applied."""
    happened = []
    for beat in range(round((until - since) / LIMITS.beat) + 1):
        now = since + beat * LIMITS.beat
        if event := call.due(now):
            happened.append((now, event))
            call.apply(event, now)
    return happened


def test_silence_is_suspect_then_dead() -> None:
    call = connected(100)
    assert waited(call, 100, 104.75) == []
    assert waited(call, 105, 119.75) == [(105, CallEvent.SILENT)]
    assert waited(call, 120, 121) == [(120, CallEvent.DEAD)]


def test_a_suspect_call_recovers_when_something_is_heard() -> None:
    call = connected(100)
    assert waited(call, 100, 110) == [(105, CallEvent.SILENT)]
    call.heard(110)
    assert call.due(110) is CallEvent.ALIVE
    assert call.apply(CallEvent.ALIVE, 110) is CallState.CONNECTED
    assert waited(call, 110.25, 115) == [(115, CallEvent.SILENT)]


def test_an_end_that_stood_still_blames_nobody() -> None:
    """Ten seconds without a beat: this end was asleep, the other's messages are yet to be read."""
    call = connected(100)
    assert waited(call, 100, 101) == []
    assert call.due(111) is None
    assert waited(call, 111.25, 116) == [(114.5, CallEvent.SILENT)]


def test_a_doubted_call_is_suspect_until_it_is_heard() -> None:
    call = connected(100)
    call.doubt(101)
    assert call.due(101) is CallEvent.SILENT
    call.apply(CallEvent.SILENT, 101)
    assert call.due(101.1) is None
    call.heard(101.2)
    assert call.due(101.2) is CallEvent.ALIVE


def test_a_dead_path_is_noticed_within_a_second_but_not_after_two_lost_beats() -> None:
    limits = CallLimits()
    assert 2 * limits.beat < limits.silent <= 0.9 - limits.look
