"""What all tests share: which may run side by side, in what order, and what property tests try."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

HERE = Path(__file__).parent
ALONE = {"benchmarks", "booth_eid", "booth_idcard", "connectivity", "e2e", "media", "network"}
"""Folders whose tests hold real time, the one card reader, or the machine's network; they run after the others."""
LONG = ("web", "booth", "signaling", "clerk_console")
"""Folders in the order in which their tests begin, so that no long file is left for the end."""

# A landing is not to be stopped by a rare case that chance finds in this run and not in the next: the same examples
# each time. `scripts/test --deep` looks for rare cases, with other examples each time.
settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("deep", max_examples=500, deadline=None, print_blob=True)
settings.load_profile("same")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def place(item: pytest.Item) -> int:
        folder = item.path.relative_to(HERE).parts[0]
        return LONG.index(folder) if folder in LONG else len(LONG)

    items.sort(key=place)
    for item in items:
        if item.path.relative_to(HERE).parts[0] in ALONE:
            item.add_marker("alone")
