"""The browser connects by the servers it was told last."""

from __future__ import annotations

import pytest

from signaling.protocol import messages
from signaling.protocol.messages import IceServer, IceServersUpdate
from tests.web.office import Office

pytestmark = pytest.mark.asyncio(loop_scope="session")

NOTE_CONFIGURATIONS = """
window.configurations = [];
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(configuration) {
    super(configuration);
    window.configurations.push(this.getConfiguration().iceServers);
  }
};
"""


async def test_a_call_is_made_with_the_credentials_of_the_latest_update(office: Office) -> None:
    await office.page.add_init_script(NOTE_CONFIGURATIONS)
    await office.sign_in()
    await office.sent_message(messages.Hello)
    relay = IceServer(urls=["turn:127.0.0.1:9", "stun:127.0.0.1:9"], username="1800000000:line-1", credential="word")
    office.send(IceServersUpdate(ice_servers=[relay]))
    await office.offer()
    await office.page.wait_for_function("() => window.configurations.length > 0")
    [[server]] = await office.page.evaluate("() => window.configurations")
    assert server["urls"] == relay.urls
    assert (server["username"], server["credential"]) == (relay.username, relay.credential)
    await office.mark("offer-decline").click()
    await office.sent_message(messages.Decline)
