"""Which servers a call uses, and what to expect of it."""

from __future__ import annotations

import pytest

from media.connectivity.preflight import Measurement
from media.connectivity.probe import Finding, Outcome
from media.connectivity.servers import Endpoint, endpoint
from media.connectivity.verdict import Choice, Readiness, Reason, Verdict, choose, first_choice, judge

STUN = endpoint("stun:s")
UDP, TCP, TLS = (endpoint(url, "old", "old") for url in ("turn:t", "turn:t?transport=tcp", "turns:t:443"))
ALL = [TLS, TCP, UDP, STUN]
CALM = Measurement(Outcome.GOOD, loss=0, loss_back=0, round_trip=0.04, rate=1_500_000)


def good(one: Endpoint, round_trip: float = 0.02) -> Finding:
    return Finding(one, Outcome.GOOD, round_trip)


def bad(one: Endpoint, outcome: Outcome = Outcome.TIMEOUT) -> Finding:
    return Finding(one, outcome)


def test_udp_comes_before_tcp_and_tcp_before_tls() -> None:
    assert choose(ALL, [good(one) for one in ALL]) == Choice(STUN, UDP)
    assert choose(ALL, [good(STUN), bad(UDP), good(TCP), good(TLS)]) == Choice(STUN, TCP)
    assert choose(ALL, [bad(STUN), bad(UDP), bad(TCP), good(TLS)]) == Choice(None, TLS)
    assert choose(ALL, [bad(one) for one in ALL]) == Choice()
    assert not choose(ALL, [bad(one) for one in ALL])


def test_the_nearest_of_equals_is_taken_and_a_relay_tells_the_address_where_nobody_else_does() -> None:
    near = endpoint("turn:near")
    assert choose([UDP, near], [good(UDP, 0.08), good(near, 0.01)]) == Choice(near, near)
    full = Finding(UDP, Outcome.FULL, 0.02)
    assert choose([UDP], [full]) == Choice(UDP, None)


def test_credentials_are_the_latest_and_servers_no_longer_named_are_out() -> None:
    renewed = endpoint("turn:t", "new", "new")
    chosen = choose([renewed], [good(UDP), good(STUN)])
    assert chosen.relay is renewed
    assert chosen == Choice(renewed, renewed)


def test_before_anything_is_known_the_first_of_each_kind_is_taken() -> None:
    assert first_choice(ALL) == Choice(STUN, UDP)
    assert first_choice([TLS, TCP]) == Choice(None, TCP)
    assert first_choice([UDP]) == Choice(UDP, UDP)
    assert first_choice([]) == Choice()


@pytest.mark.parametrize(
    ("findings", "measurement", "expected"),
    [
        ([], None, Verdict(Readiness.READY)),
        ([good(STUN)], None, Verdict(Readiness.READY)),
        ([good(STUN), good(UDP)], CALM, Verdict(Readiness.READY)),
        ([bad(STUN), bad(UDP), good(TLS)], CALM, Verdict(Readiness.LIMITED, (Reason.ONLY_STREAM,))),
        (
            [good(STUN), bad(UDP, Outcome.CREDENTIALS)],
            None,
            Verdict(Readiness.LIMITED, (Reason.NO_RELAY, Reason.CREDENTIALS)),
        ),
        (
            [bad(STUN), bad(UDP), bad(TLS, Outcome.CERTIFICATE)],
            None,
            Verdict(Readiness.NO_CALL, (Reason.TIMEOUT, Reason.CERTIFICATE)),
        ),
        ([bad(STUN, Outcome.NAME_UNKNOWN)], None, Verdict(Readiness.NO_CALL, (Reason.NAME_UNKNOWN,))),
        (
            [good(UDP)],
            Measurement(Outcome.TIMEOUT),
            Verdict(Readiness.LIMITED, (Reason.NOTHING_THROUGH,)),
        ),
        (
            [good(TLS)],
            Measurement(Outcome.TIMEOUT),
            Verdict(Readiness.NO_CALL, (Reason.ONLY_STREAM, Reason.NOTHING_THROUGH)),
        ),
        ([good(UDP)], Measurement(Outcome.NOT_SERVED), Verdict(Readiness.LIMITED, (Reason.UNPROVEN,))),
        (
            [good(UDP)],
            Measurement(Outcome.GOOD, loss=0.0, loss_back=0.2, round_trip=0.9, rate=200_000),
            Verdict(Readiness.LIMITED, (Reason.LOSS, Reason.SLOW, Reason.NARROW)),
        ),
    ],
)
def test_what_was_found_decides(findings: list[Finding], measurement: Measurement | None, expected: Verdict) -> None:
    choice = choose([found.endpoint for found in findings], findings)
    assert judge(findings, choice, measurement) == expected


def test_every_outcome_of_a_probe_can_be_a_reason() -> None:
    assert {outcome.value for outcome in Outcome} - {"good"} <= {reason.value for reason in Reason}
