"""What can go wrong with an appointment.

AppointmentError
  +-- NotOffered    no such service, region or site here, or none takes appointments
  +-- SlotUnknown   no slot begins then, or it is too near or too far ahead
  +-- SlotTaken     somebody else was faster; carries the next free slots
  +-- CodeUnknown   no appointment has this code
  +-- NotChangeable the appointment is over, cancelled, or its citizen is here; carries its state
"""

from __future__ import annotations

from collections.abc import Sequence

from signaling.appointments.appointment import AppointmentState
from signaling.appointments.slots import Slot


class AppointmentError(Exception):
    """A wish about an appointment that cannot be granted. The text is for engineers and names no code."""


class NotOffered(AppointmentError):
    """There are no appointments of this kind."""

    def __init__(self) -> None:
        super().__init__("No appointments are given for this service there; see the directory's capacities.")


class SlotUnknown(AppointmentError):
    """Nothing can be booked at this time."""

    def __init__(self) -> None:
        super().__init__("No slot begins at this time, or it cannot be booked now; choose one of the free slots.")


class SlotTaken(AppointmentError):
    """The last place has gone to somebody else. `next_free`: what to take instead."""

    def __init__(self, next_free: Sequence[Slot]) -> None:
        super().__init__("All places of this slot are taken; choose one of the next free slots.")
        self.next_free = tuple(next_free)


class CodeUnknown(AppointmentError):
    """Nothing is booked under this code."""

    def __init__(self) -> None:
        super().__init__("There is no appointment with this code.")


class NotChangeable(AppointmentError):
    """It is too late to change this appointment."""

    def __init__(self, state: AppointmentState) -> None:
        super().__init__(f"The appointment is {state}; only a booked one can be moved or cancelled.")
        self.state = state
