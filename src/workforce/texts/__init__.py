"""Texts, numbers and dates in three languages, for pages and for messages."""
