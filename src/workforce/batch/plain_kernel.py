"""A kernel of a run that imports by itself; it reaches no other machine."""

import sys

from workforce.batch.no_network import forbid_network


def without_debugger() -> None:
    """Let ipykernel find no debugger: nobody debugs a run, and it is half the start of a kernel."""
    sys.modules["debugpy"] = None  # type: ignore[assignment]


if __name__ == "__main__":
    forbid_network()
    without_debugger()
    from ipykernel.kernelapp import launch_new_instance

    launch_new_instance()
