"""The words: every language of a part has the same messages with the same variables, and every error has one."""

from __future__ import annotations

from pathlib import Path

import pytest
from fluent.syntax import FluentParser, ast
from fluent.syntax.visitor import Visitor

from signaling.protocol.errors import ErrorId

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = [
    ROOT / "signaling/protocol/words",
    ROOT / "signaling/booking/words",
    ROOT / "booth/words",
    ROOT / "clerk_console/web/words",
]


class Variables(Visitor):
    """Collects the names of the variables a message uses."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_VariableReference(self, node: ast.VariableReference) -> None:  # noqa: N802
        self.names.add(node.id.name)


def messages(path: Path) -> dict[str, set[str]]:
    """Message ids of a Fluent file with the variables each uses. Fails on what the parser could not read."""
    found: dict[str, set[str]] = {}
    for entry in FluentParser().parse(path.read_text(encoding="utf-8")).body:
        assert not isinstance(entry, ast.Junk), f"{path.name}: {entry.content!r}"
        if isinstance(entry, ast.Message):
            variables = Variables()
            variables.visit(entry)
            assert entry.id.name not in found, f"{path}: {entry.id.name} stands twice"
            found[entry.id.name] = variables.names
    return found


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: str(folder.relative_to(ROOT)))
def test_german_and_english_are_complete(folder: Path) -> None:
    files = sorted(path.name for path in (folder / "en").glob("*.ftl"))
    assert files
    assert files == sorted(path.name for path in (folder / "de").glob("*.ftl"))
    for name in files:
        assert messages(folder / "de" / name) == messages(folder / "en" / name)


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_error_has_words(language: str) -> None:
    words = messages(ROOT / f"signaling/protocol/words/{language}/common.ftl")
    assert {f"error-{error}" for error in ErrorId} == {name for name in words if name.startswith("error-")}
