"""Tell what is wrong with tables in bokmål, nynorsk or English, with the code of each rule."""

from collections.abc import Sequence

from workforce.contract.dictionary import tables
from workforce.contract.names import LANGUAGES
from workforce.contract.persons import mask_identity
from workforce.contract.problems import Problem, code_of, describe_problems, rule_codes
from workforce.errors import ParameterError
from workforce.texts.catalogue import Texts, load_texts, say
from workforce.texts.messages import code_of_key, error_keys, example_of, tell_note

ENGLISH = "en"
_INTRODUCTION = (
    "`workforce check` tells each problem with the code of its rule; `--language nb` and `nn` tell "
    "it in Norwegian. Here is what each code means and what to do."
)


_ON_ERRORS = (
    "`check`, `template`, `import-staff`, `import-statbank`, `fetch`, `init` and `run` tell what "
    "stopped them with its code, in the language that `--language` names, else the system's, else "
    "English. What stands in braces is named in the message."
)


def tell_problems(problems: Sequence[Problem], language: str) -> str:
    """Tell every problem in one message, a block each.

    In Norwegian a block has what is wrong and what to do in general, and then the message of the
    check, which names values; one that the catalogues do not know is in English.
    """
    if language == ENGLISH:
        return describe_problems(problems)
    texts = load_texts(language)
    heading = say(texts, "problem.count", count=len(problems))
    return "\n\n".join([heading, *(_block(problem, texts) for problem in problems)])


def language_of(asked: str | None, system: str | None) -> str:
    """Choose the language of messages: the one asked for, else the system's, else English.

    ``system`` is as the system names its own: ``nb_NO.UTF-8``, ``Norwegian Bokmål_Norway.1252``.
    """
    if asked is not None:
        if asked not in LANGUAGES:
            raise ParameterError(
                f"There are no messages in {asked!r}. Use one of {', '.join(LANGUAGES)}."
            )
        return asked
    own = (system or "").partition("_")[0].lower()
    if "nynorsk" in own:
        return "nn"
    return {"nb": "nb", "no": "nb", "nn": "nn"}.get(own, "nb" if "norwegian" in own else ENGLISH)


def describe_rules() -> str:
    """Write the page of all rules, with their codes, in three languages."""
    every = {language: load_texts(language) for language in LANGUAGES}
    lines = ["# What is wrong with a table", "", _INTRODUCTION, ""]
    for code, (_, example) in rule_codes().items():
        key = _key(code)
        lines += [f"## {code}", "", f"For example: {example}.", ""]
        for language, texts in every.items():
            rule, what = say(texts, f"{key}.rule"), say(texts, f"{key}.do")
            lines.append(f"- {language}: **{rule}**. {what}")
        lines.append("")
    lines += ["# What a command says when it ends without result", "", _ON_ERRORS, ""]
    for key in error_keys():
        lines += [f"## {code_of_key(key)}", "", f"For example: {example_of(key)}", ""]
        lines += [f"- {language}: {texts.entries[key]}" for language, texts in every.items()]
        lines.append("")
    return "\n".join(lines)


def _key(code: str) -> str:
    return f"problem.{code.lower().replace('-', '')}"


def _block(problem: Problem, texts: Texts) -> str:
    code = code_of(problem.rule)
    column = say(texts, "problem.column", column=problem.column)
    file = problem.file.replace(", sheet ", f", {say(texts, 'problem.sheet')} ")
    where = file + (f", {column}" if problem.column else "")
    rule = say(texts, f"{_key(code)}.rule") if code else problem.rule
    lines = [f"{where}: {rule} ({problem.count}){f' [{code}]' if code else ''}"]
    if problem.rows:
        rows = ", ".join(map(str, problem.rows))
        told = say(texts, "problem.rows", count=len(problem.rows), rows=rows)
        left = problem.count - len(problem.rows)
        more = f" {say(texts, 'problem.more', count=left)}" if left > 0 else ""
        cells = ""
        if problem.cells:
            listed = ", ".join(problem.cells)
            cells = f" ({say(texts, 'problem.cells', count=len(problem.cells), cells=listed)})"
        lines.append(f"  {told}{more}{cells}")
    if code:
        lines.append(f"  {say(texts, f'{_key(code)}.do')}")
    lines.append(f"  {_details(problem, texts)}")
    return mask_identity("\n".join(lines))


def _details(problem: Problem, texts: Texts) -> str:
    """Say what a problem tells of values and columns; one that is not known stays in English."""
    table = tables().get(problem.table)
    column = table.column(problem.column) if table else None
    message = problem.message
    if column is not None:
        meaning = say(texts, f"template.columns.{column.variable.name}")
        unit = f" [{column.variable.unit}]"
        message = message.replace(column.variable.description, meaning).replace(unit, "")
    told = tell_note(message, texts)
    return say(texts, f"problem.details{'_told' if told != message else ''}", text=told)
