"""The panel in JupyterLab: a slider for each measure, two charts, and a button that saves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import xarray as xr

from workforce.contract.figures import Audience, Figures
from workforce.contract.folder import Folder
from workforce.errors import WorkforceError
from workforce.explore.central import (
    EXPLORED,
    MOST_SPLIT,
    Place,
    Steps,
    as_levers,
    explored_table,
    open_place,
)
from workforce.explore.saving import save_scenario
from workforce.inputs.regions import employer_of
from workforce.reports.charts import measure_effects, scenario_comparison
from workforce.reports.charts.chart import Chart
from workforce.reports.charts.figures import Subject
from workforce.reports.charts.svg import inline_svg
from workforce.reports.page import note
from workforce.results.table import results_table
from workforce.scenarios.levers.registry import KINDS, LEVERS
from workforce.scenarios.scenario import Scenario
from workforce.scenarios.simulation import simulate
from workforce.texts.catalogue import Texts, load_texts, say

if TYPE_CHECKING:
    from ipywidgets import Widget

REACH = {
    name: one.tried
    for kind in KINDS
    for name, one in LEVERS.items()
    if one.kind == kind and one.tried
}
"""Least, most and step of the slider of each lever, within its bounds, in KS's order."""
TRIED = tuple(REACH)
GROUPS = {kind: tuple(name for name in TRIED if LEVERS[name].kind == kind) for kind in KINDS}
"""Levers that have a slider, by KS's kinds of measure; last what nobody decides."""


@dataclass(frozen=True)
class Tried:
    """What is explored: the place with its cache, what its figures are about, and how to save.

    ``simulated`` lays out the shortage with and without measures as a run draws it.
    """

    place: Place
    subject: Subject
    save: Callable[[str, Steps], Path]
    simulated: Callable[[Steps], pl.DataFrame]
    rounded_to: int | None = None


def open_panel(
    inputs: xr.Dataset,
    *,
    data: Folder,
    source: str | Path,
    region: str,
    language: str,
    quarter: str,
    seed: int,
    draws: int,
    folder: str | Path,
    key: str | Path = "",
) -> Tried:
    """Make one region ready for the panel.

    Parameters
    ----------
    inputs : Dataset
        From `load_inputs` for the region.
    data : Folder
        From `open_for`.
    source : str or Path
        Where it lies, as a saved scenario names it.
    region, language : str
        Code of the place, and language of the panel.
    quarter, seed, draws
        Written in what is saved; intervals are of these draws.
    folder : str or Path
        Where scenarios are saved.
    key : str or Path
        File of the key of protection, which a saved scenario names.
    """
    base, horizon = int(inputs.attrs["base_year"]), int(inputs.attrs["horizon"])
    texts = load_texts(language, employer=employer_of(data.tables["regions"], region))
    subject = Subject(
        region=region,
        sector="all",
        scenario=EXPLORED,
        base_year=base,
        horizon_year=base + horizon,
        texts=texts,
        names=data.names,
        own_names={EXPLORED: say(texts, "explore.scenario")},
    )
    save = partial(
        save_scenario, folder, data=source, region=region, base_year=base, horizon=horizon,
        quarter=quarter, language=language, seed=seed, draws=draws, key=key,
    )  # fmt: skip
    simulated = partial(_simulated, inputs, draws=draws, seed=seed)
    return Tried(open_place(inputs), subject, save, simulated, data.rounded_to)


def _simulated(inputs: xr.Dataset, steps: Steps, *, draws: int, seed: int) -> pl.DataFrame:
    scenarios: dict[str, Scenario] = {"baseline": [], EXPLORED: as_levers(steps)}
    found = simulate(
        inputs, scenarios, draws=draws, seed=seed, variables=["shortage_fte"], by=["sector"]
    )
    return results_table(found, inputs)


def draw_tried(tried: Tried, steps: Steps, *, intervals: bool = False) -> tuple[Chart, Chart]:
    """Draw the shortage with and without the measures, and what each of them does."""
    audience: Audience = "internal" if tried.rounded_to is None else "public"
    table = explored_table(tried.place, steps)
    if intervals:
        rest = table.filter(pl.col("variable") != "shortage_fte")
        table = pl.concat([tried.simulated(steps), rest])
    figures = Figures(table, audience, tried.rounded_to)
    names = {lever: say(tried.subject.texts, f"lever.{lever}.name") for lever in TRIED}
    path = scenario_comparison(figures, tried.subject, net=True)
    return path, measure_effects(figures, tried.subject, labels=names)


def is_attended() -> bool:
    """Tell whether somebody sits at the notebook: a batch cannot be asked anything."""
    from IPython.core.getipython import get_ipython

    kernel = getattr(get_ipython(), "kernel", None)
    return bool(getattr(kernel, "_allow_stdin", False))


