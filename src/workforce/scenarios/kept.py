"""Keep the figures of a run for its other pages: the same inputs give the same figures."""

import hashlib
import os
import pickle
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

import xarray as xr

from workforce.contract.places import write_whole
from workforce.errors import ReportError


def kept(
    made_from: Sequence[xr.Dataset], asked: object, make: Callable[[], xr.Dataset]
) -> xr.Dataset:
    """Give figures as another page of the run made them, or make them and keep them for the others.

    They lie in the folder that the environment variable ``WORKFORCE_OPENED`` names, which only the
    owner of the run can reach and which goes when the run ends; without it nothing is kept.

    Parameters
    ----------
    made_from : sequence of Dataset
        All that the figures rest on; its values, labels and notes are the name they are kept by.
    asked : object
        What else tells one from another, as ``repr`` writes it.
    make : callable
        Makes the figures.
    """
    where = os.environ.get("WORKFORCE_OPENED")
    if not where or not Path(where).is_dir():
        return make()
    path = Path(where) / f"{_name(made_from, asked)}.pickle"
    # Whatever became of the copy, the figures can be made.
    with suppress(OSError, EOFError, pickle.UnpicklingError):
        # Nobody but the owner of the run can write here.
        found: xr.Dataset = pickle.loads(path.read_bytes())  # noqa: S301
        return found
    made = make()
    with suppress(ReportError):
        write_whole(path, partial(Path.write_bytes, data=pickle.dumps(made)))
    return made


def _name(made_from: Sequence[xr.Dataset], asked: object) -> str:
    digest = hashlib.sha256(repr(asked).encode())
    for dataset in made_from:
        digest.update(repr(sorted(dataset.attrs.items())).encode())
        for name in sorted(map(str, dataset.variables)):
            array = dataset[name]
            digest.update(repr((name, array.dims, array.shape, array.dtype, array.attrs)).encode())
            values = array.values
            digest.update(
                values.tobytes() if values.dtype.kind in "biuf" else repr(values.tolist()).encode()
            )
    return digest.hexdigest()
