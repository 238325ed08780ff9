"""An eID-Server's double on the loopback interface, for the demo and tests; AusweisApp takes it in developer mode.

`python -m clerk_console.eid.testing` serves the token, PAOS with both steps of extended access control, and the
SOAP interface of TR-03130 the console uses. Its root, terminal and TLS certificates are made at run time: they open
the emulated cards of `booth.eid.testing`, and no real one.
"""
