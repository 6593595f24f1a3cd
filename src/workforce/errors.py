"""The few kinds of error that a user of workforce meets, each with one clear message."""

import html
import os
import re
from typing import Any

_IN_A_NOTEBOOK = "JPY_SESSION_NAME"
"""Environment variable that JupyterLab gives the kernel of a notebook that somebody has open."""
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


class WorkforceError(Exception):
    """Anything that the user can mend: the message says what is wrong, where, and what to do."""

    def _render_traceback_(self) -> list[str]:
        """Tell the message alone in an open notebook, with the traceback folded above it.

        IPython asks an exception that is shown for its lines by this name.
        """
        from IPython.core.getipython import get_ipython
        from IPython.display import HTML, display

        shell = get_ipython()
        told = f"{type(self).__name__}: {self}"
        if shell is None:
            return [told]
        made = shell.InteractiveTB.structured_traceback(type(self), self, self.__traceback__)
        lines = [str(line) for line in made]
        if _IN_A_NOTEBOOK not in os.environ:
            return lines
        if getattr(self, "_folded", False):
            return [told]  # IPython asks once for the page and once for its memory.
        self._folded = True
        where = html.escape(_COLOUR.sub("", "\n".join(lines)))
        fold = f"<details><summary>Where it was raised</summary><pre>{where}</pre></details>"
        display(HTML(fold))  # type: ignore[no-untyped-call]
        return [told]


class DataError(WorkforceError):
    """A table or an array breaks the contract; ``problems`` are those of the tables of a folder."""

    problems: tuple[Any, ...] = ()


class ParameterError(WorkforceError):
    """A parameter, a name or an option is not one that exists or is allowed."""


class MissingDataError(WorkforceError):
    """What was asked for needs a table or a figure that is not there and may not be invented."""


class SourceError(WorkforceError):
    """A file or a service could not be read."""


class ReportError(WorkforceError):
    """A notebook, a page or a site could not be made whole."""
