"""CSV: Python reads it back, nothing is lost, no cell is a formula, columns are chosen with -o."""
import importlib
import pathlib
import sys

here = str(pathlib.Path(__file__).parent)  # this file bears the name of the module that it needs
sys.path.remove(here)
reader = importlib.import_module("csv").reader
sys.path.append(here)
from replay import HOSTS, document, end, expect, local, run

count, marked = 0, set()


def read(text):
    expect(text.endswith("\r\n") and text.count("\n") == text.count("\r\n"), "lines do not end in CRLF")
    return list(reader(text.splitlines(keepends=True), strict=True))


def unmark(cell):
    """A cell as it was; a spreadsheet must not take it for a formula."""
    expect(cell[:1] not in tuple("=+-@\t\r"), cell, "is a formula")
    if cell.startswith("'"):
        marked.add(cell[1])
    return cell[1:] if cell.startswith("'") else cell


for host in HOSTS:
    for only in ([], ["--only=mismatch"]):
        header, *rows = read(run(host, "--format=csv", *only)[0])
        listeners = document(host, *only)["listeners"]
        expect(len(rows) == len(listeners), host, len(rows), "rows of", len(listeners), "listeners")
        for row, listener in zip(rows, listeners):
            expect(len(row) == len(header), host, "a row of", len(row), "cells")
            cells = dict(zip(header, map(unmark, row)))
            owner = listener["owner"]
            for name, want in {"netns": listener["netns"]["label"], "protocol": listener["protocol"],
                               "port": listener["port"], "local": local(listener), "verdict": listener["verdict"],
                               "program": owner["program"], "exe": owner["exe"], "pid": owner["pid"],
                               "owner": owner["kind"], "accept": listener["accept"],
                               "holders": ",".join(str(h["pid"]) for h in listener["holders"]),
                               "flags": ",".join(f["flag"] for f in listener["flags"])}.items():
                expect(cells[name] == ("" if want is None else str(want)), host, name, cells[name], "is not", want)
            count += 1
    chosen = read(run(host, "--format=csv", "-o", "program,port")[0])
    expect(chosen[0] == ["program", "port"], host, "-o does not choose the columns")
    expect(chosen[1:] == read(run(host, "--format=csv", "-o", "program,port", "--no-header")[0]), host,
           "--no-header takes more than the header")
expect(marked >= set("=+-@'"), "only", marked, "were there to be marked")
end(count)
