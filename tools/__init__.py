"""Generators of the sample county and the practice register."""
