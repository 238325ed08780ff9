"""Off the screen, drawn in software: set before anything of Qt is loaded."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["QT_QUICK_BACKEND"] = "software"
os.environ["QSG_RENDER_LOOP"] = "basic"

import pytest
from joserfc.jwk import OKPKey
from PySide6.QtGui import QAccessible, QGuiApplication

from booth.console_keys import EncryptionKey
from tests.booth.kiosk import Kiosk
from tests.booth.scene import Scene, open_scene


@pytest.fixture(scope="session")
def application() -> QGuiApplication:
    existing = QGuiApplication.instance()
    application = existing if isinstance(existing, QGuiApplication) else QGuiApplication(["tests"])
    QAccessible.setActive(True)
    return application


@pytest.fixture(scope="session")
def _kiosk(application: QGuiApplication) -> Iterator[Kiosk]:
    kiosk = Kiosk()
    kiosk.kiosk.show(windowed=True, size=(1080, 1920))
    yield kiosk
    kiosk.kiosk.close()


@pytest.fixture
def kiosk(_kiosk: Kiosk) -> Kiosk:
    """One window for all tests, as it was at the start."""
    _kiosk.window.resize(1080, 1920)
    _kiosk.window.setProperty("asksToLeave", False)
    _kiosk.reset()
    return _kiosk


@pytest.fixture
def scene_key() -> EncryptionKey:
    return EncryptionKey("enc-1", str(OKPKey.generate_key("X25519").as_dict(private=False)["x"]))


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    async with open_scene(tmp_path) as opened:
        yield opened
