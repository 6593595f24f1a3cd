"""A kernel of a run that imports by itself; it reaches no other machine."""

from workforce.batch.no_network import forbid_network

if __name__ == "__main__":
    forbid_network()
    from ipykernel.kernelapp import launch_new_instance

    launch_new_instance()
