"""What libraries write by themselves: kept in a file of the run, and out of what it says.

A warning or a panic of a library may hold figures, and what a run says goes to journals and mail.
"""

import os

STRAY = "WORKFORCE_LIBRARIES_LOG"
"""Environment variable: the file; where it is empty, what libraries write goes nowhere."""
FILE = "libraries.log"


def open_stray() -> int:
    """Open the file to add to, and give its number; the null device where it cannot be written."""
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
    try:
        return os.open(os.environ.get(STRAY) or os.devnull, flags, 0o640)
    except OSError:
        return os.open(os.devnull, os.O_WRONLY)
