"""`python -m booth check`, as whoever sets a booth up runs it: against a real switchboard and a real relay."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from scripts.stack import ROOT, Stack, free_port, running
from tests.connectivity.coturn import SECRET, Coturn
from tests.connectivity.firewall import name_servers


@pytest.fixture
async def stack(tmp_path: Path, relay: Coturn) -> AsyncIterator[Stack]:
    stack = Stack(tmp_path / "office")
    async with running(stack):
        name_servers(stack, tmp_path, relay.stun, relay.udp, relay.tls)
        await stack.start_switchboard()
        yield stack


async def check(stack: Stack, *options: str, switchboard: str = "") -> tuple[int, str, str]:
    [booth] = stack.booth_ids
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "booth", "check", "--data", str(stack.booth_data(booth)), "--booth", booth),
        *("--switchboard", switchboard or stack.switchboard_url, *options),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(60):
        said, complained = await process.communicate()
    return process.returncode or 0, said.decode(), complained.decode()


async def test_it_says_what_a_call_would_have(stack: Stack, relay: Coturn) -> None:
    status, said, complained = await check(stack, "--ca", str(relay.certificates.ca))
    assert (status, complained) == (0, "")
    *servers, load, verdict = said.splitlines()
    assert [line.split()[2] for line in servers] == ["udp", "udp", "tls"]
    assert all(" good, " in line for line in servers)
    assert load.startswith("Through the relay over udp: ")
    assert verdict.startswith(("ready", "limited"))
    assert SECRET not in said


async def test_without_the_authority_the_certificate_is_named(stack: Stack, relay: Coturn) -> None:
    status, said, _ = await check(stack)
    assert status == 0
    assert "tls" in said
    assert "certificate: SSLCertVerificationError" in said
    await relay.stop()
    status, said, _ = await check(stack, "--ca", str(relay.certificates.ca))
    assert status == 1
    assert said.splitlines()[-1].startswith("no_call (refused")


async def test_it_says_why_there_is_no_line(stack: Stack) -> None:
    nowhere = f"ws://127.0.0.1:{free_port()}/ws"
    status, said, complained = await check(stack, switchboard=nowhere)
    assert (status, said) == (1, "")
    assert complained.startswith(f"No line to {nowhere}")
