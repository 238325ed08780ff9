"""The whole product for a benchmark: an office, a booth without a screen, and a clerk who is signed in."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import psutil

from booth.idcard.testing.pcscd import running_pcscd
from scripts.clerk import Clerk, chromium
from scripts.media_files import media_files
from scripts.stack import STAFF, Robot, Stack, running
from scripts.visit import Visit


@contextlib.asynccontextmanager
async def open_office() -> AsyncIterator[tuple[Visit, psutil.Process]]:
    """The visit to be played, and the booth's process, which keeps those that serve. The clerk is ready for offers."""
    files = media_files()
    with running_pcscd(), tempfile.TemporaryDirectory() as folder:
        async with running(Stack(Path(folder))) as stack:
            card, _ = await stack.start_office()
            booth = await stack.start_booth(
                camera=str(files.citizen),
                microphone=str(files.citizen_sound),
                QT_QPA_PLATFORM="offscreen",
                QT_QUICK_BACKEND="software",
            )
            async with chromium(files.clerk, files.clerk_sound) as browser:
                clerk = await Clerk.open(browser, stack.console_url)
                await clerk.sign_in(STAFF, stack.password)
                await clerk.set_available()
                yield Visit(Robot(booth), clerk, "", Path(folder), card=card), psutil.Process(booth.pid)


def cpu_seconds(process: psutil.Process) -> float:
    """That it and its children have used so far."""
    used = [one.cpu_times() for one in family(process)]
    return float(sum(times.user + times.system for times in used))


def resident_bytes(process: psutil.Process) -> int:
    """Of it and its children; what they share counts for each."""
    return sum(one.memory_info().rss for one in family(process))


def family(process: psutil.Process) -> list[psutil.Process]:
    return [process, *process.children(recursive=True)]
