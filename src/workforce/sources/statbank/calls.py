"""Call a public service as a polite guest: within its limits, patient with faults, on record."""

import hashlib
import json
import re
import ssl
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from workforce.contract.places import fresh
from workforce.errors import MissingDataError, SourceError
from workforce.sources.statbank.jsonstat import parse_json

MOST_CALLS, WINDOW = 30, 60.0  # Of Statistics Norway, where the service does not say.
TRIES = 5
FIRST_PAUSE = 1.0  # Doubled at each further try. [seconds]
LONGEST_PAUSE = 120.0  # A service that asks for more is left alone. [seconds]
TIMEOUT = 60.0  # [seconds]
LONGEST_URL = 2000  # Above it the query is sent in the body. [characters]
SERVER_FAULT = 500
TOO_MANY = 429
NO_LINE = "the connection failed"


@dataclass
class Line:
    """How a service is called: its limits, when it was called, and where answers are kept.

    ``cache`` is the folder of raw answers. An answer that lies there is not asked for again,
    unless ``refresh`` is set and it is older than this line; with ``offline`` nothing is called.
    """

    cache: Path | None = None
    refresh: bool = False
    offline: bool = False
    most_calls: int = MOST_CALLS
    window: float = WINDOW
    timeout: float = TIMEOUT
    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    say: Callable[[str], None] = lambda _: None
    times: deque[float] = field(default_factory=deque)
    asked: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Answer:
    """A whole answer: its content as it came, what was asked, when, and its hash."""

    content: bytes
    url: str
    body: str
    fetched: str
    sha256: str

    @property
    def document(self) -> Any:
        """The content as JSON."""
        return parse_json(self.content)


