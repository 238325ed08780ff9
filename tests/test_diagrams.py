"""The diagrams in docs/lifecycles.md show every transition of their tables."""

from __future__ import annotations

from booth.visit import TRANSITIONS, VisitState
from scripts.diagrams import diagram, nested
from signaling.ticket import TICKET


def test_a_diagram_of_the_ticket() -> None:
    drawn = diagram(TICKET.start, TICKET.transitions)
    assert drawn.startswith("```mermaid\nstateDiagram-v2\n    [*] --> waiting\n")
    assert "    in_call --> abandoned: left, booth_lost\n" in drawn
    assert "    completed --> [*]\n" in drawn


def test_every_transition_of_the_visit_is_drawn() -> None:
    lines = diagram(VisitState.UNAVAILABLE, nested(TRANSITIONS)).splitlines()
    for (state, event), following in TRANSITIONS.items():
        arrow = f"    {state} --> {following}: "
        assert any(line.startswith(arrow) and event in line[len(arrow) :].split(", ") for line in lines)
