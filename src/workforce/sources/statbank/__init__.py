"""Public figures of Statistics Norway: calls, answers, code lists and what is made of them."""
