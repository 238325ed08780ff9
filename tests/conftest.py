"""What all tests share: which may run side by side, in what order, and what property tests try."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from xdist.scheduler import LoadFileScheduling

HERE = Path(__file__).parent
ALONE = {"connectivity", "e2e", "media", "network"}
"""Folders whose tests hold real time or the network of the machine; `scripts/test` runs them after the others."""
CARD_READER = ("tests/booth_eid/", "tests/booth_idcard/")
"""Folders whose tests use the one pcscd of the machine, so one worker runs them all."""
LONG = ("web", "booth", "signaling", "booth_idcard", "booth_eid", "clerk_console")
"""Folders in the order in which their tests begin, so that no long file is left for the end."""

# A landing is not to be stopped by a rare case that chance finds in this run and not in the next: the same examples
# each time. `scripts/test --deep` looks for rare cases, with other examples each time.
settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("deep", max_examples=500, deadline=None, print_blob=True)
settings.load_profile("same")


class Shares(LoadFileScheduling):
    """A file's tests stay together, as they share what they have set up, and so do all that use the card reader."""

    def _split_scope(self, nodeid: str) -> str:
        return "card reader" if nodeid.startswith(CARD_READER) else super()._split_scope(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Shares:
    return Shares(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def place(item: pytest.Item) -> int:
        folder = item.path.relative_to(HERE).parts[0]
        return LONG.index(folder) if folder in LONG else len(LONG)

    items.sort(key=place)
    for item in items:
        if item.path.relative_to(HERE).parts[0] in ALONE:
            item.add_marker("alone")
