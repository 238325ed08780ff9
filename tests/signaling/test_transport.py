"""What we reach into uvicorn for still works: fails when upstream changes."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosedError

from signaling import __version__, line
from signaling.transport import LineProtocol


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> list[line.Line]:
    """The lines of the switchboard, as they are made."""
    made: list[line.Line] = []

    class Noted(line.Line):
        def __init__(self, *arguments: Any) -> None:
            super().__init__(*arguments)
            made.append(self)

    monkeypatch.setattr("signaling.server.Line", Noted)
    return made


async def test_living_peer_answers_and_dead_one_does_not(lines: list[line.Line], switchboard: Any) -> None:
    peer, _ = await switchboard.booth()
    (first,) = lines
    assert isinstance(first._transport, LineProtocol)
    assert await first.answers(5.0) is True
    peer.connection.transport.pause_reading()
    assert await first.answers(0.1) is False
    waiting = asyncio.create_task(first.answers(5.0))
    peer.connection.transport.abort()
    assert await waiting is False
    assert await first.answers(0.1) is False


async def test_hanging_up_ends_the_line_at_once(lines: list[line.Line], switchboard: Any) -> None:
    peer, _ = await switchboard.booth()
    lines[0]._transport.hang_up()
    with pytest.raises(ConnectionClosedError):
        await peer.connection.recv()


async def test_health(switchboard: Any) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.get(f"http://127.0.0.1:{switchboard.port}/healthz")
    assert answer.json() == {"status": "ok", "version": __version__}
