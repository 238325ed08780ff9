"""`python -m clerk_console.eid.testing --folder DIR --port PORT --soap-port PORT`: an eID-Server's double.

Prints one JSON object when it listens: where, the root that cards need and the settings (`--eid`) of a console."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from pathlib import Path

from clerk_console.eid.testing.server import serve


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m clerk_console.eid.testing", description="An eID-Server's double.")
    parser.add_argument("--folder", type=Path, required=True, help="keys and certificates, kept")
    parser.add_argument("--port", type=int, default=8473)
    parser.add_argument("--soap-port", type=int, default=8474, help="where consoles ask, with their certificate")
    options = parser.parse_args(arguments)
    address, soap = f"https://localhost:{options.port}", f"https://localhost:{options.soap_port}/eid-server"

    def say_ready() -> None:
        settings = options.folder / "eid.toml"
        settings.write_text(
            f'address = "{soap}"\ntoken = "{address}/tctoken?session={{session}}"\n'
            'authorities = "tls.pem"\ncertificate = "console.pem"\nkey = "console.key"\n'
            'signing_certificate = "console.pem"\nsigning_key = "console.key"\nserver_certificate = "answers.pem"\n'
        )
        files = {"root": str(options.folder / "root.cvc"), "settings": str(settings)}
        sys.stdout.write(json.dumps({"event": "ready", "address": address, **files}) + "\n")
        sys.stdout.flush()

    asyncio.run(serve(options.folder, options.port, options.soap_port, say_ready))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
