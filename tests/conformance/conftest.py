from __future__ import annotations

import os
from pathlib import Path

import pytest

from clerk_console.identity import TrustAnchors

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def conformance() -> Path:
    """Data that nobody in this project wrote; see docs. Skips, saying so, where it is not there."""
    folder = Path(os.environ.get("FERNAMT_CONFORMANCE", REPOSITORY.parent / "shared" / "conformance"))
    if not folder.is_dir():
        pytest.skip(f"No conformance data at {folder}; set FERNAMT_CONFORMANCE to have it checked.")
    return folder


@pytest.fixture(scope="session")
def anchors(conformance: Path) -> TrustAnchors:
    return TrustAnchors.load(conformance)
