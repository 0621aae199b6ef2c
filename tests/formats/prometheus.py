"""Metrics: promtool takes them, they count what the JSON has, and no label holds what a restart changes."""
import datetime
import re
import subprocess

from pairs import PAIRS, CHANGES, diff, differences, expect_all_seen, gaps_of
from replay import HOSTS, document, end, expect, key, rules, run

SERIES = re.compile(r'(\w+)(?:\{((?:\w+="(?:[^"\\\n]|\\[\\"n])*",?)*)\})? (\S+)')
count = 0


def read(host, text):
    """{(name, labels): value}"""
    done = subprocess.run(["promtool", "check", "metrics"], input=text.encode(), capture_output=True)
    expect(done.returncode == 0 and not done.stdout + done.stderr, host, (done.stdout + done.stderr).decode()[:500])
    found, last = {}, ""
    for line in text.splitlines():
        if line.startswith("# TYPE"):
            last = line.split()[2]
        if line.startswith("#"):
            continue
        name, labels, value = SERIES.fullmatch(line).groups()
        expect(name == last, line, "stands below", last)
        labels = tuple((k, re.sub(r"\\(.)", r"\1", v)) for k, v in re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', labels or ""))
        expect((name, labels) not in found, line, "is there twice")
        found[name, labels] = float(value)
    return found


def seconds(time):
    return datetime.datetime.fromisoformat(time.replace("Z", "+00:00")).timestamp()


def stable(listener):
    facts = {"netns": listener["netns"]["label"], "program": listener["owner"]["program"]}
    facts |= {name: listener[name] for name in ("protocol", "address", "port", "device", "state", "exposure", "verdict")}
    return frozenset((name, str(value)) for name, value in facts.items() if value is not None)


def told(labels):
    """What a finding's series has beside its listener's."""
    return {(name, labels[name]) for name in ("rule", "level", "listener", "registered") if name in labels}


def owner(listener):
    """Whom the port is registered to: each description once."""
    rows = [row for row in listener["registrations"] if row["status"] == "assigned"]
    return " / ".join(dict.fromkeys(row["description"] or row["name"] for row in rows)) or None


for host in HOSTS:
    text, _ = run(host, "--format=prometheus")
    whole, found = document(host), read(host, text)
    listeners, gaps = whole["listeners"], whole["coverage"]["incomplete"]
    expect(found["portmote_last_audit_timestamp_seconds", ()] == seconds(whole["time"]), host, "time")
    expect(found["portmote_complete", ()] == (not gaps), host, "complete")
    for name, label, want in (
            ("portmote_listeners", "verdict", whole["summary"]),
            ("portmote_gaps", "what", {w: sum(g["what"] == w for g in gaps)
                                       for w in ("namespaces", "sockets", "holders", "processes", "configurations")})):
        expect({dict(k)[label]: v for (n, k), v in found.items() if n == name} == want, host, name)
    broken = {dict(k)["rule"]: v for (n, k), v in found.items() if n == "portmote_findings"}
    expect({r: v for r, v in broken.items() if v} == {r: sum(r in rules(l) for l in listeners)
           for l in listeners for r in rules(l)}, host, "findings", broken)
    infos = [frozenset(k) for (n, k), v in found.items() if n == "portmote_listener_info" and v == 1]
    expect(set(infos) == {stable(l) for l in listeners}, host, set(infos) ^ {stable(l) for l in listeners})
    details = [dict(k) for (n, k), v in found.items() if n == "portmote_finding_info" and v == 1]
    expect({(d["rule"], frozenset(d.items()) - told(d)) for d in details}
           == {(r, stable(l)) for l in listeners for r in rules(l)}, host, "finding infos", details)
    expect({(d["listener"], d.get("registered")) for d in details} == {(key(l), owner(l)) for l in listeners if rules(l)},
           host, "of whom", details)
    expect(all(found["portmote_findings", (("rule", d["rule"]), ("level", d["level"]))] for d in details), host, "levels")
    count += len(infos) + len(details)
for pair in PAIRS:
    found, whole = read(pair, diff(pair, "--format=prometheus")[0]), differences(pair)
    counts = {dict(k)["change"]: v for (n, k), v in found.items() if n == "portmote_differences"}
    expect(counts == whole["counts"] and set(counts) == set(CHANGES), pair, counts)
    rest = {n: v for (n, k), v in found.items() if n != "portmote_differences"}
    want = {"portmote_diff_complete": not gaps_of(whole), "portmote_diff_unseen": whole["unseen"],
            "portmote_last_diff_timestamp_seconds": seconds(whole["time"])}
    if whole["since"]:
        want["portmote_diff_since_timestamp_seconds"] = seconds(whole["since"]["time"])
    expect(rest == want, pair, rest, "is not", want)
    expect(all(set(dict(k)) <= {"change"} for _, k in found), pair, "labels")
    count += len(whole["differences"])
expect_all_seen()
end(count)
