"""A document's pages as pictures: drawn once when the document arrives, held in memory only, gone with the visit."""

from __future__ import annotations

import secrets
import threading
from typing import Final

import pypdfium2
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage
from PySide6.QtQuick import QQuickImageProvider

PAGE_WIDTH: Final = 1240
"""Pixels; A4 at 150 dots an inch."""
MAX_PAGES: Final = 40
MAX_PAGE_PIXELS: Final = 4_000_000
PDF_LOCK: Final = threading.Lock()
"""PDFium is not made for several threads."""


class DocumentError(Exception):
    """Not a PDF, or one that cannot be drawn."""


def draw_pages(pdf: bytes) -> list[QImage]:
    """Each page as an image PAGE_WIDTH wide. Raises DocumentError. Takes some 50 ms a page: not for an event loop."""
    with PDF_LOCK:
        try:
            document = pypdfium2.PdfDocument(pdf)
            try:
                if not 0 < len(document) <= MAX_PAGES:
                    raise DocumentError(f"A document of {len(document)} pages; 1 to {MAX_PAGES} can be shown.")
                return [_drawn(document[number]) for number in range(len(document))]
            finally:
                document.close()
        except pypdfium2.PdfiumError as error:
            raise DocumentError(f"Not a PDF that can be drawn: {error}") from None


def _drawn(page: pypdfium2.PdfPage) -> QImage:
    width, height = page.get_size()
    scale = PAGE_WIDTH / width
    if PAGE_WIDTH * height * scale > MAX_PAGE_PIXELS:
        raise DocumentError(f"A page of {width:.0f} by {height:.0f} points is of no usual shape.")
    bitmap = page.render(scale=scale, rev_byteorder=False, prefer_bgrx=True)
    image = QImage(bitmap.buffer, bitmap.width, bitmap.height, bitmap.stride, QImage.Format.Format_RGB32).copy()
    bitmap.close()
    return image


class PageStore:
    """The pages of the documents of this visit, by a random key. Used from both threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._documents: dict[str, list[QImage]] = {}

    def add(self, pages: list[QImage]) -> str:
        """Keep pages; returns their key."""
        key = secrets.token_urlsafe(8)
        with self._lock:
            self._documents[key] = pages
        return key

    def page(self, key: str, number: int) -> QImage | None:
        """`number` counts from 1."""
        with self._lock:
            pages = self._documents.get(key, [])
            return pages[number - 1] if 0 < number <= len(pages) else None

    def __len__(self) -> int:
        return len(self._documents)

    def wipe(self) -> None:
        with self._lock:
            for pages in self._documents.values():
                for page in pages:
                    page.fill(0)
            self._documents.clear()


class PageProvider(QQuickImageProvider):
    """Serves `image://pages/KEY/NUMBER`."""

    def __init__(self, store: PageStore) -> None:
        super().__init__(QQuickImageProvider.ImageType.Image)
        self._store = store

    def requestImage(self, name: str, size: QSize, requested: QSize) -> QImage:  # noqa: N802 (Qt's name)
        key, _, number = name.partition("/")
        page = self._store.page(key, int(number)) if number.isdecimal() else None
        return page if page is not None else QImage()
