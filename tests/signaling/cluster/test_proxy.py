"""Nodes behind a real nginx with the configuration of deploy/, and the booth's own client in front of it."""

from __future__ import annotations

import asyncio
import random
import re
import shutil
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from signaling.client import Connected, SwitchboardClient
from signaling.protocol import messages as m
from tests.connectivity.coturn import free_port, make_certificates

CONFIGURATION = Path(__file__).parents[3] / "deploy/nginx/fernamt.conf"
PATIENCE_S = 60.0


def adapted(folder: Path, port: int, nodes: list[int], certificate: Path, key: Path) -> str:
    """The configuration with this machine's ports and certificate; all else is as it is shipped."""
    text = CONFIGURATION.read_text(encoding="utf-8")
    servers = iter(nodes)
    text, replaced = re.subn(
        r"server 10\.0\.0\.\d+:8470 ([^;]*);",
        lambda line: f"server 127.0.0.1:{node} {line[1]};" if (node := next(servers, None)) else "",
        text,
    )
    assert replaced == 3
    text = re.sub(r"\n    listen \[::\]:443 [^;]*;", "", text).replace("listen 443 ", f"listen 127.0.0.1:{port} ")
    text = re.sub(r"(ssl_certificate) [^;]*;", rf"\1 {certificate};", text)
    text = re.sub(r"(ssl_certificate_key) [^;]*;", rf"\1 {key};", text)
    temporary = "\n".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return (
        f"daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/error.log;\n"
        f"events {{}}\nhttp {{\naccess_log off;\n{temporary}\n{text}\n}}\n"
    )


@asynccontextmanager
async def nginx(folder: Path, nodes: list[int]) -> AsyncIterator[tuple[str, ssl.SSLContext]]:
    """The address of the switchboard behind nginx, and whom to trust about it."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None:
        pytest.skip("nginx is missing; scripts/setup installs Debian's nginx-light.")
    folder.mkdir()
    certificates = make_certificates(folder, "127.0.0.1")
    port = free_port("127.0.0.1")
    file = folder / "nginx.conf"
    file.write_text(adapted(folder, port, nodes, certificates.certificate, certificates.key), encoding="utf-8")
    check = await asyncio.create_subprocess_exec(
        program, "-t", "-e", str(folder / "start.log"), "-c", str(file), stderr=asyncio.subprocess.PIPE
    )
    said = (await check.communicate())[1].decode()
    assert check.returncode == 0, said
    assert "[warn]" not in said
    running = await asyncio.create_subprocess_exec(program, "-e", str(folder / "start.log"), "-c", str(file))
    try:
        await _until_listening(port)
        yield f"wss://127.0.0.1:{port}/ws", ssl.create_default_context(cafile=str(certificates.ca))
    finally:
        running.terminate()
        await running.wait()


async def _until_listening(port: int) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except ConnectionRefusedError:
                await asyncio.sleep(0.02)
                continue
            writer.close()
            await writer.wait_closed()
            return


async def welcomed(client: SwitchboardClient, events: Any) -> m.Welcome:
    async with asyncio.timeout(PATIENCE_S):
        async for event in events:
            if isinstance(event, Connected):
                return event.welcome
    raise AssertionError("closed")


async def test_a_booth_behind_the_proxy_outlives_its_nodes(start_cluster: Any, town: Any, tmp_path: Path) -> None:
    """Its node is killed: it is back through the proxy, at another node, with its ticket; then that one, too."""
    cluster = await start_cluster(3)
    async with nginx(tmp_path / "nginx", [node.peers.port for node in cluster.nodes]) as (url, trust):
        client = SwitchboardClient(
            url,
            role="booth",
            token=lambda nonce: town.booth_token("booth-1", nonce),
            instance="instance-1",
            chance=random.Random(1),
            authorities=trust,
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
