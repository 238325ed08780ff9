"""The form of an audit log: nothing can be changed, taken out or put in unnoticed."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.protocol.chain import START, Act, ChainBroken, Entry, check, seal

ACTS = st.builds(Act, actor=st.text(max_size=20), act=st.text(max_size=20), subject=st.text(max_size=20))


def chain(acts: list[Act]) -> list[Entry]:
    entries: list[Entry] = []
    for number, act in enumerate(acts, start=1):
        before = entries[-1].hash if entries else START
        entries.append(seal(act, number=number, at=1000.0 + number / 7, before=before))
    return entries


@given(st.lists(ACTS, max_size=8))
def test_an_untouched_log_is_good_and_knows_its_earlier_heads(acts: list[Act]) -> None:
    entries = chain(acts)
    last = check(entries)
    assert last == (entries[-1].hash if entries else START)
    for entry in entries:
        assert check(entries, head=entry.hash) == last


@given(st.lists(ACTS, min_size=1, max_size=8), st.data())
def test_every_change_is_noticed_where_it_was_made(acts: list[Act], data: st.DataObject) -> None:
    entries = chain(acts)
    spot = data.draw(st.integers(0, len(entries) - 1))
    field = data.draw(st.sampled_from(["actor", "act", "subject", "result", "at", "number"]))
    value = getattr(entries[spot], field)
    other = value + 1 if isinstance(value, (int, float)) else value + "x"
    entries[spot] = msgspec.structs.replace(entries[spot], **{field: other})
    with pytest.raises(ChainBroken) as broken:
        check(entries)
    assert broken.value.number == spot + 1


@given(st.lists(ACTS, min_size=2, max_size=8), st.data())
def test_a_row_taken_out_or_written_anew_is_noticed(acts: list[Act], data: st.DataObject) -> None:
    entries = chain(acts)
    spot = data.draw(st.integers(0, len(entries) - 2))
    with pytest.raises(ChainBroken):
        check(entries[:spot] + entries[spot + 1 :])
    forged = seal(Act(actor="x", act="x", subject="x"), number=spot + 1, at=1.0, before=entries[spot].before)
    with pytest.raises(ChainBroken) as broken:
        check([*entries[:spot], forged, *entries[spot + 1 :]])
    assert broken.value.number == spot + 2


def test_what_was_cut_off_is_noticed_by_a_head_noted_earlier() -> None:
    entries = chain([Act(actor="a", act="b", subject=str(n)) for n in range(5)])
    head = check(entries)
    assert check(entries[:3]) == entries[2].hash
    with pytest.raises(ChainBroken):
        check(entries[:3], head=head)
