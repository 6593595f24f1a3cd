"""Tables of the StatBank that somebody saved by hand, and what each cell of them means."""
