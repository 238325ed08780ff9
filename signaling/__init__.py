"""The switchboard: tickets, queue, dispatch, presence and the relay of call descriptions.

It is blind by design: it knows booths, clerks, ticket numbers, service ids, regions, languages and needs, and
never a name, ID data, a document or media.
"""

__version__ = "0.1.0"
