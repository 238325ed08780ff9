"""When a ticket's turn is: what places in the queue are ordered by. Pure; times are seconds since the epoch.

A turn begins when the citizen joins, less a head start for what is more urgent or has been promised. Head starts are
bounded, and so is what they can do to others: nobody is overtaken by a ticket that came later by more than
`LARGEST_OVERTAKING_S`. An appointment is due at its time: whoever checks in early has the turn of somebody who comes
on time, but is served at once when a clerk has nobody else to serve.

A callback waits behind those who sit at a booth: its turn begins a good while later. It is bounded too, so that
callbacks are made on days when the queue never empties.
"""

from __future__ import annotations

from typing import Final

from signaling.directory import Priority

HEAD_START_S: Final = {Priority.LOW: -300.0, Priority.NORMAL: 0.0, Priority.HIGH: 300.0}
"""By the priority of the service."""
APPOINTMENT_HEAD_START_S: Final = 600.0
"""Of an appointment that is due: more than any service's."""
CALLBACK_HANDICAP_S: Final = 3600.0
LARGEST_OVERTAKING_S: Final = APPOINTMENT_HEAD_START_S - HEAD_START_S[Priority.LOW]


def head_start(
    priority: Priority, joined_at: float, *, appointment: bool = False, due_at: float | None = None
) -> float:
    """How long before joining the turn begins; negative: afterwards. `due_at`: the appointment's time, None: now."""
    if not appointment:
        return HEAD_START_S[priority]
    return APPOINTMENT_HEAD_START_S - max((due_at or joined_at) - joined_at, 0.0)
