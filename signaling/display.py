"""What the peers are shown of the queue: places to the booths, the queue to clerks, statistics to supervisors.

Many things can happen in a moment; what is shown is brought up to date once for all of them, and only what looks
different from the last time is sent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from typing import Final

from signaling.clerk import Clerk, Grant
from signaling.dispatch import eligible
from signaling.forecast import Place, places
from signaling.hall import Hall
from signaling.protocol.messages import QueueUpdate, RegionStatistics, Statistics, TicketUpdate, TicketView
from signaling.tally import Staffing
from signaling.ticket import Ticket

QUEUE_LENGTH: Final = 50
QUEUE_INTERVAL_S: Final = 0.2
AT_ONCE: Final = 2000
"""Tickets that are shown anew each QUEUE_INTERVAL_S. Longer queues are shown less often, so that showing them takes
the same share of the time: with 10,000 waiting each second."""
STATISTICS_INTERVAL_S: Final = 1.0
LOOK_AGAIN_S: Final = 30.0
"""After which a queue that has not changed is shown anew."""
CLOSING_S: Final = 900.0
"""Before an office closes, a callback is offered to those whose wait nobody can say."""


def works_queue(clerk: Clerk) -> bool:
    """Whether the clerk is there as a clerk, not only as a supervisor."""
    return clerk.online and "clerk" in clerk.grant.roles


def staffing(clerks: list[Clerk], region: str, minimum: int) -> Staffing:
    """Who is signed in for a region, of the pools that are large enough: two regions that share all clerks but one
    would show that one (`signaling.statistics.groups`)."""
    signed_in = [clerk for clerk in clerks if works_queue(clerk) and region in clerk.grant.regions]
    pools = Counter(clerk.grant.regions for clerk in signed_in)
    counted = [clerk for clerk in signed_in if pools[clerk.grant.regions] >= minimum]
    return Staffing(len(counted), sum(clerk.dispatchable for clerk in counted))


class _Throttle:
    """Lets something happen at once, but not more often than each `interval` seconds."""

    def __init__(self, interval: float) -> None:
        self.interval = interval
        self._last = float("-inf")
        self._wanted = False

    def want(self) -> None:
        self._wanted = True

    def deadline(self) -> float | None:
        return self._last + self.interval if self._wanted else None

    def take(self, now: float) -> bool:
        """Whether it is to happen now."""
        due = self._wanted and now >= self._last + self.interval
        if due:
            self._last, self._wanted = now, False
        return due


class Display:
    """Keeps what peers see up to date."""

    def __init__(self, hall: Hall) -> None:
        self._hall = hall
        self._queue = _Throttle(QUEUE_INTERVAL_S)
        self._statistics = _Throttle(STATISTICS_INTERVAL_S)
        self._again_at: float | None = None
        self._places: dict[str, Place] = {}
        self._shown: dict[int, Hashable] = {}
        self._watchers: dict[int, Clerk] = {}

    def mark(self) -> None:
        """Something may look different now."""
        self._queue.want()
        if self._watchers:
            self._statistics.want()

    def refresh(self, now: float) -> None:
        """Send what is due. Where somebody waits that is time itself, too: closing comes nearer."""
        if self._again_at is not None and now >= self._again_at:
            self._queue.want()
        if self._queue.take(now):
            self._queue.interval = QUEUE_INTERVAL_S * max(1.0, len(self._hall.tickets) / AT_ONCE)
            self._find_places()
            waiting = [ticket for ticket in self._hall.tickets.values() if ticket.queued]
            for ticket in waiting:
                self.show_ticket(ticket)
            self._show_queue()
            self._again_at = now + LOOK_AGAIN_S if waiting else None
        if self._statistics.take(now):
            self._show_statistics(now)

    def deadline(self) -> float | None:
        """When `refresh` has something to do next."""
        sources = (self._queue.deadline(), self._statistics.deadline(), self._again_at)
        return min((at for at in sources if at is not None), default=None)

    def view(self, ticket: Ticket) -> TicketView:
        """The ticket as its booth sees it."""
        if ticket.queued and ticket.number not in self._places:
            self._find_places()
        place = self._places.get(ticket.number) if ticket.queued else None
        forecast = place.forecast if place else None
        return TicketView(
            number=ticket.number,
            state=ticket.state,
            service=ticket.service,
            language=ticket.language,
            needs=list(ticket.needs),
            waited_s=max(self._hall.clock() - ticket.joined_at, 0.0),
            generation=ticket.generation,
            position=place.position if place else None,
            forecast_from_s=forecast.from_s if forecast else None,
            forecast_to_s=forecast.to_s if forecast else None,
            leg=ticket.leg,
            callback_offered=place is not None and self._offers_callback(ticket, place),
        )

    def show_ticket(self, ticket: Ticket) -> None:
        """Tell the booth, if its ticket looks different from what it was last told. One to be called back is not
        shown any more once that has been told: somebody else may be at the booth."""
        booth = self._hall.booth_of(ticket)
        if booth is None or booth.address is None:
            return
        view = self.view(ticket)
        looks = (
            view.number,
            view.state,
            view.generation,
            view.leg,
            view.position,
            view.forecast_from_s,
            view.forecast_to_s,
            view.callback_offered,
        )
        if self._differs(booth.address, looks):
            self._hall.send(booth, TicketUpdate(ticket=view))

    def watch(self, clerk: Clerk, watch: bool) -> None:
        """Begin or stop sending statistics to a supervisor's line."""
        if clerk.address is None:
            return
        if watch:
            self._watchers[clerk.address] = clerk
            self._hall.send(clerk, self._count(self._hall.clock()))
        else:
            self._watchers.pop(clerk.address, None)

    def watching(self) -> list[Clerk]:
        """The supervisors who watch."""
        return [clerk for address, clerk in self._watchers.items() if clerk.address == address]

    def closed(self, address: int) -> None:
        """A line is gone; nothing has been shown on its successor."""
        self._shown.pop(address, None)
        self._watchers.pop(address, None)

    def _offers_callback(self, ticket: Ticket, place: Place) -> bool:
        """Whether nobody is there who could serve the ticket, or the office closes before its turn may have come."""
        now = self._hall.clock()
        closes_at = self._hall.openings.of_region(ticket.region).closes_at(now)
        wait_s = place.forecast.to_s if place.forecast else CLOSING_S
        return place.serving == 0 or (closes_at is not None and closes_at - now < wait_s)

    def _find_places(self) -> None:
        hall = self._hall
        self._places = places(hall.waiting(), hall.clerks.values(), hall.tally.recent, hall.clock())

    def _show_queue(self) -> None:
        queued = sorted(
            (ticket for ticket in self._hall.tickets.values() if ticket.queued or not ticket.at_booth),
            key=lambda ticket: ticket.turn_at,
        )
        updates: dict[Grant, tuple[QueueUpdate, Hashable]] = {}
        for clerk in self._hall.clerks.values():
            if clerk.address is None or not works_queue(clerk):
                continue
            known = updates.get(clerk.grant)
            if known is None:
                update = self._queue_for(clerk.grant, queued)
                looks = (update.total, tuple((entry.number, entry.state) for entry in update.tickets))
                known = updates[clerk.grant] = update, looks
            if self._differs(clerk.address, known[1]):
                self._hall.send(clerk, known[0])

    def _queue_for(self, grant: Grant, queued: list[Ticket]) -> QueueUpdate:
        mine = [ticket for ticket in queued if eligible(ticket.profile, grant)]
        return QueueUpdate(tickets=[self._hall.entry(ticket) for ticket in mine[:QUEUE_LENGTH]], total=len(mine))

    def _show_statistics(self, now: float) -> None:
        statistics = self._count(now)
        for address, clerk in self._watchers.items():
            if clerk.address == address:
                self._hall.send(clerk, statistics)

    def _count(self, now: float) -> Statistics:
        clerks = list(self._hall.clerks.values())
        regions = self._hall.directory.regions
        minimum = self._hall.directory.minimum_group_size
        staff = {region.id: staffing(clerks, region.id, minimum) for region in regions}
        counted: list[RegionStatistics] = self._hall.tally.statistics(regions, staff, minimum, now)
        return Statistics(today=self._hall.tally.day(now).isoformat(), regions=counted)

    def _differs(self, address: int, looks: Hashable) -> bool:
        if self._shown.get(address) == looks:
            return False
        self._shown[address] = looks
        return True
