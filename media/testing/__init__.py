"""Simulators that ship with the product: the demo, the tests and an operator without devices use the same ones."""