class RefusedError(SourceError):
    """The service understood and said no: a table, code or page that is not there."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def fetch_json(
    line: Line, url: str, params: Mapping[str, str] | None = None, body: Any = None
) -> Answer:
    """Fetch a JSON document, from the cache where it lies there."""
    full = f"{url}?{urlencode(params)}" if params else url
    sent = "" if body is None else json.dumps(body, ensure_ascii=False, sort_keys=True)
    key = hashlib.sha256(f"{full}\n{sent}".encode()).hexdigest()[:32]
    fresh = line.refresh and key not in line.asked and not line.offline
    kept = None if fresh else _read_kept(line.cache, key)
    if kept is not None:
        return kept
    if line.offline:
        raise MissingDataError(
            f"{full} is not in the cache {line.cache}, and nothing may be fetched. Fetch it once "
            "where there is a network."
        )
    content = _ask(line, full, sent)
    answer = Answer(
        content=content,
        url=full,
        body=sent,
        fetched=datetime.now(UTC).isoformat(timespec="seconds"),
        sha256=hashlib.sha256(content).hexdigest(),
    )
    _keep(line.cache, key, answer)
    line.asked.add(key)
    return answer


@cache
def _trusted() -> ssl.SSLContext:
    """Read the authorities that are trusted, which takes longer than a call, once."""
    import httpx

    return httpx.create_ssl_context()


def _ask(line: Line, url: str, sent: str) -> bytes:
    """Try until a whole answer comes, with longer and longer pauses."""
    import httpx

    trouble = ""
    for attempt in range(TRIES):
        pause = FIRST_PAUSE * 2**attempt
        _wait_for_turn(line)
        try:
            response = httpx.request(
                "POST" if sent else "GET",
                url,
                content=sent.encode() if sent else None,
                headers={"Content-Type": "application/json", "Accept": "application/json"},
                timeout=line.timeout,
                follow_redirects=True,
                verify=_trusted(),
            )
        except httpx.TimeoutException:
            trouble = f"no answer within {line.timeout:g} seconds"
        except httpx.TransportError as error:
            trouble = f"{NO_LINE} ({str(error) or type(error).__name__})"
        else:
            _learn_limit(line, response.headers)
            if response.is_success:
                try:
                    parse_json(response.content)
                except SourceError:
                    trouble = "the answer was cut short"
                else:
                    return response.content
            elif response.status_code == TOO_MANY:
                trouble = "too many calls from this address"
                pause = _asked_pause(response.headers, line.window)
            elif response.status_code >= SERVER_FAULT:
                trouble = f"the service is out of order ({response.status_code})"
                pause = max(pause, _asked_pause(response.headers, 0.0))
            else:
                raise RefusedError(response.status_code, _why_refused(response, url))
        if pause > LONGEST_PAUSE:
            break
        if attempt < TRIES - 1:
            line.say(f"{trouble}; trying again in {pause:g} seconds")
            line.sleep(pause)
    hint = " Is there a network? Where a proxy is needed, HTTPS_PROXY must name it."
    raise SourceError(
        f"{_short(url)}: {trouble}, after {attempt + 1} tries. What came before is kept: run it "
        f"again later, and it goes on from there.{hint if trouble.startswith(NO_LINE) else ''}"
    )


def _wait_for_turn(line: Line) -> None:
    """Wait until one more call is within the limit of the service."""
    while line.times and line.now() - line.times[0] >= line.window:
        line.times.popleft()
    if len(line.times) >= line.most_calls:
        line.sleep(max(line.window - (line.now() - line.times[0]), 0.0))
        line.times.popleft()
    line.times.append(line.now())


def _learn_limit(line: Line, headers: Mapping[str, str]) -> None:
    """Take the limit that the service tells of, such as ``40;w=60s``."""
    told = re.fullmatch(r"(\d+);\s*w=(\d+)s?", headers.get("x-ratelimit-policy", ""))
    if told and int(told[1]) > 0:
        line.most_calls, line.window = int(told[1]), float(told[2])


def _asked_pause(headers: Mapping[str, str], otherwise: float) -> float:
    told = headers.get("retry-after", "")
    return float(told) if told.isdecimal() else otherwise


def _why_refused(response: Any, url: str) -> str:
    """Tell what the service says: its title says more than its detail."""
    try:
        problem = response.json()
        reason = str(problem.get("title") or problem.get("detail") or "no reason given")
    except (ValueError, AttributeError):
        reason = "no reason given"
    return f"{_short(url)}: refused with {response.status_code}, {reason}."


def _short(url: str) -> str:
    return url if len(url) <= 200 else f"{url[:200]}…"


def _read_kept(cache: Path | None, key: str) -> Answer | None:
    """Read a kept answer; one that is not what was written is left alone and asked for again."""
    if cache is None or not (cache / f"{key}.record.json").is_file():
        return None
    try:
        record = json.loads((cache / f"{key}.record.json").read_text(encoding="utf-8"))
        content = (cache / f"{key}.json").read_bytes()
    except (OSError, ValueError, RecursionError):
        return None
    told = record if isinstance(record, dict) else {}
    names = ("url", "body", "fetched", "sha256")
    found = [told[name] for name in names if isinstance(told.get(name), str)]
    if len(found) < len(names) or hashlib.sha256(content).hexdigest() != found[-1]:
        return None
    return Answer(content, *found)


def _keep(cache: Path | None, key: str, answer: Answer) -> None:
    """Write the answer, then its record: a record stands only for a whole answer."""
    if cache is None:
        return
    cache.mkdir(parents=True, exist_ok=True)
    document = answer.document
    record = {
        "url": answer.url,
        "body": answer.body,
        "fetched": answer.fetched,
        "updated": document.get("updated") if isinstance(document, Mapping) else None,
        "sha256": answer.sha256,
    }
    for name, content in (
        (f"{key}.json", answer.content),
        (f"{key}.record.json", json.dumps(record, ensure_ascii=False, indent=1).encode()),
    ):
        partial = cache / f"{name}.part"
        fresh(partial).write_bytes(content)
        partial.replace(cache / name)
