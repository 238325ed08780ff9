"""A booth that nobody has entered anywhere: enrolled with a code, it opens; revoked, it closes. All three programs."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from scripts.stack import REGION, Robot, Stack, run, running

pytestmark = pytest.mark.e2e
BOOTH = "booth-elbtal-2"


async def test_a_code_is_all_a_booth_needs(tmp_path: Path) -> None:
    stack = Stack(tmp_path, booth_ids=())
    async with running(stack):
        await asyncio.gather(stack.start_switchboard(), stack.start_console())
        console, booth = str(tmp_path / "console"), str(tmp_path / "booth")
        said = await asyncio.to_thread(
            run, "clerk_console", "booth", "enrol", BOOTH, "--region", REGION, "--site", "Bücherei", "--data", console
        )
        code = said.splitlines()[0].rsplit(" ", 1)[1]
        await asyncio.to_thread(run, "booth", "enrol", "--data", booth, "--console", stack.console_url, "--code", code)

        robot = Robot(await stack.start_enrolled_booth(Path(booth)))
        attract = await robot.wait("attract")
        assert attract["view"]["site"] == "Bücherei"

        await asyncio.to_thread(run, "clerk_console", "booth", "revoke", BOOTH, "--data", console)
        closed = await robot.wait("unavailable")
        assert closed["view"]["trouble"] == "error-booth_unknown"
        listed = await asyncio.to_thread(run, "clerk_console", "booth", "list", "--data", console)
        assert listed.split("\t")[3] in ("revoking", "revoked")
        for program in (
            ("signaling", "audit", "--data", str(tmp_path / "switchboard")),
            ("clerk_console", "audit", "--data", console),
        ):
            assert "unchanged" in await asyncio.to_thread(run, *program)
