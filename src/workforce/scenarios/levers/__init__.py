"""Levers: each takes inputs and hands back inputs, changed as a measure would change them."""

from workforce.scenarios.levers.registry import LEVERS, Lever

__all__ = ["LEVERS", "Lever"]
