"""The office's own booths: enrolled with a one-time code, registered at the switchboard, revoked.

life       the lifecycle of a booth, a transition table
codes      one-time codes and nonces
booths     the tables
enrolment  the steps, each noted in the audit log
registrar  tells the switchboard, again and again until it has answered
command    `python -m clerk_console booth …`
"""
