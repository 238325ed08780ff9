"""Real nodes: processes that share a real PostgreSQL and a real NATS server, and may be killed."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL

PATIENCE_S = 150.0
COMPILED = Path(__file__).resolve().parents[3] / "build/tests/bytecode"


class Node:
    """`python -m signaling` as a process of its own."""

    def __init__(
        self, data: Path, directory: Path, database: URL, bus: str, switchboard: Callable[[int], Any]
    ) -> None:
        self._arguments = ["-m", "signaling", "--port", "0", "--data", str(data), "--directory", str(directory)]
        # Compiled once, or each start would take as long as the first one.
        compiled = {"PYTHONPYCACHEPREFIX": str(COMPILED), "PYTHONDONTWRITEBYTECODE": ""}
        secrets = {"FERNAMT_DATABASE": database.render_as_string(hide_password=False), "FERNAMT_BUS": bus}
        self._environment = os.environ | compiled | secrets
        self._switchboard = switchboard
        self.log: list[dict[str, Any]] = []
        self._logged = asyncio.Condition()
        self._running: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None
        self.peers: Any = None

    @property
    def runs(self) -> bool:
        return self._running is not None

    async def start(self) -> None:
        self.log.clear()
        self._running = await asyncio.create_subprocess_exec(
            sys.executable, *self._arguments, env=self._environment, stderr=asyncio.subprocess.PIPE
        )
        self._reading = asyncio.create_task(self._read(), name="node-log")
        self.peers = self._switchboard((await self.logged("listening"))["port"])

    async def _read(self) -> None:
        assert self._running is not None and self._running.stderr is not None
        async for line in self._running.stderr:
            async with self._logged:
                # What is not the log's is what the program says when it cannot go on.
                self.log.append(json.loads(line) if line.startswith(b"{") else {"event": line.decode()})
                self._logged.notify_all()
        async with self._logged:
            self.log.append({"event": "ended"})
            self._logged.notify_all()

    async def logged(self, event: str, count: int = 1, **fields: Any) -> dict[str, Any]:
        """The entry of the log that is the `count`th of its kind, with these fields."""

        def meant(entry: dict[str, Any]) -> bool:
            return entry["event"] == event and fields.items() <= entry.items()

        async with asyncio.timeout(PATIENCE_S), self._logged:
            while len(found := [entry for entry in self.log if meant(entry)]) < count:
                assert self.log[-1:] != [{"event": "ended"}], self.log
                await self._logged.wait()
            return found[count - 1]

    @property
    def term(self) -> int:
        """The last term in which it led; 0 for none."""
        return max((entry["term"] for entry in self.log if entry["event"] == "leading"), default=0)

    async def end(self, by: signal.Signals) -> None:
        if self._running is None or self._reading is None:
            return
        if self._running.returncode is None:
            self._running.send_signal(by)
        async with asyncio.timeout(PATIENCE_S):
            await self._running.wait()
            await self._reading
        self._running = None
        await self.peers.close()

    async def kill(self) -> None:
        await self.end(signal.SIGKILL)

    async def stop(self) -> None:
        await self.end(signal.SIGTERM)


class Cluster:
    """Nodes of one switchboard."""

    def __init__(self, nodes: list[Node]) -> None:
        self.nodes = nodes

    def leader(self) -> Node:
        return max((node for node in self.nodes if node.runs), key=lambda node: node.term)

    def others(self) -> list[Node]:
        return [node for node in self.nodes if node.runs and node is not self.leader()]

    async def led_after(self, term: int) -> Node:
        """The node that leads in a later term than this."""
        waiting = [asyncio.create_task(_leads_after(node, term), name="leads") for node in self.nodes if node.runs]
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        return self.leader()


async def _leads_after(node: Node, term: int) -> None:
    async with asyncio.timeout(PATIENCE_S), node._logged:
        await node._logged.wait_for(lambda: node.term > term)


@pytest.fixture
async def start_cluster(
    town: Any,
    tmp_path: Path,
    make_switchboard: Any,
    nats_server: Any,
    new_postgresql_database: Callable[[], URL],
) -> AsyncIterator[Callable[..., Awaitable[Cluster]]]:
    """Starts so many nodes of one switchboard."""
    started: list[Node] = []

    async def start(count: int, bus: str = "", **times: float) -> Cluster:
        directory = tmp_path / "directory.toml"
        directory.write_text(town.directory_toml(**times), encoding="utf-8")
        database = new_postgresql_database()
        nodes = [
            Node(
                tmp_path / f"node-{n}",
                directory,
                database,
                bus or nats_server.url,
                lambda port: make_switchboard(town, port),
            )
            for n in range(count)
        ]
        started.extend(nodes)
        await asyncio.gather(*(node.start() for node in nodes))
        cluster = Cluster(nodes)
        await cluster.led_after(0)
        return cluster

    yield start
    await asyncio.gather(*(node.stop() for node in started))
