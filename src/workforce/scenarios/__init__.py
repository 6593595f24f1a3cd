"""Levers, named scenarios, draws, and the tidy table of results."""
