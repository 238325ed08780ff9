"""What goes wrong with a device, as an error of the worker that uses it."""

from __future__ import annotations

from media.consultation import DeviceState


class DeviceError(Exception):
    """A device that does not work; `state` is stable, `device` the text it was opened with."""

    def __init__(self, state: DeviceState, device: str, text: str) -> None:
        super().__init__(text)
        self.state = state
        self.device = device


class DeviceLent(Exception):
    """The device must be let go of for a moment and opened again; nothing is wrong with it."""
