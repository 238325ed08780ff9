"""Strangers at the door: guessing and idling cost an address something, coming back costs nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from starlette.websockets import WebSocketDisconnect
from websockets.exceptions import InvalidStatus

from signaling import doorkeeper
from signaling.doorkeeper import FAILURES, RETRY_S, Doorkeeper
from signaling.protocol.errors import ErrorId, ProtocolError
from signaling.rest.rates import Rate


def fails(door: Doorkeeper, error: Exception, peer: str = "a") -> None:
    with pytest.raises(type(error)), door.handshake(peer):
        raise error


@pytest.fixture
def door() -> Doorkeeper:
    return Doorkeeper(3, lambda: 1000.0)


@pytest.mark.parametrize(
    "error",
    [ProtocolError(ErrorId.TOKEN_INVALID, ""), ProtocolError(ErrorId.HANDSHAKE_TIMEOUT, ""), WebSocketDisconnect()],
)
def test_who_fails_too_often_has_to_wait(door: Doorkeeper, error: Exception) -> None:
    for _ in range(int(FAILURES.burst)):
        assert door.wait_s("a") == 0
        fails(door, error)
    assert door.wait_s("a") == 1 / FAILURES.per_s
    assert door.wait_s("b") == 0


@pytest.mark.parametrize("error", [ErrorId.INTERNAL_ERROR, ErrorId.BOOTH_ALREADY_CONNECTED])
def test_our_own_faults_and_successes_cost_nothing(door: Doorkeeper, error: ErrorId) -> None:
    for _ in range(1000):
        fails(door, ProtocolError(error, ""))
        with door.handshake("a"):
            pass
    assert door.wait_s("a") == 0


def test_so_many_at_once(door: Doorkeeper) -> None:
    with door.handshake("a"), door.handshake("a"), door.handshake("a"):
        assert door.wait_s("a") == RETRY_S
        assert door.wait_s("b") == 0
    assert door.wait_s("a") == 0


async def test_the_door_is_kept(start_switchboard: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doorkeeper, "FAILURES", Rate(per_s=0.001, burst=2))
    async with start_switchboard() as switchboard:
        await switchboard.booth("booth-1")
        for _ in range(2):
            peer = await switchboard.hello("booth", lambda _nonce: "junk")
            assert await peer.closed_with() == (4000, ErrorId.TOKEN_INVALID)
        with pytest.raises(InvalidStatus) as refused:
            await switchboard.raw()
        assert refused.value.response.status_code == 429
        assert int(refused.value.response.headers["retry-after"]) > 0


async def test_proxies_are_believed_if_they_are_our_own(
    start_switchboard: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doorkeeper, "FAILURES", Rate(per_s=0.001, burst=1))
    for trusted, told_apart in ((["127.0.0.1"], True), ([], False)):
        async with start_switchboard(trusted_proxies=trusted) as switchboard:
            peer = await switchboard.raw(additional_headers={"X-Forwarded-For": "192.0.2.1"})
            await peer.send("junk")
            await peer.wait_closed()
            try:
                await switchboard.raw(additional_headers={"X-Forwarded-For": "192.0.2.2"})
                admitted = True
            except InvalidStatus:
                admitted = False
            assert admitted is told_apart
