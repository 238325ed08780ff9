"""A simulator: the switchboard's real core on a virtual clock, with made-up citizens and clerks around it.

    country  the directory, and who the clerks are
    habits   when citizens come, how long they have patience, how long a matter takes
    day      one day: what everybody does when
    outcome  what came of it, and of what the citizens had been promised

`python -m signaling.simulator --help`; for planning: docs/operate.md.
"""
