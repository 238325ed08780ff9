"""An emulated German ID card with its eID function, for the demo and tests; the real AusweisApp takes it.

`python -m booth.eid.testing` puts it into vpcd's virtual reader. It believes terminals whose certificates chain to
the root it is given (`--root`), which the eID-Server's double makes (`clerk_console.eid.testing`). Nothing of it is
a real card's, and no real terminal can be fooled with it.
"""
