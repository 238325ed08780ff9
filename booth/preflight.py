"""Whether this booth can make a call, found out before a citizen comes; what it needs, got ready while one is there.

At the start and every few minutes while nobody is there each STUN and TURN server is asked, and the best relay carries
a load there and back. While somebody is there nothing is loaded: candidates are gathered ahead with the latest choice.
"""

from __future__ import annotations

import asyncio
import random
import ssl
from collections.abc import Callable, Iterable
from typing import Any, Final

import structlog

from media.aiortc_reach.gathering import Servers
from media.connectivity.preflight import Measurement, measure
from media.connectivity.probe import Finding, probe_all
from media.connectivity.readiness import Reserve
from media.connectivity.servers import Endpoint, IceServer, endpoints
from media.connectivity.verdict import NO_SERVERS, NOT_ASKED, Readiness, Verdict, choose, first_choice, judge

PERIOD_S: Final = {
    Readiness.UNKNOWN: 60.0,
    Readiness.READY: 600.0,
    Readiness.LIMITED: 180.0,
    Readiness.NO_CALL: 20.0,
}
"""How long a verdict is believed."""
SPREAD: Final = 0.2
"""Booths that were started together do not go on asking together."""

log = structlog.get_logger(__name__)


class Preflight:
    """`told` hears of each verdict that differs from the one before. `chance` gives numbers from 0 to 1."""

    def __init__(
        self,
        authorities: ssl.SSLContext,
        told: Callable[[], None] = lambda: None,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.told = told
        self.verdict = NOT_ASKED
        self.reserve = Reserve(authorities)
        self._authorities = authorities
        self._chance = chance
        self._named: list[Endpoint] = []
        self._findings: list[Finding] = []
        self._choice = NO_SERVERS
        self._measurement: Measurement | None = None
        self._occupied = False
        self._due = asyncio.Event()

    def use(self, servers: Iterable[IceServer]) -> None:
        """The switchboard has named servers, or the same ones with new credentials."""
        before = self._named
        self._named, wrong = endpoints(servers)
        for text in wrong:
            log.warning("server left out", text=text)
        if self._named != before or not self._findings:
            self._findings, self._measurement = [], None
            self._adopt(first_choice)
            self._judge()
            self._due.set()
            return
        self._adopt(lambda named: choose(named, self._findings))
        if self.verdict.readiness is not Readiness.READY:
            self._due.set()

    def moved(self) -> None:
        """The machine has another address: nothing that was found out holds."""
        self.reserve.discard()
        self._due.set()

    def occupied(self, occupied: bool) -> None:
        """Whether somebody is there."""
        self._occupied = occupied
        self.reserve.want(occupied)

    def take(self) -> Servers:
        """What the next call's connection is configured with. Never waits."""
        return self.reserve.take()

    def health(self) -> dict[str, Any]:
        """For engineers, in plain values."""
        measured = self._measurement
        return {
            "readiness": self.verdict.readiness.value,
            "reasons": [reason.value for reason in self.verdict.reasons],
            "relay": self._choice.relay.transport.value if self._choice.relay else "",
            "prepared": self.reserve.filled.is_set(),
            "servers": [_plain(finding) for finding in self._findings],
            "rate": measured.rate if measured else None,
            "loss": max(measured.loss, measured.loss_back) if measured else None,
            "round_trip": measured.round_trip if measured else None,
        }

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self.reserve.run(), name="candidate-reserve")
            group.create_task(self._watch(), name="preflight")

    async def _watch(self) -> None:
        while True:
            await self._wait()
            if self._named:
                await self._examine()

    async def _wait(self) -> None:
        """Until it is time to ask again: soon if something has changed, else when nobody is there."""
        while not self._due.is_set():
            pause = PERIOD_S[self.verdict.readiness] * (1 + SPREAD * (self._chance() - 0.5))
            try:
                async with asyncio.timeout(pause):
                    await self._due.wait()
            except TimeoutError:
                if not self._occupied:
                    break
        self._due.clear()

    async def _examine(self) -> None:
        named = self._named
        findings = await probe_all(named, self._authorities)
        if named != self._named:
            return
        self._findings = findings
        for finding in findings:
            log.info("server", **_plain(finding))
        before = self._choice
        self._adopt(lambda latest: choose(latest, findings))
        relay = self._choice.relay
        if relay is None or before.relay != relay:
            self._measurement = None
        if relay is not None and not self._occupied:
            measurement = await measure(relay, self._authorities)
            if relay != self._choice.relay:
                return
            self._measurement = measurement
        self._judge()

    def _adopt(self, choosing: Callable[[list[Endpoint]], Any]) -> None:
        self._choice = choosing(self._named)
        self.reserve.use(self._choice)

    def _judge(self) -> None:
        asked = bool(self._findings) or not self._named
        verdict = judge(self._findings, self._choice, self._measurement) if asked else NOT_ASKED
        if verdict != self.verdict:
            self.verdict = verdict
            self._report(verdict)
            self.told()

    def _report(self, verdict: Verdict) -> None:
        say = log.warning if verdict.readiness in (Readiness.LIMITED, Readiness.NO_CALL) else log.info
        health = self.health()
        say("preflight", **{name: health[name] for name in ("readiness", "reasons", "relay", "rate", "round_trip")})


def _plain(finding: Finding) -> dict[str, Any]:
    return {
        "server": str(finding.endpoint),
        "outcome": finding.outcome.value,
        "round_trip_ms": None if finding.round_trip is None else round(finding.round_trip * 1000, 1),
        "detail": finding.detail,
    }
