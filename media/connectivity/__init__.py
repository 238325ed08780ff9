"""Whether a call can be made from here: STUN and TURN servers, each tried; the way media would take, measured.

- `servers`: what the switchboard tells, taken apart into one server and one transport each.
- `trust`: whose certificates a relay may show.
- `probe`: asks one server and says what came of it.
- `preflight`: sends as much as a call would through a relay and back.
- `verdict`: what all of that means for a call. No I/O.
- `readiness`: gathers candidates ahead of a call and keeps them fresh.
"""