def show_panel(tried: Tried) -> None:
    """Show the panel in JupyterLab; in a batch a sentence, and no widget."""
    if not is_attended():
        note(say(tried.subject.texts, "explore.only_in_lab"))
        return
    from IPython.display import display

    display(make_panel(tried))  # type: ignore[no-untyped-call]


def make_panel(tried: Tried) -> Widget:
    """Put sliders, charts and the saving of scenarios together, and redraw when one is moved."""
    import ipywidgets

    texts = tried.subject.texts
    wide = ipywidgets.Layout(width="98%")
    sliders = {name: _slider(name, texts) for name in levers_there(tried.place)}
    until = ipywidgets.IntSlider(
        value=min(tried.subject.base_year + 4, tried.subject.horizon_year),
        min=tried.subject.base_year,
        max=tried.subject.horizon_year,
        description=say(texts, "explore.until"),
        continuous_update=False,
        style={"description_width": "20em"},
        layout=wide,
    )
    places = [ipywidgets.HTML() for _ in range(2)]
    # Told to the kernel once it is whole: a click could come before the last letters.
    title = ipywidgets.Text(
        description=say(texts, "explore.name"), continuous_update=False, layout=wide
    )
    button = ipywidgets.Button(
        description=say(texts, "explore.save"), icon="save", layout={"width": "auto"}
    )
    request = ipywidgets.Button(
        description=say(texts, "explore.intervals"), layout={"width": "auto"}
    )
    answer = ipywidgets.HTML()
    request.add_class("workforce-intervals")
    button.add_class("workforce-save")
    title.add_class("workforce-name")
    answer.add_class("workforce-answer")

    def steps() -> Steps:
        return tuple(
            (name, float(slider.value), int(until.value))
            for name, slider in sliders.items()
            if slider.value
        )

    def redraw(_: Any = None, *, intervals: bool = False) -> None:
        moved = steps()
        try:
            charts = draw_tried(tried, moved, intervals=intervals)
        except WorkforceError as error:
            answer.value = _said(str(error))
            return
        answer.value = ""
        for chart, place in zip(charts, places, strict=True):
            place.value = chart_html(chart)
        if not moved or len(moved) > MOST_SPLIT:
            key = "none_moved" if not moved else "many_moved"
            places[1].value = _said(say(texts, f"explore.{key}", most=MOST_SPLIT))

    def save(_: Any) -> None:
        try:
            path = tried.save(title.value, steps())
        except WorkforceError as error:
            answer.value = _said(str(error))
            return
        answer.value = _said(say(texts, "explore.saved", path=str(path)))

    for slider in (*sliders.values(), until):
        slider.observe(redraw, names="value")
    request.on_click(partial(redraw, intervals=True))
    button.on_click(save)
    redraw()
    stamp = ipywidgets.HTML(
        _said(say(texts, "explore.internal" if tried.rounded_to is None else "explore.public"))
    )
    left = ipywidgets.VBox([*_grouped(sliders, texts), until, request, title, button, answer])
    right = ipywidgets.VBox(places)
    left.layout.width, right.layout.width = "42%", "58%"
    return ipywidgets.VBox([stamp, ipywidgets.HBox([left, right])])


def levers_there(place: Place) -> list[str]:
    """Levers that have a slider and all the inputs that they need at the place."""
    return [name for name in TRIED if all(need in place.inputs for need in LEVERS[name].needs)]


def _grouped(sliders: Mapping[str, Any], texts: Texts) -> list[Any]:
    """Lay sliders out under headings, a group for each kind of measure."""
    import ipywidgets

    laid = []
    for kind, levers in GROUPS.items():
        own = [sliders[name] for name in levers if name in sliders]
        if own:
            heading = escape(say(texts, f"explore.kind.{kind}"))
            laid += [
                ipywidgets.HTML(
                    f'<h4 class="workforce-kind" style="margin: .3em 0 0">{heading}</h4>'
                ),
                *own,
            ]
    return laid


def _slider(lever: str, texts: Texts) -> Any:
    import ipywidgets

    least, most, step = REACH[lever]
    found = LEVERS[lever]
    slider = ipywidgets.FloatSlider(
        value=0.0,
        min=max(least, found.least),
        max=min(most, found.most),
        step=step,
        description=say(texts, f"lever.{lever}.name"),
        description_tooltip=say(texts, f"lever.{lever}.unit"),
        continuous_update=False,
        style={"description_width": "20em"},
        layout=ipywidgets.Layout(width="98%"),
    )
    slider.add_class(f"workforce-{lever}")
    return slider


def chart_html(chart: Chart) -> str:
    """Write a chart with its title and alternative text; without a drawing its title alone."""
    title = f"<h3>{escape(chart.title)}</h3>"
    if chart.figure is None:
        return title
    drawn = inline_svg(chart.figure, alt=chart.alt, kind="workforce-chart")
    return f'{title}<div style="max-width: 48rem">{drawn}</div>'


def _said(sentence: str) -> str:
    return f"<p>{escape(sentence)}</p>"
