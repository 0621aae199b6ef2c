"""CSV: Python reads it back, nothing is lost, no cell is a formula, columns are chosen with -o."""
import importlib
import pathlib
import sys

here = str(pathlib.Path(__file__).parent)  # this file bears the name of the module that it needs
sys.path.remove(here)
reader = importlib.import_module("csv").reader
sys.path.append(here)
from pairs import PAIRS, diff, differences, expect_all_seen, side
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
DIFF = ("change netns protocol address port device exposure verdict flags program exe running user unit container facts "
        "text").split()
for pair in PAIRS:
    header, *rows = read(diff(pair, "--format=csv")[0])
    whole = differences(pair)
    expect(header == DIFF, pair, "header", header)
    expect(len(rows) == len(whole["differences"]), pair, len(rows), "rows")
    for row, difference in zip(rows, whole["differences"]):
        expect(len(row) == len(header), pair, "a row of", len(row), "cells")
        cells = dict(zip(header, map(unmark, row)))
        one = side(difference)
        owner = one["owner"]
        facts = [f"{f['fact']} {f['from'] or 'none'} -> {f['to'] or 'none'}" for f in difference["facts"]
                 if not isinstance(f["from"], dict)]
        for name, want in {"change": difference["change"], "text": difference["text"], "netns": one["netns"]["label"],
                           "protocol": one["protocol"], "address": one["address"], "port": one["port"],
                           "device": one["device"], "exposure": one["exposure"], "verdict": one["verdict"],
                           "program": owner["program"], "exe": owner["exe"], "unit": one["unit"],
                           "flags": ",".join(f["flag"] for f in one["flags"])}.items():
            expect(cells[name] == ("" if want is None else str(want)), pair, name, cells[name], "is not", want)
        expect(difference["change"] == "exe replaced" or cells["facts"].startswith(", ".join(facts)), pair, cells["facts"])
        expect(all(fact["fact"] in cells["facts"] for fact in difference["facts"]), pair, cells["facts"])
        count += 1
    bare = diff(pair, "--format=csv", "--no-header")[0]
    expect((read(bare) if bare else []) == rows, pair, "--no-header takes more than the header")
expect_all_seen()
end(count)
