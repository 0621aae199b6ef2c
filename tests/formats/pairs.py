"""Pairs of snapshots, made of the recorded hosts by changing what they say, for the formats of `portmote diff`; what
their JSON says of them is what the other formats are held against. Run by itself (PORTMOTE HOSTS FOLDER) it leaves
the snapshots of each pair in FOLDER."""
import copy
import json
import pathlib
import sys
import tempfile

from replay import HOSTS, PORTMOTE, document, expect, rules, run_words

GAP = {"what": "sockets", "why": "interrupted", "count": 2, "detail": "the list of udp <&'\"> did not end"}
CHANGES = ("owner changed", "opened", "exposure widened", "verdict changed", "closed", "exposure narrowed",
           "registry changed", "exe replaced")
seen = dict.fromkeys(CHANGES, 0)


def count_again(snapshot):
    for verdict in snapshot["summary"]:
        snapshot["summary"][verdict] = sum(one["verdict"] == verdict for one in snapshot["listeners"])


def keep(snapshot, is_kept):
    snapshot["listeners"] = [one for i, one in enumerate(snapshot["listeners"]) if is_kept(i)]
    count_again(snapshot)


def another_user(listener):
    for holder in listener["holders"]:
        holder.update(uid=7, user="games")


def bind(listener, address, loopback):
    if listener["protocol"] not in ("raw", "packet"):
        listener["address"] = {"inet": address, "inet6": loopback}[listener["family"]]


def widen(before, after):
    bind(before, "127.0.0.1", "::1")
    bind(after, "0.0.0.0", "::")


def narrow(before, after):
    widen(after, before)


def judge(_, listener):
    for holder in listener["holders"]:
        if holder["exe_evidence"] and holder["exe_evidence"]["writers"]:
            holder["exe_evidence"].update(writers="others", writable=holder["exe"])


def register(listener, _):
    for row in listener["registrations"]:
        row["description"] = "<Cuckoo's \"nest\" & Co>"


def upgrade(listener, _):
    for holder in listener["holders"]:
        if holder["exe_evidence"]:
            holder["exe_evidence"]["inode"] += 1000000


# What one listener of both snapshots is made to say; workers of a program are changed together.
ONES = {"owner": lambda _, listener: another_user(listener), "widened": widen, "narrowed": narrow, "judged": judge,
        "registered": register, "upgraded": upgrade}


def mix(before, after):
    """Of all kinds some, by the port."""
    for one, other in list(zip(before["listeners"], after["listeners"])):
        kinds = list(ONES.values()) + [None, None]
        change = kinds[(one["port"] or 0) % len(kinds)]
        if change:
            change(one, other)
    keep(before, lambda i: before["listeners"][i]["port"] % 8 != 6)
    keep(after, lambda i: after["listeners"][i]["port"] % 8 != 7)


def start_again(snapshot):
    """Everything: other pids, sockets and descriptors."""
    for listener in snapshot["listeners"]:
        listener["inode"] += 500
        listener["cookie"] = None
        for process in listener["holders"] + listener["suspects"]:
            process.update(pid=process["pid"] + 3000, start=process["start"] + 777)
        if listener["owner"]["pid"]:
            listener["owner"]["pid"] += 3000


def incomplete(snapshot):
    snapshot["coverage"]["complete"] = False
    snapshot["coverage"]["incomplete"].append(GAP)


def pairs_of(recorded):
    """(name, before, after)"""
    def copies():
        return copy.deepcopy(recorded), copy.deepcopy(recorded)

    yield "same", *copies()
    for side, name in ((0, "opened"), (1, "closed")):
        both = copies()
        keep(both[side], lambda _: False)
        yield name, *both
    for name, change in ONES.items():
        before, after = copies()
        for one, other in zip(before["listeners"], after["listeners"]):
            change(one, other)
        yield name, before, after
    for name in ("mixed", "restarted", "partial-before", "partial-after"):
        before, after = copies()
        mix(before, after)
        if name == "restarted":
            start_again(after)
        elif name != "mixed":
            incomplete({"partial-before": before, "partial-after": after}[name])
        yield name, before, after
    before, after = copies()
    incomplete(after)
    yield "blind", before, after
    before, after = copies()
    after["host"], after["time"] = "web-2<&>", "2030-01-01T00:00:00Z"
    yield "moved", before, after


class Pair:
    def __init__(self, name, words, state=None):
        self.name, self.words, self.state = name, words, state

    def __str__(self):
        return self.name


def make(folder):
    """All pairs, their files in `folder`; of each host also the state of a first run."""
    found = []
    for host in HOSTS:
        for name, before, after in pairs_of(document(host)):
            files = [folder / f"{host.name}-{name}.{side}.json" for side in ("old", "new")]
            for file, snapshot in zip(files, (before, after)):
                file.write_text(json.dumps(snapshot))
            found.append(Pair(f"{host.name} {name}", files))
        for name, words in (("first", []), ("first-partial", ["--partial"])):
            state = folder / f"{host.name}-{name}"
            found.append(Pair(f"{host.name} {name}", [f"--state={state}", f"--replay={host}", *words], state))
    return found


if __name__ == "__main__":
    make(pathlib.Path(sys.argv[3]))
    sys.exit()

FOLDER = tempfile.TemporaryDirectory()
PAIRS = make(pathlib.Path(FOLDER.name))


def diff(pair, *arguments):
    """Its output and exit code."""
    if pair.state:
        pair.state.unlink(missing_ok=True)
    return run_words("diff", *arguments, *pair.words)


def differences(pair, *arguments):
    """The whole as JSON; the exit code is the right one."""
    text, code = diff(pair, "--format=json", *arguments)
    whole = json.loads(text)
    changes = [one["change"] for one in whole["differences"]]
    want = 3 if gaps_of(whole) else 1 if set(changes) - {"exe replaced"} else 0
    expect(code == want, pair, "exit", code, "not", want)
    for change in changes:
        seen[change] += 1
    return whole


def gaps_of(whole):
    """Of both sides, those of before first."""
    before = whole["since"]["coverage"]["incomplete"] if whole["since"] else []
    return before + whole["coverage"]["incomplete"]


def side(difference):
    """The listener that stands for a difference."""
    return difference["after"] or difference["before"]


def rule_of(difference):
    return difference["change"].replace(" ", "-")


def level(difference):
    change = CHANGES.index(difference["change"])
    if change > CHANGES.index("closed"):
        return "note"
    return "error" if change < CHANGES.index("closed") and rules(side(difference)) else "warning"


def recorded(whole):
    if not whole["recorded_in"]:
        return "nothing was recorded, as not all could be seen (see --partial)"
    count = len(json.loads(pathlib.Path(whole["recorded_in"]).read_text())["listeners"])
    return f"recorded {count} listener{'s' * (count != 1)} of {whole['host']} in {whole['recorded_in']}"


def summary(whole):
    """What is said of it as a whole."""
    if not whole["since"]:
        return recorded(whole)
    replaced, before = sum(d["change"] == "exe replaced" for d in whole["differences"]), whole["since"]["host"]
    count = len(whole["differences"]) - replaced
    counts = [f"{count} difference{'s' * (count != 1)}"] * (count > 0 or not replaced)
    counts += [f"{replaced} program{'s' * (replaced != 1)} replaced"] * (replaced > 0)
    other = f"from {before} " if before != whole["host"] else ""
    return f"{whole['host']}: {', '.join(counts)} {other}since {whole['since']['time']}"


def expect_all_seen():
    expect(all(seen.values()), "of some kind there was no difference:", seen)
