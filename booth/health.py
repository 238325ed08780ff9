"""What a booth tells those who look after it: how its devices are and whether it can make calls. Pure."""

from __future__ import annotations

from typing import Final, Literal

from media.connectivity.verdict import Readiness
from media.consultation import DeviceState, DeviceStates
from signaling.protocol.messages import BoothDevices, BoothStatus, Condition

NETWORK: Final[dict[Readiness, Literal["ready", "limited", "no_call"]]] = {
    Readiness.READY: "ready",
    Readiness.LIMITED: "limited",
    Readiness.NO_CALL: "no_call",
}


def health(devices: DeviceStates, readiness: Readiness, *, reader_known: bool) -> BoothStatus:
    """The message about it. `reader_known`: the card reader has been looked at."""
    return BoothStatus(
        devices=BoothDevices(
            camera=_condition(devices.camera),
            microphone=_condition(devices.microphone),
            speaker=_condition(devices.speaker),
            card_reader=_condition(devices.card_reader) if reader_known else None,
        ),
        network=NETWORK.get(readiness),
    )


def _condition(state: DeviceState) -> Condition:
    """The switchboard calls each state by the same name."""
    return Condition(state.value)
