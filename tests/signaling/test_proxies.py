"""The operator is told of a proxy that the directory does not name."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
import structlog
from starlette.applications import Starlette
from starlette.middleware import Middleware
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from signaling.proxies import ProxyWatch

PROXY = "10.0.0.5"


async def told(trusted: list[str], *requests: dict[str, str]) -> list[Any]:
    """What is logged about requests with these headers that come from the proxy's address."""
    app = ProxyHeadersMiddleware(Starlette(middleware=[Middleware(ProxyWatch)]), trusted)  # type: ignore[arg-type]
    transport = httpx.ASGITransport(app, client=(PROXY, 40_000))  # type: ignore[arg-type]
    with structlog.testing.capture_logs() as logged:
        async with httpx.AsyncClient(transport=transport, base_url="http://line.test") as client:
            for headers in requests:
                assert (await client.get("/", headers=headers)).status_code == 404
    return logged


@pytest.mark.parametrize("trusted", [[], ["192.0.2.0/24"]])
async def test_a_proxy_that_is_not_named_is_told_of_once(trusted: list[str]) -> None:
    forwarded = {"X-Forwarded-For": "198.51.100.7"}
    logged = await told(trusted, {}, forwarded, forwarded)
    assert [entry["event"] for entry in logged] == ["proxy_untrusted"]
    assert PROXY not in str(logged) and "198.51.100.7" not in str(logged)


@pytest.mark.parametrize("trusted", [[PROXY], ["10.0.0.0/8"]])
async def test_of_a_proxy_that_is_named_there_is_nothing_to_tell(trusted: list[str]) -> None:
    assert await told(trusted, {"X-Forwarded-For": "198.51.100.7"}, {"X-Forwarded-For": "2001:db8::7"}) == []


async def test_who_comes_without_a_proxy_is_nothing_to_tell_of() -> None:
    assert await told([], {}) == []
