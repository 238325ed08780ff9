"""The catalogue: which services there are, read once from the JSON files beside this module."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any, Final, Literal

from clerk_console.eid.attributes import Attribute
from clerk_console.eid.server import Wish
from clerk_console.errors import ConsoleError, ErrorId
from clerk_console.services import registration_certificate
from clerk_console.services.form import Form, Rule, Values

RULES: Final[Mapping[str, tuple[Rule, ...]]] = {
    registration_certificate.ID: registration_certificate.RULES,
}


NAMES: Final = ("family_name", "given_names")


def capitalised(name: str) -> str:
    """`VON DER HEIDE-MUELLER` to `Von Der Heide-Mueller`: the clerk mends what a machine cannot know."""
    return name.title() if name.isupper() else name


@dataclass(frozen=True)
class Service:
    """A service on offer.

    `order`: the fields as they are shown. `sources`: form field to the field of the card's holder it is filled from.
    `eid`: what the eID function is asked for; no more than the service needs.
    `options`: for a field with a fixed choice, the name of each value in every language. `telephone`: what can be done
    without the citizen at a booth: all of it, or the form alone, because identity has to be proven.
    """

    id: str
    form: Form
    order: tuple[str, ...]
    sources: Mapping[str, str]
    options: Mapping[str, Mapping[str, Mapping[str, str]]]
    eid: Mapping[Attribute, Wish]
    telephone: Literal["complete", "prepare"] = "prepare"

    def describe(self) -> dict[str, Any]:
        """What `GET /api/services` answers."""
        ui = {"order": self.order, "sources": self.sources, "options": self.options}
        about = {"eid": list(self.eid), "telephone": self.telephone}
        return {"id": self.id, "form": self.form.schema, "ui": ui, **about}

    def prefill(self, values: Mapping[str, str], holder: Mapping[str, str]) -> Values:
        """The values with empty fields filled from the card, where the card's value fits the field. A card has names
        in capital letters only; the form gets them as people write them, as far as that can be told."""
        return self._from_card(holder) | dict(values)

    def unfill(self, values: Mapping[str, str], holder: Mapping[str, str]) -> Values:
        """The values without those that still are as that card filled them."""
        filled = self._from_card(holder)
        return {name: value for name, value in values.items() if filled.get(name) != value}

    def _from_card(self, holder: Mapping[str, str]) -> Values:
        found = {}
        for field, source in self.sources.items():
            value = holder.get(source, "").strip()
            if source in NAMES:
                value = capitalised(value)
            if value and self.form.fits(field, value):
                found[field] = value
        return found


class Catalogue:
    """All services by id."""

    def __init__(self, services: Mapping[str, Service]) -> None:
        self._services = services

    def __iter__(self) -> Any:
        return iter(self._services.values())

    def ids(self) -> list[str]:
        """The ids, sorted."""
        return sorted(self._services)

    def get(self, service: str) -> Service:
        """Raises ConsoleError (service_unknown)."""
        try:
            return self._services[service]
        except KeyError:
            raise ConsoleError(ErrorId.SERVICE_UNKNOWN, "This office does not offer that service.") from None


def _read(name: str) -> Any:
    return json.loads(resources.files(__package__).joinpath(name).read_text(encoding="utf-8"))


def _service(id_: str, rules: tuple[Rule, ...]) -> Service:
    source = _read(f"{id_.replace('-', '_')}.json")
    options = {field: _read(name) for field, name in source["ui"]["options"].items()}
    for field, names in options.items():
        source["form"]["properties"][field]["enum"] = sorted(names)
    return Service(
        id=source["id"],
        form=Form(source["form"], rules),
        order=tuple(source["ui"]["order"]),
        sources=source["ui"]["sources"],
        options=options,
        eid={Attribute(name): wish for name, wish in source.get("eid", {}).items()},
        telephone=source["telephone"],
    )


def load() -> Catalogue:
    """Read the catalogue that ships with the program."""
    return Catalogue({id_: _service(id_, rules) for id_, rules in RULES.items()})
