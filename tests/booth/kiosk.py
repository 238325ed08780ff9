"""A window with a view to change and a desk that writes down, for tests of the screens."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pypdfium2
from PySide6.QtCore import QCoreApplication, QElapsedTimer, QEventLoop

from booth.pages import PageStore
from booth.ui.bridge import Bridge
from booth.ui.window import KioskWindow
from booth.view import View
from booth.words import Words


def pdf(pages: int) -> bytes:
    """An empty document of A4 pages."""
    document = pypdfium2.PdfDocument.new()
    for _ in range(pages):
        document.new_page(595, 842)
    buffer = io.BytesIO()
    document.save(buffer)
    document.close()
    return buffer.getvalue()


class RecordingDesk:
    """Writes down what the screens ask of the terminal."""

    def __init__(self) -> None:
        self.wishes: list[tuple[Any, ...]] = []

    def __getattr__(self, name: str) -> Callable[..., None]:
        def wish(*given: Any) -> None:
            if name != "touched":
                self.wishes.append((name, *given))

        return wish


class Kiosk:
    """A window with a view to change and a desk that writes down."""

    def __init__(self) -> None:
        self.desk = RecordingDesk()
        self.pages = PageStore()
        self.first = View(
            screen="attract",
            state="attract",
            site="Gemeindehaus Elbtal",
            languages=["de", "en"],
            services=["registration-certificate"],
            language="de",
        )
        self.bridge = Bridge(self.first)
        self.bridge.serve(self.desk, lambda wish, *given: wish(*given))
        self.kiosk = KioskWindow(self.bridge, Words(), self.pages)
        self.window = self.kiosk.window

    def show(self, view: View) -> None:
        self.bridge.show(view)
        self.settle()

    def settle(self) -> None:
        """Let bindings, loaders and layouts come to rest; drawing is what makes layouts do their work."""
        for _ in range(2):
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
            self.window.grabWindow()
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)

    def until(self, condition: Callable[[], Any], timeout_ms: int = 5000) -> None:
        """Turn the event loop until `condition`; fails after `timeout_ms`."""
        timer = QElapsedTimer()
        timer.start()
        while not condition():
            assert timer.elapsed() < timeout_ms, "the time is up"
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 20)

    def reset(self) -> None:
        self.desk.wishes.clear()
        self.pages.wipe()
        self.kiosk.warnings.clear()
        self.show(self.first)
