"""Lifecycles as tables: which event leads from which state to which.

A table maps each state to its events and their next state. Nothing else decides what may happen: the owners of a
ticket or a clerk look the next state up here and keep the result.

    WrongEvent
      the event has no place in this state; names the lifecycle, the state, the event and what would have fitted
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Generic, TypeVar

S = TypeVar("S", bound=StrEnum)
E = TypeVar("E", bound=StrEnum)


class WrongEvent(Exception):
    """An event that the table does not foresee in this state."""

    def __init__(self, lifecycle: str, state: StrEnum, event: StrEnum, expected: list[str]) -> None:
        fitting = ", ".join(expected) if expected else "none, the state is final"
        super().__init__(f"A {lifecycle} in state {state} takes no event {event}; events that fit: {fitting}.")
        self.lifecycle = lifecycle
        self.state = state
        self.event = event


class Lifecycle(Generic[S, E]):
    """A named transition table with its first state."""

    def __init__(self, name: str, start: S, transitions: Mapping[S, Mapping[E, S]]) -> None:
        self.name = name
        self.start = start
        self.transitions = transitions
        self._final = frozenset(state for state, row in transitions.items() if not row)

    def after(self, state: S, event: E) -> S:
        """The state that follows. Raises WrongEvent."""
        row = self.transitions[state]
        if event not in row:
            raise WrongEvent(self.name, state, event, sorted(row))
        return row[event]

    def takes(self, state: S, event: E) -> bool:
        """Whether the table has a place for the event in this state."""
        return event in self.transitions[state]

    def final(self, state: S) -> bool:
        """Whether nothing leads out of the state."""
        return state in self._final
