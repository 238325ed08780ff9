"""A document's pages as pictures: drawn once when the document arrives, held in memory only, gone with the visit."""

from __future__ import annotations

import secrets
import threading
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt
import pypdfium2

Page = npt.NDArray[np.uint8]
"""BGRX, (height, width, 4)."""

PAGE_WIDTH: Final = 1240
"""Pixels; A4 at 150 dots an inch."""
MAX_PAGES: Final = 40
MAX_PAGE_PIXELS: Final = 4_000_000
PDF_LOCK: Final = threading.Lock()
"""PDFium is not made for several threads."""


class DocumentError(Exception):
    """Not a PDF, or one that cannot be drawn."""


def draw_pages(pdf: bytes) -> list[Page]:
    """Each page PAGE_WIDTH wide. Raises DocumentError. Takes some 50 ms a page: not for an event loop."""
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


def _drawn(page: pypdfium2.PdfPage) -> Page:
    width, height = page.get_size()
    scale = PAGE_WIDTH / width
    if PAGE_WIDTH * height * scale > MAX_PAGE_PIXELS:
        raise DocumentError(f"A page of {width:.0f} by {height:.0f} points is of no usual shape.")
    bitmap = page.render(scale=scale, rev_byteorder=False, prefer_bgrx=True)
    picture = np.array(bitmap.to_numpy(), np.uint8)
    bitmap.close()
    return picture


class Pages(Protocol):
    """Where a conversation leaves its documents."""

    def draw(self, pdf: bytes) -> tuple[str, int]:
        """Keep a document; returns its key and the number of pages. Blocks. Raises DocumentError."""

    def keep(self, page: Page) -> str:
        """Keep a picture as a document of one page; returns its key."""

    def drop(self, key: str) -> None:
        """Blacken and forget one document."""


class PageStore:
    """The pages of the documents of this visit, by a random key. Used from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._documents: dict[str, list[Page]] = {}
        self._visit = 0

    def draw(self, pdf: bytes) -> tuple[str, int]:
        """Draw and keep a document; returns its key and the number of pages. Blocks. Raises DocumentError, also when
        the visit has been wiped meanwhile."""
        visit = self._visit
        pages = draw_pages(pdf)
        key = secrets.token_urlsafe(8)
        with self._lock:
            if visit != self._visit:
                raise DocumentError("The visit has ended.")
            self._documents[key] = pages
        return key, len(pages)

    def keep(self, page: Page) -> str:
        """Keep a picture as a document of one page; returns its key."""
        key = secrets.token_urlsafe(8)
        with self._lock:
            self._documents[key] = [page]
        return key

    def drop(self, key: str) -> None:
        """Blacken and forget one document."""
        with self._lock:
            for page in self._documents.pop(key, []):
                page.fill(0)

    def page(self, key: str, number: int) -> Page | None:
        """`number` counts from 1."""
        with self._lock:
            pages = self._documents.get(key, [])
            return pages[number - 1] if 0 < number <= len(pages) else None

    def __len__(self) -> int:
        return len(self._documents)

    def wipe(self) -> None:
        """Blacken and forget all pages."""
        with self._lock:
            self._visit += 1
            for pages in self._documents.values():
                for page in pages:
                    page.fill(0)
            self._documents.clear()
