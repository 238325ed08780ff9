"""What the switchboard is held against: Starlette's echo on uvicorn, with the switchboard's settings and nothing else.

`python -m tests.benchmarks.bare --port PORT`
"""

from __future__ import annotations

import argparse
import asyncio
import socket

import uvicorn
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from signaling.protocol.messages import MAX_MESSAGE_BYTES
from signaling.server import PING_INTERVAL_S, PING_TIMEOUT_S


async def echo(websocket: WebSocket) -> None:
    await websocket.accept()
    try:
        while True:
            await websocket.send_text(await websocket.receive_text())
    except WebSocketDisconnect:
        return


def main() -> None:
    parser = argparse.ArgumentParser(prog="bare", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    options = parser.parse_args()
    config = uvicorn.Config(
        Starlette(routes=[WebSocketRoute("/ws", echo)]),
        ws="websockets-sansio",
        ws_max_size=4 * MAX_MESSAGE_BYTES,
        ws_ping_interval=PING_INTERVAL_S,
        ws_ping_timeout=PING_TIMEOUT_S,
        ws_per_message_deflate=False,
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
    )
    listener = socket.create_server(("127.0.0.1", options.port), backlog=1024)
    asyncio.run(uvicorn.Server(config).serve(sockets=[listener]))


if __name__ == "__main__":
    main()
