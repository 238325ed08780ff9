"""Several processes as one switchboard (docs/decisions/0014-one-leader-many-gateways.md).

Every process is a node. A node is a gateway: it has lines to peers, checks who they are and what they send. One node
is the leader as well: it runs the exchange with the core, for the lines of all gateways.

    leadership  who leads: a lease in the database, with a term
    gateway     the lines of this node, and what they wait for while nobody leads
    envelopes   what gateways and leader say to each other over the bus
    node        the two together
    identity    what tells this node from the others
"""
