"""The kiosk window: QML loaded with the view, the bridge, the words and the feeds."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import structlog
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, QUrl, Slot
from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication, QPixmapCache
from PySide6.QtQml import QQmlApplicationEngine, QQmlError
from PySide6.QtQuick import QQuickWindow

from booth.pages import PageStore
from booth.ui import video_item
from booth.ui.bridge import Bridge, SpokenWords
from booth.ui.icon_provider import IconProvider
from booth.ui.page_provider import PageProvider
from booth.ui.reader import Reader
from booth.ui.video_item import Feed
from booth.words import Words

HERE: Final = Path(__file__).resolve().parent
OFFSCREEN_SIZE: Final = (1080, 1920)
"""Pixels where there is no screen to fill."""
TOUCHES: Final = frozenset(
    {QEvent.Type.MouseButtonPress, QEvent.Type.TouchBegin, QEvent.Type.KeyPress, QEvent.Type.Wheel}
)

log = structlog.get_logger(__name__)


class WindowError(Exception):
    """The screens could not be loaded; the text holds what QML said."""


def load_fonts(folder: Path = HERE / "fonts") -> str:
    """The family to write in: Fira Sans where it has been built, else the system's sans serif."""
    families = [
        family
        for file in sorted(folder.glob("*.ttf"))
        for family in QFontDatabase.applicationFontFamilies(QFontDatabase.addApplicationFont(str(file)))
    ]
    if families:
        return "Fira Sans" if "Fira Sans" in families else families[0]
    return QFont("sans-serif").defaultFamily() or "sans-serif"


class KioskWindow(QObject):
    """Owns the engine and the window. `clerk` and `guest` are the pictures of the others, `citizen` the own one,
    `document` what the document camera sees."""

    def __init__(self, bridge: Bridge, words: Words, pages: PageStore) -> None:
        super().__init__()
        video_item.register()
        self.bridge = bridge
        self.clerk = Feed(self)
        self.guest = Feed(self)
        self.citizen = Feed(self)
        self.document = Feed(self)
        self.warnings: list[str] = []
        self._engine = QQmlApplicationEngine()
        self._engine.warnings.connect(self._warned)
        self._engine.addImageProvider("pages", PageProvider(pages))
        self._engine.addImageProvider("icons", IconProvider())
        self._words = SpokenWords(words, self)
        context = self._engine.rootContext()
        for name, thing in (
            ("view", bridge.values),
            ("booth", bridge),
            ("words", self._words),
            ("clerkFeed", self.clerk),
            ("guestFeed", self.guest),
            ("selfFeed", self.citizen),
            ("documentFeed", self.document),
            ("fontFamily", load_fonts()),
        ):
            context.setContextProperty(name, thing)
        self._engine.load(QUrl.fromLocalFile(str(HERE / "qml" / "Main.qml")))
        roots = self._engine.rootObjects()
        if not roots or not isinstance(roots[0], QQuickWindow):
            raise WindowError("The screens could not be loaded: " + "; ".join(self.warnings))
        self.window: QQuickWindow = roots[0]
        for feed in (self.clerk, self.guest, self.citizen, self.document):
            feed.window = self.window
        self.window.installEventFilter(self)
        self.reader = Reader(bridge, self.window, words)
        bridge.wiped.connect(self.wipe)

    def show(self, *, windowed: bool, size: tuple[int, int] | None = None) -> None:
        """Full screen, or as a window of `size` (by default what the screen has room for, portrait if it is)."""
        if size is None and QGuiApplication.platformName() == "offscreen":
            size = OFFSCREEN_SIZE
        if not windowed and size is None:
            self.window.setFlag(Qt.WindowType.FramelessWindowHint)
            self.window.showFullScreen()
            return
        width, height = size or _fitting(self.window)
        self.window.resize(width, height)
        self.window.show()

    def close(self) -> None:
        """Take the window down before what it shows, or its bindings would complain of what is gone."""
        self.reader.stop()
        self.window.removeEventFilter(self)
        self.window.close()
        self._engine.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)

    @Slot()
    def wipe(self) -> None:
        """Forget every picture: the feeds, the pages and what Qt has kept of them; and the words of screens that are
        gone, which QML keeps until it looks for garbage."""
        self.clerk.clear()
        self.guest.clear()
        self.citizen.slot.clear()
        self.document.clear()
        QPixmapCache.clear()
        self.window.releaseResources()
        # After those screens have been deleted, which comes first in line.
        QTimer.singleShot(0, self._engine, self._engine.collectGarbage)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        if event.type() in TOUCHES:
            self.bridge.touched()
        return False

    @Slot(list)
    def _warned(self, errors: list[QQmlError]) -> None:
        for error in errors:
            text = error.toString()
            self.warnings.append(text)
            log.warning("qml", text=text)


def _fitting(window: QQuickWindow) -> tuple[int, int]:
    screen = window.screen() or QGuiApplication.primaryScreen()
    space = screen.availableGeometry()
    return min(1280, space.width()), min(800, space.height())
