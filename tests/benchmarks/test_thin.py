"""The benchmarks' thin WebSocket client, held against the library that the switchboard stands on."""

from __future__ import annotations

import asyncio
from unittest.mock import create_autospec

import pytest
from websockets.frames import Frame, Opcode
from websockets.server import ServerProtocol

from tests.benchmarks.thin import REQUEST, ThinLine, frame


class Notes:
    def __init__(self) -> None:
        self.heard_frames: list[bytes] = []
        self.is_open = False
        self.is_closed = False

    def opened(self) -> None:
        self.is_open = True

    def heard(self, payload: bytes) -> None:
        self.heard_frames.append(payload)

    def closed(self) -> None:
        self.is_closed = True


def served() -> ServerProtocol:
    """The server's side of an open connection."""
    server = ServerProtocol()
    server.receive_data(REQUEST)
    (request,) = server.events_received()
    server.send_response(server.accept(request))  # type: ignore[arg-type]
    return server


@pytest.mark.parametrize("size", [0, 5, 125, 126, 65_535, 65_536])
def test_what_it_says_is_understood(size: int) -> None:
    server = served()
    server.receive_data(frame(b"x" * size))
    (event,) = server.events_received()
    assert isinstance(event, Frame) and event.opcode is Opcode.TEXT and bytes(event.data) == b"x" * size


@pytest.mark.parametrize(("piece", "sizes"), [(1, (5, 126)), (999, (5, 126, 70_000)), (100_000, (5, 126, 70_000))])
def test_it_understands_what_comes_in_any_pieces(piece: int, sizes: tuple[int, ...]) -> None:
    server, notes = served(), Notes()
    said = [b"a" * size for size in sizes]
    for payload in said:
        server.send_text(payload)
    sent = b"".join(server.data_to_send())
    line = ThinLine(notes)
    line.connection_made(create_autospec(asyncio.Transport))
    for at in range(0, len(sent), piece):
        line.data_received(sent[at : at + piece])
    assert notes.is_open and notes.heard_frames == said


def test_it_answers_pings() -> None:
    server, transport = served(), create_autospec(asyncio.Transport)
    server.send_ping(b"here?")
    line = ThinLine(Notes())
    line.connection_made(transport)
    line.data_received(b"".join(server.data_to_send()))
    server.receive_data(transport.write.call_args.args[0])
    (event,) = server.events_received()
    assert isinstance(event, Frame) and event.opcode is Opcode.PONG and bytes(event.data) == b"here?"
