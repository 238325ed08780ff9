"""Moving pictures on the screen: what is shown, and that an hour of them costs no more memory than a minute."""

from __future__ import annotations

import sys

import numpy as np
from PySide6.QtCore import QCoreApplication, QSizeF
from PySide6.QtGui import QGuiApplication
from PySide6.QtQuick import QQuickWindow

from booth.ui.video_item import Feed, Picture
from media.i420 import I420


def grey(level: int) -> I420:
    """160x90 of one brightness."""
    picture = np.full((90 * 3 // 2, 160), 128, np.uint8)
    picture[:90] = level
    return picture


class Shown:
    """A window with one picture."""

    def __init__(self) -> None:
        self.window = QQuickWindow()
        self.window.resize(160, 90)
        self.feed = Feed()
        self.feed.window = self.window
        self.picture = Picture(self.window.contentItem())
        self.picture.setSize(QSizeF(160, 90))
        self.picture.feed = self.feed
        self.window.show()

    def paint(self, level: int) -> int:
        """The brightness in the middle once the picture has been drawn."""
        self.feed.slot.put(grey(level))
        QCoreApplication.processEvents()
        return self.window.grabWindow().pixelColor(80, 45).red()

    def close(self) -> None:
        self.window.close()


def test_the_newest_picture_is_shown(application: QGuiApplication) -> None:
    shown = Shown()
    assert shown.paint(40) < 80 < 160 < shown.paint(200)
    shown.close()


def test_pictures_that_were_shown_leave_nothing_behind(application: QGuiApplication) -> None:
    shown = Shown()
    many = 1000
    for level in range(200):
        shown.paint(level)
    before, painted = sys.getallocatedblocks(), shown.picture.painted
    for number in range(many):
        shown.paint(number % 250)
    assert shown.picture.painted - painted >= many
    assert sys.getallocatedblocks() - before < many / 4
    shown.close()
