"""Logs: one JSON object a line on standard error. Ids and states only: no person, no network address."""

from __future__ import annotations

import logging
import sys

import structlog

_shared: list[structlog.typing.Processor] = [
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
]


def configure(level: int = logging.INFO) -> None:
    """Set up structlog, and send warnings of the libraries the same way. Their notes of each connection are left out:
    they name network addresses."""
    structlog.configure(
        processors=[*_shared, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
            foreign_pre_chain=_shared,
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
