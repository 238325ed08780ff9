"""What was found out about servers and paths, and what it means for a call. No I/O.

`ready`: a call will be as good as the path. `limited`: a call can be made, but something is in its way. `no_call`: no
server that was named answers, so that no call can be expected to stand. Without servers, both ends are on one network,
where there is nothing to ask.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from media.connectivity.preflight import Measurement
from media.connectivity.probe import Finding, Outcome
from media.connectivity.servers import Endpoint, Transport

WORST_LOSS: Final = 0.05
LONGEST_ROUND_TRIP_S: Final = 0.6
"""Through the relay twice; ITU-T G.114 asks for under 0.15 s from mouth to ear."""
LEAST_RATE: Final = 600_000
"""Bits a second for a picture of QVGA at least (EN 301 549, 6.5.2) with sound."""
_TRANSPORTS: Final = tuple(Transport)


class Readiness(StrEnum):
    UNKNOWN = "unknown"
    READY = "ready"
    LIMITED = "limited"
    NO_CALL = "no_call"


class Reason(StrEnum):
    """What is in the way of a call."""

    NO_RELAY = "no_relay"
    """Relays are named and none gives an allocation: only direct paths are left."""
    ONLY_STREAM = "only_stream"
    """The relay is reached over TCP or TLS only: lost packets hold the others up."""
    NOTHING_THROUGH = "nothing_through"
    """The relay grants an allocation, but nothing comes through it."""
    UNPROVEN = "unproven"
    """The relay does not let this machine talk to itself, which forbids the preflight, not the call."""
    LOSS = "loss"
    SLOW = "slow"
    NARROW = "narrow"
    NAME_UNKNOWN = "name_unknown"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    CERTIFICATE = "certificate"
    TLS = "tls"
    CREDENTIALS = "credentials"
    FULL = "full"
    NOT_SERVED = "not_served"


@dataclass(frozen=True, slots=True)
class Choice:
    """The servers a call uses. `binding`: who tells the public address of a UDP socket."""

    binding: Endpoint | None = None
    relay: Endpoint | None = None

    def __bool__(self) -> bool:
        return self.binding is not None or self.relay is not None


@dataclass(frozen=True, slots=True)
class Verdict:
    readiness: Readiness
    reasons: tuple[Reason, ...] = ()


NO_SERVERS: Final = Choice()
NOT_ASKED: Final = Verdict(Readiness.UNKNOWN)


def first_choice(named: Iterable[Endpoint]) -> Choice:
    """Before anything has been found out: the first of each kind, UDP before TCP before TLS."""
    ordered = sorted(named, key=lambda one: _TRANSPORTS.index(one.transport))
    over_udp = [one for one in ordered if one.transport is Transport.UDP]
    return Choice(
        next((one for one in [*filter(lambda one: not one.relay, over_udp), *over_udp]), None),
        next((one for one in ordered if one.relay), None),
    )


def choose(named: Sequence[Endpoint], findings: Sequence[Finding]) -> Choice:
    """The best of those that are good: UDP before TCP before TLS, then the nearest. Credentials are those of `named`;
    a server that answered without serving is left out, or it would hold up each gathering of candidates."""
    latest = {one: one for one in named}
    asked = [finding for finding in findings if finding.endpoint in latest]

    def rank(finding: Finding) -> tuple[int, float]:
        return _TRANSPORTS.index(finding.endpoint.transport), finding.round_trip or float("inf")

    relays = sorted((found for found in asked if found.good and found.endpoint.relay), key=rank)
    binding = sorted((found for found in asked if found.binds), key=lambda found: (found.endpoint.relay, rank(found)))
    return Choice(
        latest[binding[0].endpoint] if binding else None,
        latest[relays[0].endpoint] if relays else None,
    )


def judge(findings: Sequence[Finding], choice: Choice, measurement: Measurement | None) -> Verdict:
    """What to expect of a call. `measurement` is that of the chosen relay."""
    if not findings:
        return Verdict(Readiness.READY)
    if choice.relay is None:
        return _without_relay(findings, choice)
    reasons = [] if choice.relay.transport is Transport.UDP else [Reason.ONLY_STREAM]
    if measurement is not None and measurement.outcome is not Outcome.GOOD:
        if measurement.outcome is Outcome.NOT_SERVED:
            reasons.append(Reason.UNPROVEN)
        else:
            reasons.append(Reason.NOTHING_THROUGH)
            if choice.binding is None:
                return Verdict(Readiness.NO_CALL, tuple(reasons))
    elif measurement is not None:
        reasons += _shortcomings(measurement)
    return Verdict(Readiness.LIMITED if reasons else Readiness.READY, tuple(reasons))


def _without_relay(findings: Sequence[Finding], choice: Choice) -> Verdict:
    wrong = Counter(found.outcome for found in findings if not found.good)
    reasons = tuple(Reason(outcome.value) for outcome, _ in wrong.most_common())
    if choice.binding is None:
        return Verdict(Readiness.NO_CALL, reasons)
    if any(found.endpoint.relay for found in findings):
        return Verdict(Readiness.LIMITED, (Reason.NO_RELAY, *reasons))
    return Verdict(Readiness.READY)


def _shortcomings(measurement: Measurement) -> list[Reason]:
    found = []
    if max(measurement.loss, measurement.loss_back) > WORST_LOSS:
        found.append(Reason.LOSS)
    if (measurement.round_trip or 0) > LONGEST_ROUND_TRIP_S:
        found.append(Reason.SLOW)
    if measurement.rate < LEAST_RATE:
        found.append(Reason.NARROW)
    return found
