"""An emulated residence permit that ships with the product, for the demo, tests and trying a booth out.

`python -m booth.idcard.testing` puts it into vpcd's virtual reader, from where it reaches the booth through the real
pcscd. Its keys and certificates are made at run time; a console only believes it where their CSCA was set up.
vpcd listens on every interface: test machines only, never a booth's image.
"""
