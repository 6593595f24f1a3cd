"""What a Dataset tells beside its arrays."""

import xarray as xr

from workforce.contract.about import About, about


def test_inputs_made_by_hand_tell_nothing():
    assert about(xr.Dataset()) == About()
