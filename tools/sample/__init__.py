"""The sample: a fictional Norwegian county with every table, made from a seed."""

from pathlib import Path

SEED = 20261


def write_sample(folder: str | Path, *, seed: int = SEED) -> None:
    """Write every table of the fictional county to a folder.

    Parameters
    ----------
    folder
        Folder for the tables; made if it is not there. Files of the same name are replaced.
    seed
        Seed of the random numbers; the same seed gives the same files.
    """
    from tools.sample.tables import write_tables

    write_tables(Path(folder), seed=seed)


def write_national(folder: str | Path) -> None:
    """Write the national rates to borrow, each with its source, to a folder.

    Parameters
    ----------
    folder
        Folder for the tables; made if it is not there. Files of the same name are replaced.
    """
    from tools.sample.national import write_rates

    write_rates(Path(folder))
