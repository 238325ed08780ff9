"""Echo cancelling and device trouble through real sound streams: PulseAudio's null sinks with a room between them.

Sound servers and their clients run at real-time priority on a booth; here too where that is allowed, so that another
program's load does not become a gap in the sound.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from media.devices.sound import BLOCK_SECONDS
from scripts.bench_runner import Figure
from tests.media.sound_room import Program, SoundRoom, open_room, why_not

ROOM_DELAYS = (0.02, 0.6)
"""Seconds from speaker to microphone, beside what the sound system takes: a desk, and a slow wireless speaker."""
TIMEOUT = 120.0
PRIORITY = 5


class EchoReport(msgspec.Struct):
    """What `tests.media.booth_program echo` tells."""

    echo_reduction_db: float
    speech_kept_db: float
    speech_likeness: float
    cpu_share: float
    cancelling: bool
    delay: float | None
    held: float


def figures() -> list[Figure]:
    """In decibels, against limits; the time until trouble is told, in seconds. Takes a minute and a half."""
    reason = why_not()
    if reason:
        print(f"echo: {reason}")
        return []
    found: list[Figure] = []
    with real_time(), tempfile.TemporaryDirectory() as folder:
        for delay in ROOM_DELAYS:
            with open_room(_made(folder, f"echo-{delay}")) as room:
                found += echo_figures(conversation(room, delay), delay)
        with open_room(_made(folder, "trouble")) as room:
            found += trouble_figures(room)
    return found


def _made(folder: str, name: str) -> Path:
    made = Path(folder) / name
    made.mkdir()
    return made


@contextlib.contextmanager
def real_time() -> Iterator[None]:
    """For this process and those it starts."""
    before = os.sched_getscheduler(0)
    with contextlib.suppress(PermissionError):
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(PRIORITY))
    try:
        yield
    finally:
        with contextlib.suppress(PermissionError):
            os.sched_setscheduler(0, before, os.sched_param(0))


def conversation(room: SoundRoom, delay: float) -> EchoReport:
    done = subprocess.run(
        [sys.executable, "-m", "tests.media.booth_program", "echo", str(delay)],
        env=room.environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=TIMEOUT,
    )
    return msgspec.json.decode(done.stdout.strip().splitlines()[-1], type=EchoReport)


def echo_figures(report: EchoReport, delay: float) -> list[Figure]:
    room = f"room {delay * 1000:.0f} ms"
    least: dict[str, Any] = {"goal": 1.0, "more_is_better": True}
    # A ratio cannot be made of decibels around zero, so what double talk keeps is told as a share.
    kept = 100 * 10 ** (report.speech_kept_db / 20)
    return [
        Figure(f"echo reduction, {room}", report.echo_reduction_db, "dB", "limit", 30.0, **least),
        Figure(f"speech kept in double talk, {room}", kept, "% of its level", "limit", 70.0, **least),
        Figure(f"speech unchanged in double talk, {room}", 100 * report.speech_likeness, "%", "limit", 60.0, **least),
        Figure(f"cost, {room}", 100 * report.cpu_share, "% of a core", "limit", 3.0, 1.0),
    ]


def trouble_figures(room: SoundRoom) -> list[Figure]:
    """How long each kind of trouble goes unnoticed."""
    booth = Program(room, "tests.media.booth_program", "states")
    try:
        silent = booth.until(lambda line: line.get("state") == "silent")
        frozen_at = time.monotonic()
        room.freeze()
        frozen = booth.until(lambda line: line.get("device") == "microphone" and line.get("state") == "frozen")
        room.thaw()
        booth.until(lambda line: line.get("device") == "microphone" and line.get("state") in ("ok", "silent"))
        gone_at = time.monotonic()
        room.pull_out()
        gone = booth.until(lambda line: line.get("state") in ("missing", "busy"))
    finally:
        booth.close()
    limit = 1.0
    return [
        Figure("silent microphone noticed", silent["delivered"] * BLOCK_SECONDS, "s", "limit", limit, 1.0),
        Figure("hanging sound system noticed", frozen["at"] - frozen_at, "s", "limit", limit, 1.0),
        Figure("pulled-out device noticed", gone["at"] - gone_at, "s", "limit", limit, 1.0),
    ]
