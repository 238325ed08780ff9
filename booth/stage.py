"""The visit as the parts of the terminal share it: state, record, patience, and the view they add up to."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import structlog

from booth.patience import Patience
from booth.record import VisitRecord
from booth.view import Premises, View, view_of
from booth.visit import FORGOTTEN, WIPING, Visit, VisitEvent, VisitState
from media.consultation import DeviceStates
from signaling.protocol.messages import ServiceHours

log = structlog.get_logger(__name__)


class Stage:
    """Lives on the terminal's loop. `publish` gets every new view; `clock` gives monotonic seconds, `wall_clock` those
    since the epoch."""

    def __init__(
        self,
        premises: Premises,
        publish: Callable[[View], None],
        clock: Callable[[], float],
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        self.premises = premises
        self.record = VisitRecord()
        self.clock = clock
        self.wall_clock = wall_clock
        self._publish = publish
        self._visit = Visit()
        self._patience = Patience(clock())
        self._shown: View | None = None

    @property
    def state(self) -> VisitState:
        return self._visit.state

    @property
    def visited(self) -> bool:
        """Whether somebody's visit is going on that is not being wiped already."""
        return self.state not in FORGOTTEN and self.state not in WIPING

    @property
    def untouched_s(self) -> float:
        """Seconds since somebody has touched the screen, or since it has changed."""
        return self._patience.quiet_s(self.clock())

    def happen(self, event: VisitEvent) -> None:
        """Raises VisitError."""
        before = self.state
        after = self._visit.happen(event)
        log.info("visit", before=before.value, visit_event=event.value, state=after.value)
        if before is not after:
            self._patience.touched(self.clock())
        self.show()

    def attempt(self, event: VisitEvent) -> bool:
        """Let `event` happen if the visit knows it now; for fingers and peers, who may be late."""
        if not self._visit.knows(event):
            log.info("visit event ignored", visit_event=event.value, state=self.state.value)
            return False
        self.happen(event)
        return True

    def touched(self) -> None:
        """Somebody has touched the screen."""
        self._patience.touched(self.clock())
        self.show()

    def settle(
        self,
        *,
        online: bool | None = None,
        trouble: str | None = None,
        devices: DeviceStates | None = None,
        hours: tuple[ServiceHours, ...] | None = None,
        reader: str | None = None,
    ) -> None:
        """What has changed about the booth itself."""
        self.premises = replace(
            self.premises,
            online=self.premises.online if online is None else online,
            trouble=self.premises.trouble if trouble is None else trouble,
            devices=self.premises.devices if devices is None else devices,
            hours=self.premises.hours if hours is None else hours,
            reader=self.premises.reader if reader is None else reader,
        )
        self.show()

    def time_is_up(self) -> bool:
        countdown = self._patience.countdown(self.state, self.clock())
        return countdown is not None and countdown.left_s == 0

    def view(self) -> View:
        now = self.clock()
        countdown = self._patience.countdown(self.state, now)
        return view_of(self.state, self.record, self.premises, countdown, now, self.wall_clock())

    def show(self) -> None:
        """Publish the view if it has changed."""
        view = self.view()
        if view != self._shown:
            self._shown = view
            self._publish(view)
