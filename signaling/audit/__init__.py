"""The audit log: every administrative act, who did it, when, to what and with which result.

log        append and read, in the switchboard's database
endpoints  what operators may read over REST
"""
