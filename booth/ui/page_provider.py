"""Hands a document's pages to Qt Quick as `image://pages/KEY/NUMBER`."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QImage
from PySide6.QtQuick import QQuickImageProvider

from booth.pages import PageStore


class PageProvider(QQuickImageProvider):
    """Copies each page it gives away: the store wipes its own, Qt frees the copies with the item that shows them."""

    def __init__(self, store: PageStore) -> None:
        super().__init__(QQuickImageProvider.ImageType.Image)
        self._store = store

    def requestImage(self, name: str, size: QSize, requested: QSize) -> QImage:  # noqa: N802 (Qt's name)
        key, _, number = name.partition("/")
        page = self._store.page(key, int(number)) if number.isdecimal() else None
        if page is None:
            return QImage()
        height, width = page.shape[:2]
        return QImage(page.data, width, height, page.strides[0], QImage.Format.Format_RGB32).copy()
