"""The life of a call at one end, without I/O.

    new ── answered ──> connecting ── connected ──> connected <── alive ── suspect
     │                      │                          │  └──── silent ──────^ │
     │                  timed_out, lost           lost │                       │ lost, dead
     │                      v                          v                       v
     └──────────────────> failed <─────────────────────┴───────────────────────┘
    every state but closed ── closed ──> closed

A call counts as alive while anything arrives: sound, picture, or a message on the consultation channel, where both
ends send a heartbeat four times a second. ICE alone notices a dead path after half a minute, which is too late to tell
a citizen. A suspect call is not given up: it may come back, or another generation takes its place.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class CallState(StrEnum):
    """`suspect`: connected, but nothing has been heard for a while; the picture may stand still."""

    NEW = "new"
    CONNECTING = "connecting"
    CONNECTED = "connected"
    SUSPECT = "suspect"
    FAILED = "failed"
    CLOSED = "closed"


class CallEvent(StrEnum):
    """`lost`: the transport gave up; `silent`, `alive`, `dead`: what the heartbeat says."""

    ANSWERED = "answered"
    CONNECTED = "connected"
    SILENT = "silent"
    ALIVE = "alive"
    DEAD = "dead"
    LOST = "lost"
    TIMED_OUT = "timed_out"
    CLOSED = "closed"


_S, _E = CallState, CallEvent
TRANSITIONS: dict[CallState, dict[CallEvent, CallState]] = {
    _S.NEW: {_E.ANSWERED: _S.CONNECTING, _E.LOST: _S.FAILED, _E.CLOSED: _S.CLOSED},
    _S.CONNECTING: {
        _E.CONNECTED: _S.CONNECTED,
        _E.TIMED_OUT: _S.FAILED,
        _E.LOST: _S.FAILED,
        _E.CLOSED: _S.CLOSED,
    },
    _S.CONNECTED: {_E.SILENT: _S.SUSPECT, _E.LOST: _S.FAILED, _E.CLOSED: _S.CLOSED},
    _S.SUSPECT: {_E.ALIVE: _S.CONNECTED, _E.DEAD: _S.FAILED, _E.LOST: _S.FAILED, _E.CLOSED: _S.CLOSED},
    _S.FAILED: {_E.CLOSED: _S.CLOSED},
    _S.CLOSED: {},
}


class CallTransitionError(Exception):
    """An event that the call's state does not know; names both."""

    def __init__(self, state: CallState, event: CallEvent) -> None:
        super().__init__(f"A call that is {state.value} cannot take {event.value}.")
        self.state = state
        self.event = event


@dataclass(frozen=True)
class CallLimits:
    """Seconds: to connect; of silence until `suspect`; of silence until `failed`; between two heartbeats; between two
    looks at what has come; between two reports of figures. A dead path is noticed `silent` to `silent + look` after
    the last sign of life: within one, with what the machine needs for it."""

    connect: float = 20.0
    silent: float = 0.7
    dead: float = 20.0
    beat: float = 0.25
    look: float = 0.1
    figures: float = 1.0


class CallLifecycle:
    """State plus the times it hangs on. All times are seconds of one monotonic clock, passed in."""

    def __init__(self, limits: CallLimits | None = None) -> None:
        self.state = CallState.NEW
        self._limits = limits or CallLimits()
        self._since = 0.0
        self._heard = 0.0
        self._looked: float | None = None

    def apply(self, event: CallEvent, now: float) -> CallState:
        """Take an event; returns the new state. Raises CallTransitionError for one the state does not know."""
        following = TRANSITIONS[self.state].get(event)
        if following is None:
            raise CallTransitionError(self.state, event)
        if event is CallEvent.CONNECTED:
            self._heard = now
        self.state, self._since = following, now
        return following

    def accepts(self, event: CallEvent) -> bool:
        return event in TRANSITIONS[self.state]

    def heard(self, now: float) -> None:
        """Something arrived from the other end."""
        self._heard = now

    def doubt(self, now: float) -> None:
        """There is reason to think that nothing will come any more: the silence so far is long enough."""
        self._heard = min(self._heard, now - self._limits.silent)

    def due(self, now: float) -> CallEvent | None:
        """The event that time has brought, if any; the caller applies it. To be called each look: the time this end
        itself stood still is no silence of the other's, what came meanwhile is still unread."""
        if self._looked is not None:
            self._heard += max(0.0, now - self._looked - 2 * self._limits.beat)
        self._looked = now
        silence = now - self._heard
        if self.state is CallState.CONNECTING and now - self._since >= self._limits.connect:
            return CallEvent.TIMED_OUT
        if self.state is CallState.CONNECTED and silence >= self._limits.silent:
            return CallEvent.SILENT
        if self.state is CallState.SUSPECT:
            if silence >= self._limits.dead:
                return CallEvent.DEAD
            if silence < self._limits.silent:
                return CallEvent.ALIVE
        return None
