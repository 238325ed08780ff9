import httpx
import pytest

from clerk_console.errors import SetupError
from clerk_console.office import Office
from clerk_console.settings import Settings


@pytest.mark.parametrize("path", ["/", "/supervisor", "/cases", "/cases/abc", "/booths", "/sign-in"])
async def test_every_page_of_the_web_app_is_the_same_page(stranger: httpx.AsyncClient, path: str) -> None:
    response = await stranger.get(path)
    assert (response.status_code, response.headers["cache-control"]) == (200, "no-cache")
    assert "<title>Fernamt</title>" in response.text
    again = await stranger.get(path, headers={"If-None-Match": response.headers["etag"]})
    assert again.status_code == 304


async def test_files_with_a_hash_in_their_name_are_kept_for_good(stranger: httpx.AsyncClient) -> None:
    response = await stranger.get("/assets/main-1a2b3c.js")
    assert response.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert response.headers["content-type"].startswith("text/javascript")


@pytest.mark.parametrize(
    "path",
    ["/nothing", "/assets/gone.js", "/%2e%2e/data/case.key", "/..%2fdata%2fcase.key", "/assets/../../data/case.key"],
)
async def test_nothing_else_is_served(stranger: httpx.AsyncClient, path: str) -> None:
    response = await stranger.get(path)
    assert (response.status_code, response.json()["error"]) == (404, "not_found")


async def test_the_web_app_is_only_read(stranger: httpx.AsyncClient) -> None:
    response = await stranger.post("/")
    assert (response.status_code, response.json()["error"]) == (405, "method_not_allowed")


async def test_without_a_web_app_the_page_says_how_to_build_it(office: Office, stranger: httpx.AsyncClient) -> None:
    (office.settings.static / "index.html").unlink()
    response = await stranger.get("/")
    assert (response.status_code, response.headers["cache-control"]) == (503, "no-store")
    assert "npm run build" in response.text


@pytest.mark.parametrize("path", ["/", "/api/session", "/nothing", "/healthz"])
async def test_every_answer_tells_the_browser_what_is_allowed(stranger: httpx.AsyncClient, path: str) -> None:
    headers = (await stranger.get(path)).headers
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["connect-src"] == "'self' ws://switchboard.test:8470 http://switchboard.test:8470"
    assert policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["permissions-policy"].startswith("camera=(self), microphone=(self)")
    assert (headers["x-content-type-options"], headers["referrer-policy"]) == ("nosniff", "no-referrer")
    assert "strict-transport-security" not in headers


async def test_health_says_that_it_serves(stranger: httpx.AsyncClient) -> None:
    assert (await stranger.get("/healthz")).json()["status"] == "ok"


@pytest.mark.parametrize(
    "changes",
    [
        {"issuer": "console.test"},
        {"issuer": "ftp://console.test"},
        {"switchboard": "http://x/ws"},
        {"issuer": "http://x:y"},
    ],
)
def test_addresses_have_to_be_addresses(settings: Settings, changes: dict[str, str]) -> None:
    with pytest.raises(SetupError, match="is not an address"):
        Settings(**{**settings.__dict__, **changes})


def test_standard_ports_do_not_appear_in_origins(settings: Settings) -> None:
    changes = {"issuer": "https://console.test:443/", "switchboard": "wss://[2001:db8::1]:8470/ws"}
    changed = Settings(**{**settings.__dict__, **changes})
    assert changed.own_origin == "https://console.test"
    assert changed.switchboard_origin == "wss://[2001:db8::1]:8470"
