"""Transition tables as Mermaid state diagrams, for docs/lifecycles.md."""

from __future__ import annotations

from typing import Any


def nested(table: dict[tuple[Any, Any], Any]) -> dict[Any, dict[Any, Any]]:
    """A table by (state, event) as a table by state."""
    rows: dict[Any, dict[Any, Any]] = {}
    for (state, event), following in table.items():
        rows.setdefault(state, {})[event] = following
    return rows


def diagram(start: Any, table: dict[Any, dict[Any, Any]]) -> str:
    """A transition table as a Mermaid state diagram: one arrow a pair of states, labelled with its events."""
    states = list(type(start))
    events = list(type(next(event for row in table.values() for event in row)))
    arrows: dict[tuple[Any, Any], list[Any]] = {}
    for state in sorted(table, key=states.index):
        for event in sorted(table[state], key=events.index):
            arrows.setdefault((state, table[state][event]), []).append(event)
    lines = ["```mermaid", "stateDiagram-v2", f"    [*] --> {start}"]
    lines += [f"    {state} --> {following}: {', '.join(names)}" for (state, following), names in arrows.items()]
    final = {following for _, following in arrows} - {state for state, row in table.items() if row}
    lines += [f"    {state} --> [*]" for state in sorted(final)]
    return "\n".join([*lines, "```", ""])
