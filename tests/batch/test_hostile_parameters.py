"""Names and values of parameters carry no code into a notebook, and no notebook comes from afar."""

import ast
import shutil
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from papermill.translators import PythonTranslator

from workforce.batch.notebooks import compare_parameters
from workforce.batch.runner import run
from workforce.errors import ParameterError

SMALL = Path(__file__).parent / "small"
HOSTILE = [
    '"; import os; os.system("id"); "',
    "\\",
    '\\"); raise SystemExit #',
    "{__import__('os').getcwd()}",
    "\n%run elsewhere.ipynb\n!id\n",
    "\u2028import os",
    "\x00\r\n",
    "'''\"\"\"",
]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text() | st.sampled_from(HOSTILE),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.text() | st.sampled_from(HOSTILE), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(VALUES)
def test_what_is_written_into_a_notebook_is_the_value_and_no_more(value: Any) -> None:
    code = PythonTranslator.codify({"choices": value})
    (statement,) = ast.parse(code).body
    assert isinstance(statement, ast.Assign)
    assert ast.unparse(statement.targets[0]) == "choices"
    assert ast.literal_eval(statement.value) == value
    # Lines of a shell or of a magic would be taken before Python reads them.
    assert len(code.strip().splitlines()) == 2


@pytest.mark.parametrize(
    "name", [*HOSTILE, "x = 1; import os", "region.__class__", "a b", "print(1)"]
)
def test_a_name_that_is_no_parameter_of_the_notebook_reaches_none(name: str) -> None:
    told = compare_parameters(SMALL / "notebooks" / "ageing.ipynb", [name])
    assert told
    assert told[0].startswith("the notebook ageing.ipynb has no parameter ")


def test_a_link_to_a_notebook_elsewhere_is_refused(tmp_path: Path) -> None:
    small = shutil.copytree(SMALL, tmp_path / "small")
    notebook = small / "notebooks" / "ageing.ipynb"
    elsewhere = notebook.rename(tmp_path / "elsewhere.ipynb")
    notebook.symlink_to(elsewhere)
    with pytest.raises(ParameterError, match="is a link out of the folder of notebooks"):
        run(small / "params.yaml", out=tmp_path / "out")
    # Within the folder a link is as good as what it leads to.
    notebook.unlink()
    nbformat.read(elsewhere.rename(small / "notebooks" / "other.ipynb"), 4)  # type: ignore[no-untyped-call]
    notebook.symlink_to("other.ipynb")
    with pytest.raises(ParameterError, match=r"there is no '0009'"):
        run(_of_nobody(small / "params.yaml"), out=tmp_path / "out")


def _of_nobody(params: Path) -> Path:
    text = params.read_text(encoding="utf-8").replace("0007", "0009")
    params.write_text(text, encoding="utf-8")
    return params
