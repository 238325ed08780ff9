"""Nodes behind a real nginx with the configuration of deploy/, and the booth's own client in front of it."""

from __future__ import annotations

import asyncio
import random
import ssl
from pathlib import Path
from typing import Any

from signaling.client import Connected, SwitchboardClient
from signaling.protocol import messages as m
from tests.signaling.cluster.proxy import nginx

PATIENCE_S = 60.0


async def welcomed(client: SwitchboardClient, events: Any) -> m.Welcome:
    async with asyncio.timeout(PATIENCE_S):
        async for event in events:
            if isinstance(event, Connected):
                return event.welcome
    raise AssertionError("closed")


async def test_a_booth_behind_the_proxy_outlives_its_nodes(start_cluster: Any, town: Any, tmp_path: Path) -> None:
    """Its node is killed: it is back through the proxy, at another node, with its ticket; then that one, too."""
    cluster = await start_cluster(3)
    async with nginx(tmp_path / "nginx", [node.peers.port for node in cluster.nodes]) as (url, authority):
        client = SwitchboardClient(
            url,
            role="booth",
            token=lambda nonce: town.booth_token("booth-1", nonce),
            instance="instance-1",
            chance=random.Random(1),
            authorities=ssl.create_default_context(cafile=str(authority)),
        )
        running = asyncio.create_task(client.run(), name="client")
        events = aiter(client)
        assert (await welcomed(client, events)).ticket is None
        await client.send(m.Join(service="registration-certificate", language="de"))
        async with asyncio.timeout(PATIENCE_S):
            while not isinstance(event := await anext(events), m.TicketUpdate):
                pass
        number = event.ticket.number
        for _ in range(2):
            holder = next(node for node in cluster.nodes if node.runs and _has_line(node))
            term = cluster.leader().term
            leads = holder is cluster.leader()
            await holder.kill()
            if leads:
                await cluster.led_after(term)
            welcome = await welcomed(client, events)
            assert (welcome.ticket.number, welcome.ticket.state) == (number, m.TicketState.WAITING)
        await client.close()
        await running


def _has_line(node: Any) -> bool:
    opened = [entry for entry in node.log if entry["event"] == "line_opened"]
    return bool(opened) and not any(
        entry["event"] == "line_closed" and entry["line"] == opened[-1]["line"] for entry in node.log
    )
