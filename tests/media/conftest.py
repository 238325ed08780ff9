"""Media files to play and devices to open, closed again after each test."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from media import aiortc_reach
from media.devices import open_camera, open_microphone, open_speaker
from media.testing.files import write_citizen_video
from media.testing.tone import write_tone
from tests.media.peers import BOOTH_HZ, CLERK_HZ, Booth, Clerk, connect


@pytest.fixture(scope="session", autouse=True)
def reached() -> None:
    aiortc_reach.prepare()


@pytest.fixture(scope="session")
def citizen_video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("media") / "citizen.mp4"
    write_citizen_video(path, 4)
    return path


@pytest.fixture(scope="session")
def clerk_video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Counts from 100000, so that nobody takes a picture of his own for the other's."""
    path = tmp_path_factory.mktemp("media") / "clerk.mp4"
    write_citizen_video(path, 4, first=100_000)
    return path


@pytest.fixture(scope="session")
def booth_tone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("media") / "booth.wav"
    write_tone(path, BOOTH_HZ, 1)
    return path


@pytest.fixture(scope="session")
def clerk_tone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("media") / "clerk.wav"
    write_tone(path, CLERK_HZ, 1)
    return path


@pytest.fixture
def no_threads_left() -> Iterator[None]:
    """Fails a test that leaves a thread of ours behind; the loop's own executor goes with the loop."""
    before = set(threading.enumerate())
    yield
    left = [thread.name for thread in threading.enumerate() if thread not in before]
    assert not [name for name in left if not name.startswith("asyncio_")]


@pytest.fixture
def devices(no_threads_left: None) -> Iterator[Callable[..., Any]]:
    """Opens devices for a test, closes them after it, and sees to it that all their threads are gone."""
    opened: list[Any] = []
    openers = {"camera": open_camera, "microphone": open_microphone, "speaker": open_speaker}

    def open_device(kind: str, spec: Any, **options: Any) -> Any:
        opened.append(openers[kind](str(spec), **options))
        return opened[-1]

    yield open_device
    for device in reversed(opened):
        device.close()


@pytest.fixture
async def quiet_call(devices: Callable[..., Any]) -> AsyncIterator[tuple[Clerk, Booth]]:
    """A connected call in which only the booth sends, for tests of the channel."""
    clerk = Clerk()
    booth = Booth(devices("camera", "test"), devices("microphone", "none"), devices("speaker", "none"))
    await connect(clerk, booth)
    yield clerk, booth
    await booth.call.close()
    await clerk.close()
