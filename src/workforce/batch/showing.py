"""Show a site that was built: its index, its ledger, and the page over all quarters."""

from collections.abc import Sequence
from pathlib import Path

from workforce.batch.index import write_index
from workforce.batch.ledger import Entry, write_ledger
from workforce.batch.lock import held
from workforce.batch.run_folders import Folders
from workforce.batch.site_notes import SiteNotes, write_notes
from workforce.batch.staging import publish
from workforce.errors import WorkforceError
from workforce.reports.quarters import write_quarters


def show_site(
    entries: Sequence[Entry], *, folders: Folders, notes: SiteNotes, label: str
) -> tuple[Path | None, str, list[str]]:
    """Write index and ledger and show the site; on a full disk the pages stay, and that is told.

    The ledger comes before the site, which a run that is cut off between the two finds built. Gives
    the index, None where it could not be written, what could not be written, and files of the old
    site that no run had made, which are gone.
    """
    try:
        index = write_index(entries, notes, folders.built, quarter=label)
        write_notes(notes, entries, folders.runs)
        write_ledger(folders.ledger, entries)
        pages = [Path(entry.page) for entry in entries if entry.page]
        indexes = [path.relative_to(folders.built) for path in folders.built.glob("*.html")]
        swept = publish(folders.site, [*pages, *indexes])
        folders.next_ledger.unlink(missing_ok=True)
    except (WorkforceError, OSError) as error:
        return None, f"The site could not be written: {error}", []
    problem = ""
    try:
        # Runs of two quarters list the sites one after the other, so that the last sees both.
        with held(folders.runs.parent, wait=True):
            write_quarters(folders.site.parent, notes.audience)
    except (WorkforceError, OSError) as error:
        problem = f"The page over all quarters could not be written: {error}"
    return folders.site / index.name, problem, swept
