"""A booth behind a firewall that lets only TCP to port 443 out still gets a call, with pictures both ways."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scripts.media_files import MediaFiles, media_files
from scripts.stack import Robot
from tests.connectivity.firewall import udp_gets_out, walled_office
from tests.network.cable import cable

pytestmark = pytest.mark.e2e

PATIENCE_S = 60.0
"""On a busy machine the first attempt may be too slow; the booth tries again after 20 s."""


@pytest.fixture(scope="session")
def files() -> MediaFiles:
    return media_files()


async def network(robot: Robot, condition: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
    """What the booth knows of its network, once it is so."""
    async with asyncio.timeout(PATIENCE_S):
        while not condition(found := (await robot.figures())["network"]):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    return dict(found)


async def test_only_tcp_443_is_enough_for_a_call(tmp_path: Path, files: MediaFiles) -> None:
    with cable() as laid:
        async with walled_office(laid, tmp_path, files) as office:
            assert not udp_gets_out(laid)
            found = await network(office.robot, lambda found: found["readiness"] == "limited")
            outcomes = {server["server"].split(" ")[2]: server["outcome"] for server in found["servers"]}
            assert outcomes["tls"] == "good"
            assert outcomes["udp"] in ("unreachable", "refused", "timeout")
            assert "only_stream" in found["reasons"]
            assert found["relay"] == "tls"
            assert found["round_trip"] is not None
            await office.visit.take_ticket()
            await network(office.robot, lambda found: found["prepared"])
            await office.visit.connect()
            await office.clerk.until("f => f.frames > 60 && f.booth?.video_frames > 60")
            await office.visit.hang_up()
            assert office.clerk.troubles == []
