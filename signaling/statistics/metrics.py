"""What a node tells Prometheus at `GET /metrics`: how the queue, the lines and the database are, and nothing about a
booth or a clerk. Clerks are counted together, and only from the minimum group size on.

Whoever asks needs to come from an address of the directory's `[metrics]`, on a connection of its own: what a proxy
passes on counts as coming from outside. Or it shows the token of `token_file`.
"""

from __future__ import annotations

import hmac
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from ipaddress import ip_address, ip_network
from typing import Final

from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client import Counter as Count
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from signaling.directory import Directory
from signaling.hall import Hall
from signaling.storage.rows import Changes
from signaling.tally import ABOUT_TICKET, JOINED

COMMIT_S: Final = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0)
WAIT_S: Final = (1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600)


class Metrics(Collector):
    """One node's. `lines`: how many it has; `leads`: whether it runs the core, whose hall is then to be `watch`ed."""

    def __init__(self, directory: Directory, lines: Callable[[], int], leads: Callable[[], bool]) -> None:
        self._directory = directory
        self._lines = lines
        self._leads = leads
        self._hall: Hall | None = None
        self._joined: dict[str, float] = {}
        self._registry = CollectorRegistry()
        self._registry.register(self)
        self._commits = Histogram(
            "fernamt_commit_seconds", "Of one transaction.", buckets=COMMIT_S, registry=self._registry
        )
        self._events = Count("fernamt_ticket_events", "Transitions of tickets.", ["event"], registry=self._registry)
        self._offered = Histogram(
            "fernamt_offer_wait_seconds", "From joining to the first offer.", buckets=WAIT_S, registry=self._registry
        )

    def watch(self, hall: Hall) -> None:
        """This node leads with this hall now."""
        self._hall = hall
        self._joined.clear()

    def committed(self, changes: Changes, seconds: float) -> None:
        """The leader has stored changes."""
        self._commits.observe(seconds)
        for event in changes.events:
            if event.about != ABOUT_TICKET:
                continue
            self._events.labels(event.event).inc()
            if event.event == JOINED:
                self._joined[event.ticket] = event.at
            elif (joined_at := self._joined.pop(event.ticket, None)) is not None and event.to_state == "offered":
                self._offered.observe(event.at - joined_at)

    def collect(self) -> Iterable[Metric]:
        """What is as it is now."""
        yield GaugeMetricFamily("fernamt_lines", "Connections of booths and clerks to this node.", self._lines())
        yield GaugeMetricFamily("fernamt_leads", "Whether this node runs the queue.", float(self._leads()))
        if self._leads() and self._hall is not None:
            yield from self._of_hall(self._hall)

    def _of_hall(self, hall: Hall) -> Iterator[Metric]:
        tickets = GaugeMetricFamily("fernamt_tickets", "Open tickets.", labels=["region", "state"])
        for (region, state), number in sorted(
            Counter((one.region, one.state) for one in hall.tickets.values()).items()
        ):
            tickets.add_metric([region, state], number)
        yield tickets
        longest = GaugeMetricFamily("fernamt_longest_wait_seconds", "Of those who wait.", labels=["region"])
        waits = {region.id: 0.0 for region in hall.directory.regions}
        now = hall.clock()
        for one in hall.tickets.values():
            if one.queued:
                waits[one.region] = max(waits.get(one.region, 0.0), now - one.joined_at)
        for region, seconds in waits.items():
            longest.add_metric([region], seconds)
        yield longest
        booths = sum(booth.online for booth in hall.booths.values())
        yield GaugeMetricFamily("fernamt_booths_online", "Booths with a line.", booths)
        online = [clerk for clerk in hall.clerks.values() if clerk.online and "clerk" in clerk.grant.roles]
        if len(online) >= hall.directory.minimum_group_size:
            clerks = GaugeMetricFamily(
                "fernamt_clerks_online", "Clerks with a line, and those who are available.", labels=["what"]
            )
            clerks.add_metric(["online"], len(online))
            clerks.add_metric(["available"], sum(clerk.dispatchable for clerk in online))
            yield clerks

    async def answer(self, request: Request) -> Response:
        """`GET /metrics`."""
        if not self._admits(request):
            return PlainTextResponse("Not from here, and not without the token.", 403)
        return Response(generate_latest(self._registry), media_type=CONTENT_TYPE_LATEST)

    def _admits(self, request: Request) -> bool:
        allowed = self._directory.metrics
        _, _, shown = request.headers.get("authorization", "").partition(" ")
        if allowed.token is not None and hmac.compare_digest(shown.encode(), allowed.token.encode()):
            return True
        if request.client is None or {"forwarded", "x-forwarded-for"} & set(request.headers):
            return False
        try:
            address = ip_address(request.client.host)
        except ValueError:
            return False
        return any(address in ip_network(network) for network in allowed.addresses)
