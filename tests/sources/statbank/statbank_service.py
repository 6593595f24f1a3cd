"""A small service on this machine that speaks PxWebApi v2 and KLASS, with faults on order."""

import contextlib
import itertools
import json
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


@dataclass
class Service:
    """Tables, code lists and KLASS answers it holds, faults it is to show, and what was asked."""

    tables: dict = field(default_factory=dict)
    codelists: dict = field(default_factory=dict)
    klass: dict = field(default_factory=dict)
    config: dict = field(default_factory=lambda: {"maxDataCells": 800_000, "timeWindow": 0})
    headers: dict = field(default_factory=dict)
    faults: list = field(default_factory=list)
    asked: list = field(default_factory=list)
    url: str = ""


def table(dimensions, value, *, label="A table", metric="ContentsCode", updated="2026-02-24"):
    """Describe a table: codes by dimension, code lists that each may use, and a figure per cell.

    ``value`` maps the codes of a cell, by dimension, to a number or to a status mark.
    """
    return {
        "dimensions": {
            name: part if isinstance(part, dict) else {"codes": part}
            for name, part in dimensions.items()
        },
        "value": value,
        "label": label,
        "metric": metric,
        "updated": updated,
    }


@contextlib.contextmanager
def serve(service):
    """Serve on a free port of this machine until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def do_GET(self):
            self.answer("")

        def do_POST(self):
            self.answer(self.rfile.read(int(self.headers["Content-Length"])).decode())

        def answer(self, body):
            service.asked.append((self.command, self.path, body))
            fault = service.faults.pop(0) if service.faults else None
            if fault == "time-out":
                time.sleep(1.5)
                return
            if isinstance(fault, tuple):
                status, headers = fault
                self.send(status, {"title": "A fault on order"}, headers)
                return
            status, document = _answer(service, self.path, body)
            self.send(status, document, service.headers, fault)

        def send(self, status, document, headers, fault=None):
            content = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            shown = content[:-7] if fault in ("cut short", "cut connection") else content
            length = len(content) if fault == "cut connection" else len(shown)
            self.send_header("Content-Length", str(length))
            for name, text in headers.items():
                self.send_header(name, text)
            self.end_headers()
            self.wfile.write(shown)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    service.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield service
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _answer(service, path, body):
    parts = urlsplit(path)
    params = {name.lower(): values[0] for name, values in parse_qs(parts.query).items()}
    match parts.path.strip("/").split("/"):
        case ["config"]:
            return 200, service.config
        case ["codelists", name] if name in service.codelists:
            values = [
                {"code": code, "label": code, "valueMap": list(members)}
                for code, members in service.codelists[name].items()
            ]
            return 200, {"id": name, "type": "Aggregation", "values": values}
        case ["tables", name, "metadata"] if name in service.tables:
            return 200, _metadata(service.tables[name])
        case ["tables", name, "data"] if name in service.tables:
            return _data(service, service.tables[name], params, body)
        case ["classifications", number, kind]:
            for (code, what), answer in service.klass.items():
                if code == int(number) and what == kind.removesuffix(".json"):
                    return 200, answer(params) if callable(answer) else answer
    return 404, {"type": "Parameter error", "title": "Non-existent table", "status": 404}


def _metadata(found):
    names = list(found["dimensions"])
    return {
        "version": "2.0",
        "class": "dataset",
        "label": found["label"],
        "source": "Statistisk sentralbyrå",
        "updated": found["updated"],
        "id": names,
        "size": [len(part["codes"]) for part in found["dimensions"].values()],
        "role": {"time": ["Tid"], "metric": [found["metric"]]},
        "dimension": {
            name: {
                "label": name,
                "category": {
                    "index": {code: i for i, code in enumerate(part["codes"])},
                    "label": {
                        code: part.get("labels", {}).get(code, code) for code in part["codes"]
                    },
                },
                "extension": {
                    "elimination": part.get("elimination", False),
                    "refperiod": part.get("refperiod", {}),
                    "codelists": [{"id": each} for each in part.get("codelists", ())],
                },
            }
            for name, part in found["dimensions"].items()
        },
        "value": [],
    }


def _data(service, found, params, body):
    asked, lists = {}, {}
    if body:
        for entry in json.loads(body)["selection"]:
            asked[entry["variableCode"]] = entry["valueCodes"]
            lists[entry["variableCode"]] = entry.get("codelist")
    else:
        for name in found["dimensions"]:
            if f"valuecodes[{name.lower()}]" in params:
                asked[name] = params[f"valuecodes[{name.lower()}]"].split(",")
                lists[name] = params.get(f"codelist[{name.lower()}]")
    members = {}
    for name, part in found["dimensions"].items():
        if name not in asked:
            if not part.get("elimination", False):
                return 400, {"title": "Missing selection for mandantory variable", "status": 400}
            continue
        known = {code: (code,) for code in part["codes"]}
        if lists[name]:
            known = service.codelists[lists[name]]
        if any(code not in known for code in asked[name]):
            return 400, {"title": "Non-existent value", "status": 400}
        members[name] = [(code, known[code]) for code in asked[name]]
    cells = list(itertools.product(*members.values()))
    if len(cells) > service.config.get("maxDataCells", 800_000):
        return 400, {"title": "Too many cells selected", "status": 400}
    values, status = [], {}
    left_out = {n: p["codes"] for n, p in found["dimensions"].items() if n not in asked}
    for place, cell in enumerate(cells):
        number, mark = _cell(found, dict(zip(members, cell, strict=True)), left_out)
        values.append(number)
        if mark:
            status[str(place)] = mark
    return 200, _metadata(found) | {
        "id": list(members),
        "size": [len(each) for each in members.values()],
        "dimension": {
            name: {"label": name, "category": {"index": [code for code, _ in each]}}
            for name, each in members.items()
        },
        "value": values,
        "status": status,
    }


def _cell(found, cell, left_out):
    """Sum the figures behind a cell; a cell of one mark alone is that mark."""
    codes = {name: members for name, (_, members) in cell.items()} | left_out
    figures = [
        found["value"](dict(zip(codes, each, strict=True)))
        for each in itertools.product(*codes.values())
        if all(code in found["dimensions"][n]["codes"] for n, code in zip(codes, each, strict=True))
    ]
    marks = [figure for figure in figures if isinstance(figure, str)]
    numbers = [figure for figure in figures if not isinstance(figure, str)]
    return (sum(numbers), None) if numbers else (None, marks[0] if marks else ".")
