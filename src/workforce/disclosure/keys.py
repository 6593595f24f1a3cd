"""The secret key that the coins of protection are tossed with: made once, kept, never told."""

import datetime as dt
import hashlib
import hmac
import json
import os
import secrets
from dataclasses import asdict, dataclass
from importlib.resources import files
from pathlib import Path

from workforce.contract.folder import Draw
from workforce.disclosure.tree import LEAST_BASE
from workforce.errors import MissingDataError, ParameterError, SourceError

KEY_BYTES = 32
TREE = 3
"""Which tree and which coins; another one shows other figures of the same people."""


@dataclass(frozen=True, slots=True)
class KeyUse:
    """What a key was used for: one line of the record beside it, which holds no secret.

    ``fingerprint`` tells whether a key is the same one, and gives nothing of it away.
    """

    fingerprint: str
    base: int
    tree: int
    since: str
    reason: str


def sample_key() -> bytes:
    """Give the key of the sample county, which anybody may know: nobody lives there.

    It makes the pages of the sample the same everywhere, and must never protect real people.
    """
    return bytes.fromhex(files("workforce.disclosure").joinpath("sample_key.txt").read_text())


def read_key(place: str | Path, *, base: int = LEAST_BASE, reason: str = "") -> bytes:
    """Read the master key, or make it where there was none before.

    The same people shown twice, by two keys, two bases or two trees, are told of more than once:
    each has a draw of its own, and two draws narrow what one leaves open. A record beside the key
    (``<place>.json``) remembers what was used, and what differs is refused without a reason.

    ``base`` is what counts are rounded to [persons]; ``reason`` is written into the record, and one
    that stands there already counts no more: a params file keeps it long after it was needed.
    """
    place = Path(place)
    if place.exists():  # A link is the key that it leads to, with one record.
        place = place.resolve()
    record = _read_record(place)
    told_before = reason in {use.reason for use in record}
    if not place.is_file():
        if record and (told_before or not reason):
            raise MissingDataError(
                f"The key of protection {place.name} is lost: its record says that it was used "
                f"since {record[0].since}. Take it back from the back-up. A new one tells the same "
                "people a second time; if that must be, give a reason that was not given before "
                "(key_reason)."
            )
        _write_new(place)
    key = _read_bytes(place)
    use = KeyUse(
        fingerprint(key), base, TREE, dt.datetime.now(tz=dt.UTC).date().isoformat(), reason
    )
    if record and (told_before or not reason):
        _refuse_another(place, record[-1], use)
    if not record or _differs(record[-1], use):
        _write_record(place, (*record, use))
    return key


def fingerprint(key: bytes) -> str:
    """Tell keys apart: alike for one key only, and giving nothing of it away."""
    return hmac.digest(key, b"fingerprint", hashlib.sha256).hex()[:16]


def draw_of(key: bytes, base: int = LEAST_BASE) -> Draw:
    """Tell which draw a key and a base make of any folder, without telling the key."""
    return Draw(fingerprint(key), base, TREE)


def _differs(before: KeyUse, now: KeyUse) -> list[str]:
    return [
        name
        for name in ("fingerprint", "base", "tree")
        if asdict(before)[name] != asdict(now)[name]
    ]


def _refuse_another(place: Path, before: KeyUse, now: KeyUse) -> None:
    names = {"fingerprint": "key", "base": "base", "tree": "tree"}
    other = [names[name] for name in _differs(before, now)]
    if other:
        raise ParameterError(
            f"{place.name}: another {' and another '.join(other)} of protection than since "
            f"{before.since}. The same people would be told of a second time. Go back to what was "
            "used, or give a reason not given before (key_reason)."
        )


def _write_new(place: Path) -> None:
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        if isinstance(error, FileExistsError) and place.is_file():
            return  # Another run made it in the meantime.
        raise SourceError(
            f"The key of protection {place.name} could not be made: {error.strerror}. Name a "
            "place that can be written to (key)."
        ) from error
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_bytes(KEY_BYTES))


def _read_bytes(place: Path) -> bytes:
    try:
        key, mode = place.read_bytes(), place.stat().st_mode
    except OSError as error:
        raise SourceError(
            f"The key of protection {place.name} cannot be read: {error.strerror}. Run as its "
            "owner, who alone may read it."
        ) from error
    # Windows tells nothing by these bits; the permissions of the folder hold there.
    if mode & 0o077 and os.name != "nt":
        raise SourceError(
            f"{place.name}: others than its owner can read the key of protection. Take that away "
            f"(chmod 600), and make sure that nobody has read it."
        )
    if len(key) != KEY_BYTES:
        raise SourceError(
            f"{place.name} is no key of protection: it has {len(key)} bytes and not {KEY_BYTES}. "
            "Take it back from the back-up."
        )
    return key


def _record_of(place: Path) -> Path:
    return place.with_name(place.name + ".json")


def _read_record(place: Path) -> tuple[KeyUse, ...]:
    path = _record_of(place)
    if not path.is_file():
        return ()
    try:
        return tuple(KeyUse(**line) for line in json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise SourceError(
            f"{path.name} is no record of a key of protection. Take it back from the back-up."
        ) from error


def _write_record(place: Path, record: tuple[KeyUse, ...]) -> None:
    path = _record_of(place)
    new = path.with_name(path.name + ".new")
    lines = json.dumps([asdict(use) for use in record], indent=1, ensure_ascii=False)
    try:
        new.write_text(lines + "\n", encoding="utf-8")
        new.replace(path)
    except OSError as error:
        raise SourceError(
            f"The record {path.name} of the key of protection could not be written: "
            f"{error.strerror}. Let the run write beside the key."
        ) from error
