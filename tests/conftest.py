"""Which tests want the machine for themselves; `scripts/test` runs the others several at a time."""

from __future__ import annotations

from pathlib import Path

import pytest

ALONE = {"benchmarks", "booth_eid", "booth_idcard", "connectivity", "e2e", "media", "network"}
"""Folders whose tests hold real time, the one card reader, or the network of the machine."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if item.path.relative_to(here).parts[0] in ALONE:
            item.add_marker("alone")
