"""What the switchboard keeps, in SQLite (one machine) or PostgreSQL (one or several): the same code, the same tests.

    schema      the tables
    rows        rows as the core gives and takes them
    database    addresses of databases, connections, errors that tell no secret
    store       load and save
    migrations  how a database of an earlier version becomes one of this version; run at each start

No column holds anything about a citizen or what the matter is about beyond the id of the service.
"""
