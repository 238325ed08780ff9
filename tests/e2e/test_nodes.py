"""Two nodes of the switchboard behind nginx, with PostgreSQL and NATS: the booth and a real browser, whose node is
killed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from scripts.clerk import Clerk, chromium
from scripts.media_files import MediaFiles
from scripts.stack import STAFF, Program, Robot, Stack, free_port, running
from scripts.visit import Visit
from tests.signaling.cluster.proxy import nginx
from tests.signaling.servers import NatsServer, running_postgresql

pytestmark = pytest.mark.e2e
PATIENCE_S = 60.0
LOOK_S = 0.05
BOOTH = "booth-elbtal-1"


@dataclass
class Node:
    program: Program
    port: int

    def peers(self) -> set[str]:
        """Who has a line here, as its log says."""
        lines = self.program.log.read_text().rpartition("\n")[0].splitlines()
        entries = [json.loads(line) for line in lines if line.startswith("{")]
        gone = {entry["line"] for entry in entries if entry["event"] == "line_closed"}
        return {e["peer"] for e in entries if e["event"] == "line_opened" and e["line"] not in gone}


@dataclass
class Cluster:
    stack: Stack
    nodes: list[Node]
    visit: Visit

    async def node_of(self, *, booth: bool) -> Node:
        """The node at which the booth is, or the clerk."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                for node in self.nodes:
                    if any((peer == BOOTH) is booth for peer in node.peers()):
                        return node
                await asyncio.sleep(LOOK_S)


@pytest.fixture
async def cluster(tmp_path: Path, files: MediaFiles) -> AsyncIterator[Cluster]:
    stack, bus = Stack(tmp_path), NatsServer(tmp_path)
    async with AsyncExitStack() as everything:
        database = everything.enter_context(running_postgresql())()
        everything.callback(bus.end)
        await bus.start()
        await everything.enter_async_context(running(stack))
        secrets = {
            "FERNAMT_DATABASE": database.render_as_string(hide_password=False),
            "FERNAMT_BUS": bus.url,
        }
        ports = [free_port() for _ in range(2)]
        programs = await asyncio.gather(
            *(stack.start_node(f"node-{n}", port, **secrets) for n, port in enumerate(ports))
        )
        url, authority = await everything.enter_async_context(nginx(tmp_path / "nginx", ports))
        stack.switchboard_url = url
        await stack.start_console()
        booth = await stack.start_booth(
            camera=str(files.citizen),
            microphone=str(files.citizen_sound),
            ca=authority,
            QT_QPA_PLATFORM="offscreen",
            QT_QUICK_BACKEND="software",
        )
        # The authority is of this test; a browser has no option for one.
        flags = ("--ignore-certificate-errors",)
        browser = await everything.enter_async_context(chromium(files.clerk, files.clerk_sound, *flags))
        clerk = await Clerk.open(browser, stack.console_url)
        await clerk.sign_in(STAFF, stack.password)
        await clerk.see("line-online")
        nodes = [Node(program, port) for program, port in zip(programs, ports, strict=True)]
        yield Cluster(stack, nodes, Visit(Robot(booth), clerk, "", tmp_path, print))


async def test_checked_in_across_nodes_and_the_browsers_node_is_killed(cluster: Cluster) -> None:
    robot, clerk = cluster.visit.robot, cluster.visit.clerk
    await robot.wait("attract")
    # Booked at the node where the booth is not.
    at = await cluster.node_of(booth=True)
    elsewhere = next(node for node in cluster.nodes if node is not at)
    code = await cluster.stack.book_appointment(elsewhere.port)
    for name in ("start", "language-de", "code"):
        await robot.press(name)
    await robot.ask({"do": "type", "name": "code-entry", "text": code})
    await robot.press("code-submit")
    assert (await robot.wait("waiting"))["view"]["position"] == 1
    await clerk.set_available()
    await cluster.visit.connect()

    killed = await cluster.node_of(booth=False)
    cluster.nodes.remove(killed)
    await killed.program.kill()
    before = (await clerk.figures())["frames"]
    await clerk.until(f"f => f.frames > {before + 30} && f.generation === 1")
    await cluster.node_of(booth=False)
    await cluster.node_of(booth=True)
    await clerk.see("line-online")
    assert (await robot.state())["screen"] == "call"
    # What the browser says goes by the other node now, and what the booth says.
    for screen in ("hold", "call"):
        await clerk.press("hold")
        await robot.wait(screen)
    await cluster.visit.hang_up()
