"""The tables.

    tickets  the open tickets as they stand; a closed ticket lives on in the log only
    clerks   the state of those signed in, by pseudonym, so that a restart changes nobody's availability
    help_requests       clerks' calls for help that are not closed
    events   every transition of a ticket, guest or call for help, append-only; statistics derive from it and from
             duties alone
    duties   every transition of a clerk, append-only
    queue_days, work_days  what is kept of days that are over, as JSON (`signaling.statistics.ledger`); names no clerk
    appointments        those booked and not yet forgotten, by the digest of their code
    appointment_places  what they take, for five minutes each: a place of a region for a service, or a booth of a site;
                        the primary key is what makes double booking impossible
    booths   booths that consoles have registered, by device key; a revoked key stays, so that it is refused for ever
    booth_lines  whether each booth has a line, since when, and how it says its devices are
    audit    administrative acts, append-only, each row with the hash of the one before (`signaling.protocol.chain`)
    leadership  one row: which node leads (`lease`), how often a node has been started, what the cluster is called
    gateways  up to which message of each node what came of it is stored

Whoever changes a table adds a migration (`migrations/versions`, numbered in one line); a test holds that running
them all makes exactly these tables.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import JSON, BigInteger, Boolean, Column, Float, Integer, MetaData, String, Table, Text, false

Counter: Final = BigInteger().with_variant(Integer(), "sqlite")
"""A number that is counted up for years. SQLite counts only in a column that is called INTEGER; it is as wide."""

metadata = MetaData()
tickets = Table(
    "tickets",
    metadata,
    Column("number", String, primary_key=True),
    Column("booth", String, nullable=False),
    Column("region", String, nullable=False),
    Column("service", String, nullable=False),
    Column("language", String, nullable=False),
    Column("needs", JSON, nullable=False),
    Column("appointment", String),
    Column("joined_at", Float, nullable=False),
    Column("state", String, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("clerk", String),
    Column("clerk_issuer", String),
    Column("clerk_instance", String),
    Column("booth_instance", String),
    Column("refused", JSON, nullable=False),
    Column("head_start_s", Float, nullable=False, server_default="0"),
    Column("leg", Integer, nullable=False, server_default="0"),
    Column("legs", Integer, nullable=False, server_default="1"),
    Column("parked_until", Float),
    Column("sealed", String),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("rests_until", Float),
    Column("guest", JSON),
)
clerks = Table(
    "clerks",
    metadata,
    Column("name", String, primary_key=True),
    Column("state", String, nullable=False),
    Column("since", Float, nullable=False),
    Column("ticket", String),
    Column("pause_wanted", Boolean, nullable=False, server_default=false()),
)
help_requests = Table(
    "help_requests",
    metadata,
    Column("id", String, primary_key=True),
    Column("clerk", String, nullable=False),
    Column("regions", JSON, nullable=False),
    Column("asked_at", Float, nullable=False),
    Column("state", String, nullable=False),
    Column("region", String),
    Column("booth", String),
    Column("ticket", String),
    Column("taken_by", String),
)
events = Table(
    "events",
    metadata,
    Column("id", Counter, primary_key=True, autoincrement=True),
    Column("at", Float, nullable=False, index=True),
    Column("ticket", String, nullable=False, index=True),
    Column("event", String, nullable=False),
    Column("from_state", String),
    Column("to_state", String, nullable=False),
    Column("region", String, nullable=False),
    Column("service", String, nullable=False),
    Column("reason", String),
    Column("clerk", String),
    Column("about", String, nullable=False, server_default="ticket"),
    sqlite_autoincrement=True,
)
duties = Table(
    "duties",
    metadata,
    Column("id", Counter, primary_key=True, autoincrement=True),
    Column("at", Float, nullable=False, index=True),
    Column("clerk", String, nullable=False),
    Column("event", String, nullable=False),
    Column("from_state", String, nullable=False),
    Column("to_state", String, nullable=False),
    Column("regions", JSON, nullable=False),
    Column("region", String),
    Column("service", String),
    sqlite_autoincrement=True,
)
queue_days = Table(
    "queue_days",
    metadata,
    Column("day", String, primary_key=True),
    Column("region", String, primary_key=True),
    Column("rows", Text, nullable=False),
)
work_days = Table(
    "work_days",
    metadata,
    Column("day", String, primary_key=True),
    Column("blocks", Text, nullable=False),
)
appointments = Table(
    "appointments",
    metadata,
    Column("id", String, primary_key=True),
    Column("digest", String, nullable=False, unique=True),
    Column("region", String, nullable=False),
    Column("service", String, nullable=False),
    Column("site", String),
    Column("starts_at", Float, nullable=False, index=True),
    Column("ends_at", Float, nullable=False, index=True),
    Column("state", String, nullable=False),
)
appointment_days = Table(
    "appointment_days",
    metadata,
    Column("day", String, primary_key=True),
    Column("region", String, primary_key=True),
    Column("service", String, primary_key=True),
    Column("event", String, primary_key=True),
    Column("number", Integer, nullable=False),
)
appointment_places = Table(
    "appointment_places",
    metadata,
    Column("resource", String, primary_key=True),
    Column("cell", Integer, primary_key=True, autoincrement=False),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("appointment", String, nullable=False, index=True),
)
booths = Table(
    "booths",
    metadata,
    Column("key", String, primary_key=True),
    Column("id", String, nullable=False, index=True),
    Column("region", String, nullable=False),
    Column("site", String, nullable=False),
    Column("issuer", String, nullable=False),
    Column("registered_at", Float, nullable=False),
    Column("revoked_at", Float),
)
booth_lines = Table(
    "booth_lines",
    metadata,
    Column("booth", String, primary_key=True),
    Column("online", Boolean, nullable=False),
    Column("since", Float, nullable=False),
    Column("devices", JSON, nullable=False),
    Column("network", String),
)
audit = Table(
    "audit",
    metadata,
    Column("number", Counter, primary_key=True, autoincrement=False),
    Column("at", Float, nullable=False),
    Column("actor", String, nullable=False),
    Column("act", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("result", String, nullable=False),
    Column("issuer", String, nullable=False),
    Column("before", String, nullable=False),
    Column("hash", String, nullable=False),
)
leadership = Table(
    "leadership",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("cluster", String),
    Column("runs", Counter, nullable=False),
    Column("term", Counter, nullable=False),
    Column("beat", Counter, nullable=False),
    Column("holder", String),
)
gateways = Table(
    "gateways",
    metadata,
    Column("run", Counter, primary_key=True, autoincrement=False),
    Column("served", Counter, nullable=False),
)
