"""Files for their owner and group only: nobody else on the machine may read what is written."""

import contextlib
import os
from collections.abc import Iterator

FILE_MODE = 0o640
FOLDER_MODE = 0o750
CLOSED_TO_OTHERS = 0o027


@contextlib.contextmanager
def closed_to_others() -> Iterator[None]:
    """Write files as 0640 and folders as 0750 at most, in this process and those it starts.

    A stricter umask of the user stays as it is. What is there already keeps its permissions.
    """
    before = os.umask(0o077)
    os.umask(before | CLOSED_TO_OTHERS)
    try:
        yield
    finally:
        os.umask(before)
