"""Holds the import rules of docs/architecture.md: which package may import which."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("booth", "clerk_console", "media", "signaling")
ALLOWED = {
    "signaling": (),
    "media": (),
    "booth": ("media", "signaling.protocol", "signaling.client"),
    "clerk_console": ("signaling.protocol", "media.consultation"),
}


def imported_modules(path: Path) -> list[str]:
    """Absolute names of all modules a file imports, at the top or inside a function."""
    names: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    return names


def violations(package: str, names: list[str]) -> list[str]:
    def permitted(name: str) -> bool:
        return any(name == allowed or name.startswith(allowed + ".") for allowed in (package, *ALLOWED[package]))

    return [name for name in names if name.split(".")[0] in PACKAGES and not permitted(name)]


@pytest.mark.parametrize("package", PACKAGES)
def test_package_imports_only_what_it_may(package: str) -> None:
    wrong = {
        str(path.relative_to(ROOT)): found
        for path in sorted((ROOT / package).rglob("*.py"))
        if "node_modules" not in path.parts and (found := violations(package, imported_modules(path)))
    }
    assert not wrong


def test_rule_notices_a_forbidden_import() -> None:
    assert violations("clerk_console", ["media.call.Call"]) == ["media.call.Call"]
    assert violations("booth", ["signaling.server.app"]) == ["signaling.server.app"]
    assert violations("booth", ["signaling.protocol.messages", "media.call", "json"]) == []
