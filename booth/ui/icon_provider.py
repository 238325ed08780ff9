"""Icons as Qt Quick images: `image://icons/RRGGBB/PATH`, PATH percent-encoded with KERN's view box of 0 -960 960 960.

Qt Quick Shapes would do, but the software renderer leaves pieces of them behind when screens change.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtQuick import QQuickImageProvider
from PySide6.QtSvg import QSvgRenderer

SVG: Final = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 -960 960 960"><path fill="#{}" d="{}"/></svg>'
PATH: Final = re.compile(r"[A-Za-z0-9 ,.-]+")
LARGEST: Final = 1024


class IconProvider(QQuickImageProvider):
    """Draws an icon at the size that is asked for."""

    def __init__(self) -> None:
        super().__init__(QQuickImageProvider.ImageType.Image)

    def requestImage(self, name: str, size: QSize, requested: QSize) -> QImage:  # noqa: N802 (Qt's name)
        colour, _, path = unquote(name).partition("/")
        if not PATH.fullmatch(path):
            return QImage()
        asked = requested.boundedTo(QSize(LARGEST, LARGEST)).expandedTo(QSize(1, 1))
        image = QImage(asked, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        QSvgRenderer(QByteArray(SVG.format(colour[-6:], path).encode())).render(painter)
        painter.end()
        return image
