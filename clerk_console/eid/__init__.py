"""The eID function at the authority: sessions at its eID-Server (BSI TR-03130), and what comes of them.

`server` is what the console asks of an eID-Server, `tr03130` the SOAP interface of TR-03130-1, `identification` what
is under way. The attributes come from the eID-Server to this back end; the booth and the switchboard never see them.
`testing` is an eID-Server's double for the demo and tests.
"""
