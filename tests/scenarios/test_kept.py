"""Scenarios of the same inputs share their draws, which are made once."""

import pytest

from workforce.inputs import load_inputs
from workforce.scenarios import draws, kept
from workforce.scenarios.draws import DRAWN_FROM, draw_inputs
from workforce.scenarios.scenario import apply_scenario
from workforce.scenarios.simulation import simulate
from workforce.sources.tables.files import packaged_folder

ASKED = {"draws": 20, "variables": ["headcount"]}


@pytest.fixture(scope="module")
def inputs():
    return load_inputs(packaged_folder("sample"), region="9012", horizon=2)


@pytest.fixture
def made(monkeypatch):
    """Count how often draws are made, from the first on."""
    monkeypatch.setattr(kept, "_kept", {})
    count = []
    make = draws._drawn
    monkeypatch.setattr(draws, "_drawn", lambda *given: (count.append(1), make(*given))[1])
    return count


def test_scenarios_one_after_another_are_drawn_once_and_have_the_draws_of_both_together(
    inputs, made
):
    both = simulate(inputs, ["baseline", "later_retirement"], seed=1, **ASKED)
    for name in ("baseline", "later_retirement"):
        alone = simulate(inputs, [name], seed=1, **ASKED)
        assert alone["headcount"].equals(both["headcount"].sel(scenario=[name]))
    assert len(made) == 1


def test_other_inputs_draws_or_seeds_are_drawn_anew(inputs, made):
    draw_inputs(inputs, draws=20, seed=1)
    draw_inputs(inputs, draws=20, seed=2)
    draw_inputs(inputs, draws=21, seed=1)
    more = inputs.assign(staff=inputs["staff"] * 2)
    draw_inputs(more, draws=20, seed=1)
    assert len(made) == 4
    longer = inputs.assign_attrs(horizon=3)
    draw_inputs(longer, draws=20, seed=1)
    assert len(made) == 5


def test_what_no_draw_rests_on_changes_none(inputs, made):
    first = draw_inputs(inputs, draws=20, seed=1)
    assert set(DRAWN_FROM) - {"fte_in_post"} <= set(inputs)
    changed = apply_scenario(inputs, [{"lever": "absence", "points": -1}])
    assert draw_inputs(changed, draws=20, seed=1).identical(first)
    assert len(made) == 1


def test_draws_that_somebody_changes_are_not_those_that_are_kept(inputs, made):
    first = draw_inputs(inputs, draws=20, seed=1)
    first["absence_draw"] = first["absence_draw"] * 2
    again = draw_inputs(inputs, draws=20, seed=1)
    assert not again["absence_draw"].equals(first["absence_draw"])
    assert len(made) == 1


def test_no_more_draws_are_kept_than_there_is_room_for(inputs, made, monkeypatch):
    room = 3
    monkeypatch.setattr(kept, "MOST", room * draw_inputs(inputs, draws=20, seed=1).nbytes)
    for seed in (*range(2, room + 2), 1):
        draw_inputs(inputs, draws=20, seed=seed)
    assert len(made) == room + 2
    assert len(kept._kept) == room
    # What is larger than the room drives nothing out.
    monkeypatch.setattr(kept, "MOST", draw_inputs(inputs, draws=20, seed=1).nbytes)
    draw_inputs(inputs, draws=40, seed=1)
    draw_inputs(inputs, draws=20, seed=1)
    assert (len(made), len(kept._kept)) == (room + 3, 1)
    monkeypatch.setattr(kept, "MOST", 0)
    draw_inputs(inputs, draws=20, seed=99)
    draw_inputs(inputs, draws=20, seed=99)
    assert len(made) == room + 5
