"""Tokens.qml is what KERN's style sheet says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scripts.generate_tokens import SOURCE, TARGET, StyleSheet, TokenError, srgb, tokens_qml

SHEET = """
:root { --kern-16: 1rem; --kern-color-red-600: oklch(62.80% 0.2577 29.23);
  --kern-color-feedback-danger: var(--kern-color-red-600); --kern-metric-space-default: var(--kern-16); }
[data-kern-theme=light],
.kern-light { --kern-color-action-default: var(--kern-color-red-600); --kern-color-loop: var(--kern-color-loop); }
"""


@pytest.mark.parametrize(
    ("oklch", "colour"),
    [
        ((1, 0, 0), "#ffffff"),
        ((0, 0, 0), "#000000"),
        ((0.62796, 0.25768, 29.2339), "#ff0000"),
        ((0.5, 0, 0), "#636363"),
    ],
)
def test_oklch_to_srgb(oklch: tuple[float, float, float], colour: str) -> None:
    assert srgb(*oklch) == colour


def test_references_are_followed() -> None:
    sheet = StyleSheet(SHEET)
    assert sheet.colour("feedback-danger") == "#ff0000"
    assert sheet.pixels("--kern-metric-space-default") == 16


def test_what_is_missing_is_named() -> None:
    with pytest.raises(TokenError, match="kern-color-nothing"):
        StyleSheet(SHEET).colour("nothing")
    with pytest.raises(TokenError, match="circle"):
        StyleSheet(SHEET).colour("loop")
    with pytest.raises(TokenError, match="light theme"):
        StyleSheet("")


def test_the_committed_tokens_are_complete() -> None:
    text = TARGET.read_text(encoding="utf-8")
    known = set(re.findall(r"property \w+ (\w+)", text))
    used = {
        name
        for file in Path(TARGET.parent).glob("*.qml")
        for name in re.findall(r"Tokens\.(\w+)", file.read_text(encoding="utf-8"))
    }
    assert used <= known


@pytest.mark.skipif(not SOURCE.exists(), reason="the web app's packages are not installed")
def test_the_committed_tokens_are_up_to_date() -> None:
    assert tokens_qml(SOURCE.read_text(encoding="utf-8")) == TARGET.read_text(encoding="utf-8")
