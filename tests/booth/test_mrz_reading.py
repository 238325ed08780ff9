"""Documents that lie before a camera, in many ways, and what is read of them."""

from __future__ import annotations

from functools import cache
from threading import Barrier, Thread

import numpy as np
import pytest

from booth.mrz import recogniser
from booth.mrz.reader import ZoneReader, decoded, sight
from booth.mrz.testing.camera import Shot, photograph
from booth.mrz.testing.specimen import draw
from booth.mrz.testing.zones import lines_of, random_lines
from booth.mrz.zone import Format, ZoneKey

ERIKA = ZoneKey("C01X0006H", "640812", "331031")
LYING = {
    "straight": Shot(),
    "turned": Shot(turn=-8),
    "upside down": Shot(turn=180),
    "on its side": Shot(turn=90, fill=0.45),
    "tilted": Shot(tilt=0.08, turn=3),
    "far": Shot(size=(1920, 1080), fill=0.4),
    "near": Shot(fill=0.93),
    "blurred": Shot(blur=1.4),
    "noisy": Shot(noise=10),
    "in the shade": Shot(light=0.4),
    "arched": Shot(bend=0.02),
    "under a foil, compressed": Shot(laminate=20, spot=0.6, jpeg=30),
}


@pytest.mark.parametrize("kind", Format)
@pytest.mark.parametrize("lying", LYING)
def test_a_document_is_read_however_it_lies(kind: Format, lying: str) -> None:
    chance = np.random.default_rng(11)
    lines = lines_of(kind, ERIKA, "MUSTERMANN<<ERIKA")
    seen = sight(photograph(draw(lines, chance), LYING[lying], chance))
    assert seen is not None
    zone = decoded(seen)
    assert zone is not None
    assert (zone.format, zone.key) == (kind, ERIKA)


def test_two_pictures_must_agree() -> None:
    chance = np.random.default_rng(12)
    page, reader = draw(lines_of(Format.TD3, ERIKA, "MUSTERMANN<<ERIKA"), chance), ZoneReader()
    other = draw(random_lines(Format.TD3, chance), chance)
    assert reader.look(photograph(page, Shot(), chance)) is None
    assert reader.look(photograph(other, Shot(), chance)) is None
    assert reader.look(photograph(page, Shot(turn=2), chance)) is None
    zone = reader.look(photograph(page, Shot(turn=-1), chance))
    assert zone is not None
    assert zone.key == ERIKA


def test_what_a_lamp_covers_in_one_picture_another_shows() -> None:
    chance = np.random.default_rng(13)
    page, reader = draw(lines_of(Format.TD3, ERIKA, "MUSTERMANN<<ERIKA"), chance), ZoneReader()
    pictures = (photograph(page, Shot(glare=0.12, turn=turn), chance) for turn in range(12))
    zone = next((zone for picture in pictures if (zone := reader.look(picture)) is not None), None)
    assert zone is not None
    assert zone.key == ERIKA


def test_a_page_without_a_zone_is_none() -> None:
    chance = np.random.default_rng(14)
    page = draw(random_lines(Format.TD3, chance), chance)
    bare = page[: round(page.shape[0] * 0.72)]
    seen = sight(photograph(np.ascontiguousarray(bare), Shot(), chance))
    assert seen is None or decoded(seen) is None
    assert sight(np.full((720, 1280), 128, np.uint8)) is None


def test_nothing_is_kept() -> None:
    chance = np.random.default_rng(15)
    page, reader = draw(lines_of(Format.TD1, ERIKA, "MUSTERMANN<<ERIKA"), chance), ZoneReader()
    reader.look(photograph(page, Shot(), chance))
    reader.forget()
    assert reader.look(photograph(page, Shot(), chance)) is None


def test_the_recogniser_is_made_once_whoever_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """At start, in the background; a citizen who is quicker waits for it rather than make a second one."""
    made: list[object] = []
    begun = Barrier(2)

    def make() -> object:
        made.append(object())
        return made[-1]

    monkeypatch.setattr(recogniser, "_shared", cache(make))
    found: list[object] = []

    def ask() -> None:
        begun.wait(60)
        found.append(recogniser.shared())

    threads = [Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(made) == 1
    assert found == made * 2
