"""Period statistics: what the event log says about days, regions, services and hours (docs/statistics.md).

waits    how long citizens waited, as counts that can be added up
ledger   the fold over the log: a `Day` for each day
groups   which figures about clerks may be seen at all: the minimum group size
report   a question about a period, and its answer
"""
