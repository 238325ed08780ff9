"""The public booking pages: find a booth, choose a time, get a code; move and cancel with it.

Plain HTML that works without JavaScript and without cookies. A code is never part of an address. Served at `/book`.
"""
