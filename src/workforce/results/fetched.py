"""Where the figures of a folder were fetched from, and whether KOSTRA had revised them."""

from workforce.contract.facts import Source
from workforce.contract.folder import Folder
from workforce.inputs.kostra import published_on, was_revised
from workforce.sources.statbank.declared import council_declarations, declarations

KLASS = "regions"


def sources_of(folder: Folder) -> tuple[Source, ...]:
    """List the tables that figures of a folder were fetched from; none without a fetch.

    Codes that were looked up are left out: no figure comes from them.
    """
    every = {**declarations(), **council_declarations()}
    of_kostra = {declared.table: declared.kostra for declared in every.values()}
    found = []
    for source in folder.fetched.sources:
        if source["table"] == KLASS:
            found.append(Source(""))
        elif "statbank" in source:
            number, updated = str(source["statbank"]), published_on(source)
            revised = None
            if updated is not None and of_kostra.get(number, False):
                revised = was_revised(updated, source.get("newest"))
            fetched = str(source["fetched"])[:10]
            found.append(Source(number, fetched, str(updated or ""), revised))
    return tuple(dict.fromkeys(found))
