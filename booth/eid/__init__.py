"""The German ID card's eID function (PAuswG section 18) through AusweisApp, which the booth runs and talks to.

`workflow` is the conversation with AusweisApp's SDK without I/O, `messages` its words, `client` the connection and
`ausweisapp` the process. The secure channel runs from the chip to the authority's eID-Server: neither the booth nor
AusweisApp sees an attribute. `testing` is an emulated card that ships with the product.
"""
