"""`python -m clerk_console.eid.testing --folder DIR --port PORT`: an eID-Server's double.

Prints one JSON object when it listens: where, and the files that cards and the console need."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from clerk_console.eid.testing.server import server


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m clerk_console.eid.testing", description="An eID-Server's double.")
    parser.add_argument("--folder", type=Path, required=True, help="keys and certificates, kept")
    parser.add_argument("--port", type=int, default=8473)
    options = parser.parse_args(arguments)
    files = {"root": str(options.folder / "root.cvc"), "tls": str(options.folder / "tls.pem")}
    ready = {"event": "ready", "address": f"https://localhost:{options.port}", **files}

    def say_ready() -> None:
        sys.stdout.write(json.dumps(ready) + "\n")
        sys.stdout.flush()

    server(options.folder, options.port, say_ready).run()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
