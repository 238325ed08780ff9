"""REST of the switchboard: one table of endpoints, from which the routes and the OpenAPI document are made.

Whoever adds endpoints writes a module with handlers and a tuple `ENDPOINTS`, names it in `table.py`, adds what the
handlers work with to `House`, and runs `scripts/generate`.
"""
