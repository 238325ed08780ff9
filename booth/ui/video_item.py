"""Moving pictures in Qt Quick: the newest frame of a slot, drawn without a queue.

The software renderer draws a scaled picture of 1280x720 in 8 ms and an unscaled one in under 1, so pictures are
brought to the item's size first, in I420, and only then turned into what Qt draws: half the work of the other way
round. Both happen here, so that pictures nobody sees cost nothing.
"""

from __future__ import annotations

from typing import Any, Final

import cv2
import numpy as np
from PySide6.QtCore import Property, QObject, QRectF, Signal, Slot
from PySide6.QtGui import QImage
from PySide6.QtQml import qmlRegisterType
from PySide6.QtQuick import QQuickItem, QQuickTextureFactory, QQuickWindow, QSGNode, QSGSimpleTextureNode, QSGTexture
from shiboken6 import Shiboken

from media.i420 import I420, Bgra, Part, scaled, size_of, to_bgra
from media.latest import LatestSlot

MODULE: Final = "Fernamt"


class Feed(QObject):
    """A slot of frames as Qt sees it: `arrived` comes on the main thread, once for however many frames.

    `window` is where it is shown. A Picture must not ask for its own `window()`: PySide would take the answer for the
    picture's child and give the window up when the picture goes.
    """

    arrived = Signal()
    window: QQuickWindow | None = None

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.slot: LatestSlot[I420] = LatestSlot()
        self._forget = self.slot.listen(self._announce)
        self._announced = False

    def watch(self, slot: LatestSlot[I420]) -> None:
        """Show another slot from now on."""
        self._forget()
        self.slot = slot
        self._announced = False
        self._forget = slot.listen(self._announce)
        self.arrived.emit()

    def take(self) -> I420 | None:
        """The newest frame; the next one is announced again."""
        self._announced = False
        return self.slot.latest

    def clear(self) -> None:
        """Forget the picture and blank whatever shows it."""
        self.slot.clear()
        self.arrived.emit()

    def _announce(self) -> None:
        if not self._announced:
            self._announced = True
            self.arrived.emit()


class Picture(QQuickItem):
    """`feed`: what to show. `cover`: fill the item and cut what stands out; otherwise all of it with bars."""

    feed_changed = Signal()
    cover_changed = Signal()
    mirrored_changed = Signal()
    has_picture_changed = Signal()

    def __init__(self, parent: QQuickItem | None = None) -> None:
        super().__init__(parent)
        self.setFlag(QQuickItem.Flag.ItemHasContents)
        self._feed: Feed | None = None
        self._drawn: Bgra | None = None
        self._cover = False
        self._mirrored = False
        self._has_picture = False
        self._node: QSGSimpleTextureNode | None = None
        self.painted = 0

    def _get_feed(self) -> Feed | None:
        return self._feed

    def _set_feed(self, feed: Feed | None) -> None:
        if feed is self._feed:
            return
        if self._feed is not None:
            self._feed.arrived.disconnect(self._arrived)
        self._feed = feed
        if feed is not None:
            feed.arrived.connect(self._arrived)
        self.feed_changed.emit()
        self._arrived()

    def _get_cover(self) -> bool:
        return self._cover

    def _set_cover(self, cover: bool) -> None:
        if cover != self._cover:
            self._cover = cover
            self.cover_changed.emit()
            self.update()

    def _get_mirrored(self) -> bool:
        return self._mirrored

    def _set_mirrored(self, mirrored: bool) -> None:
        if mirrored != self._mirrored:
            self._mirrored = mirrored
            self.mirrored_changed.emit()
            self.update()

    def _get_has_picture(self) -> bool:
        return self._has_picture

    feed = Property(Feed, _get_feed, _set_feed, notify=feed_changed)
    cover = Property(bool, _get_cover, _set_cover, notify=cover_changed)
    mirrored = Property(bool, _get_mirrored, _set_mirrored, notify=mirrored_changed)
    hasPicture = Property(bool, _get_has_picture, notify=has_picture_changed)  # noqa: N815 (QML's spelling)

    @Slot()
    def _arrived(self) -> None:
        has = self._feed is not None and self._feed.slot.latest is not None
        if has != self._has_picture:
            self._has_picture = has
            self.has_picture_changed.emit()
        self.update()

    def updatePaintNode(  # type: ignore[override]  # noqa: N802 (Qt's name, and Qt takes None)
        self, old: QSGNode | None, _data: Any
    ) -> QSGNode | None:
        frame = self._feed.take() if self._feed is not None else None
        window = self._feed.window if self._feed is not None else None
        if frame is None or window is None or self.width() < 1 or self.height() < 1:
            self._drawn = self._node = None
            return None
        ratio = window.effectiveDevicePixelRatio()
        drawn, area = placed(frame, self.width(), self.height(), ratio, self._cover, self._mirrored)
        # The image only points into the pixels, and the texture may point into the image.
        self._drawn = drawn
        height, width = drawn.shape[:2]
        image = QImage(drawn.data, width, height, drawn.strides[0], QImage.Format.Format_RGB32)
        # Not window.createTextureFromImage: PySide 6.11 never lets go of what it returns, 270 bytes a picture.
        factory = QQuickTextureFactory.textureFactoryForImage(image)
        texture = factory.createTexture(window)
        node = self._node if old is not None else None
        if node is None:
            node = QSGSimpleTextureNode()
            node.setOwnsTexture(True)
            node.setFiltering(QSGTexture.Filtering.Linear)
            self._node = node
        node.setTexture(texture)
        node.setRect(area)
        Shiboken.delete(factory)
        self.painted += 1
        return node


def placed(
    picture: I420, width: float, height: float, ratio: float, cover: bool, mirrored: bool
) -> tuple[Bgra, QRectF]:
    """The picture at the size it is drawn in, and where in an item of `width` by `height`."""
    columns, rows = size_of(picture)
    part = Part(0, 0, columns, rows)
    if cover:
        scale = max(width / columns, height / rows)
        part = _middle(columns, rows, width / scale, height / scale)
        shown_width, shown_height = width, height
    else:
        scale = min(width / columns, height / rows)
        shown_width, shown_height = columns * scale, rows * scale
    wide, high = max(1, round(shown_width * ratio)), max(1, round(shown_height * ratio))
    # An odd width leaves a column out, and Qt takes no memory with gaps.
    drawn = np.ascontiguousarray(to_bgra(scaled(picture, (_even(wide), _even(high)), part))[:high, :wide])
    if mirrored:
        drawn = np.asarray(cv2.flip(drawn, 1), np.uint8)
    return drawn, QRectF((width - shown_width) / 2, (height - shown_height) / 2, shown_width, shown_height)


def _middle(columns: int, rows: int, kept_columns: float, kept_rows: float) -> Part:
    width, height = min(columns, round(kept_columns / 2) * 2 or 2), min(rows, round(kept_rows / 2) * 2 or 2)
    return Part((columns - width) // 4 * 2, (rows - height) // 4 * 2, width, height)


def _even(length: int) -> int:
    """The next even one: colour has half the rows and columns."""
    return length + length % 2


def register() -> None:
    """Make `Picture` known to QML as `import Fernamt`."""
    qmlRegisterType(Picture, MODULE, 1, 0, "Picture")  # type: ignore[call-overload]
    qmlRegisterType(Feed, MODULE, 1, 0, "Feed")  # type: ignore[call-overload]
