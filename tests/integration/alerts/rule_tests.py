"""rule_tests.py RULES FOLDER NETNS: rule tests for promtool, on series that portmote wrote.

A host is a list of stages, each a file of metrics (or none) and how many minutes it stays: one audit, at its first
minute. Promtool's clock begins at 0, so that is what the time of an audit counts from.
"""
import json
import re
import sys

rules, folder, netns = sys.argv[1:]
TIME = "portmote_last_audit_timestamp_seconds"


def read(name):
    """{series: value} of a file of metrics."""
    if name is None:
        return {}
    lines = [line.rsplit(" ", 1) for line in open(f"{folder}/{name}") if line[0] != "#"]
    return {series: float(value) for series, value in lines}


def at_host(series, host):
    name, _, labels = series.rstrip("}").partition("{")
    return f'{name}{{{labels}{"," if labels else ""}job="node",instance="{host}"}}'


def host_series(host, stages, up=1):
    """One series for each that is in any stage: its values, minute by minute, stale where it is not there any more."""
    values, minutes = {}, 0
    for name, stay in stages:
        here = read(name)
        if TIME in here:
            here[TIME] = minutes * 60
        for series in values.keys() | here.keys():
            row = values.setdefault(series, ["_"] * minutes)
            row += [format(here[series], "g")] * stay if series in here else ["stale"] + ["_"] * (stay - 1)
        minutes += stay
    values["up"] = [str(up)] * minutes
    return [{"series": at_host(series, host), "values": " ".join(row)} for series, row in values.items()]


def alert(severity, host, summary, description, **labels):
    return {"exp_labels": dict(labels, severity=severity, instance=host, job="node"),
            "exp_annotations": {"summary": summary, "description": description}}


def case(series, *expected):
    """Each of `expected`: a minute, and the alerts that fire then; all others do not."""
    names = re.findall(r"- alert: (\w+)", open(rules).read())
    checks = [{"eval_time": f"{minute}m", "alertname": name, "exp_alerts": wanted.get(name, [])}
              for minute, wanted in expected for name in names]
    return {"interval": "1m", "input_series": series, "alert_rule_test": checks}


listener = dict(level="error", rule="mismatch", verdict="mismatch", netns=netns, protocol="tcp", state="listen",
                program="mklisten")
exposed = alert(
    "critical", "db1:9100", "db1:9100: mismatch at tcp port 3643, program mklisten",
    f"{netns} tcp 0.0.0.0:3643 on db1:9100, which other machines can reach, is held by mklisten; the port is registered "
    "to AudioJuggler. 'portmote explain 3643' there tells more.",
    listener=f"{netns} tcp 0.0.0.0:3643", address="0.0.0.0", port="3643", exposure="any", registered="AudioJuggler",
    **listener)
local = alert(
    "warning", "db1:9100", "db1:9100: mismatch: tcp port 1384, program mklisten",
    f"{netns} tcp 127.0.0.1:1384 on db1:9100, held by mklisten, registered to Objective Solutions License Manager: "
    "mismatch (error). 'portmote -v' there tells why, or 'portmote check' where it is by a policy.",
    listener=f"{netns} tcp 127.0.0.1:1384", address="127.0.0.1", port="1384", exposure="loopback",
    registered="Objective Solutions License Manager", **listener)
web = dict(listener, verdict="impostor", program="nginx", listener=f"{netns} tcp 0.0.0.0:80", address="0.0.0.0", port="80",
           exposure="any", registered="World Wide Web HTTP")
impostor = alert(
    "critical", "db1:9100", "db1:9100: impostor at tcp port 80, program nginx",
    f"{netns} tcp 0.0.0.0:80 on db1:9100, which other machines can reach, is held by nginx; the port is registered to World "
    "Wide Web HTTP. 'portmote explain 80' there tells more.", **(web | {"rule": "impostor"}))
writable = alert(
    "warning", "db1:9100", "db1:9100: root-runs-user-writable: tcp port 80, program nginx",
    f"{netns} tcp 0.0.0.0:80 on db1:9100, held by nginx, registered to World Wide Web HTTP: root-runs-user-writable (error). "
    "'portmote -v' there tells why, or 'portmote check' where it is by a policy.", **(web | {"rule": "root-runs-user-writable"}))
unmet = alert(
    "warning", "db1:9100", "db1:9100: missing: host required 9999/tcp",
    "host required 9999/tcp on db1:9100: missing (error). 'portmote -v' there tells why, or 'portmote check' where it is "
    "by a policy.", rule="missing", level="error", listener="host required 9999/tcp")
incomplete = alert(
    "warning", "db1:9100", "db1:9100: portmote does not see all holders",
    "For half an hour audits of db1:9100 were incomplete: 1 gap(s) in what is seen of holders. No finding does not mean "
    "clean. 'portmote' there, run as its service is, names each.", what="holders")
old = alert(
    "warning", "db1:9100", "db1:9100: no audit by portmote for 31m 0s",
    "The metrics of db1:9100 are those of 31m 0s ago; what listens now is not known. 'systemctl status "
    "portmote-metrics.timer portmote-metrics.service' there.")
missing = alert(
    "warning", "db1:9100", "db1:9100: the metrics of portmote are gone",
    "db1:9100 is scraped, and what portmote wrote for it is not there any more: no alert can tell of a finding. Look for "
    "the .prom file in the folder of the textfile collector, and for errors of the collector.")
clean = host_series("web1:9100", [("clean/portmote.prom", 20)] * 3)
both = {"PortmoteStrangerExposed": [exposed], "PortmoteFinding": [local]}

print(json.dumps({"rule_files": [rules], "evaluation_interval": "1m", "tests": [
    # It appears, and goes.
    case(clean + host_series("db1:9100", [("gone.prom", 10), ("squatter.prom", 10), ("gone.prom", 10)]),
         (9, {}), (10, both), (19, both), (20, {}), (29, {})),
    # A program with the right name, in a place where anybody can put one: two findings.
    case(clean + host_series("db1:9100", [("impostor.prom", 10)]),
         (5, {"PortmoteStrangerExposed": [impostor], "PortmoteFinding": [writable]})),
    # By a policy, which has a listener that nobody has.
    case(clean + host_series("db1:9100", [("policy.prom", 10)]), (5, {"PortmoteFinding": [unmet]})),
    # Not all is seen: in one audit; for half an hour.
    case(clean + host_series("db1:9100", [("incomplete.prom", 10), ("gone.prom", 10)]), (5, {}), (15, {})),
    case(clean + host_series("db1:9100", [("incomplete.prom", 20), ("incomplete.prom", 20)]),
         (29, {}), (31, {"PortmoteIncomplete": [incomplete]})),
    # Nobody audits; what was found last still stands.
    case(clean + host_series("db1:9100", [("squatter.prom", 40)]),
         (30, both), (31, both | {"PortmoteMetricsOld": [old]})),
    # The file is gone, and with it what it told.
    case(clean + host_series("db1:9100", [("squatter.prom", 10), (None, 20)]),
         (9, both), (14, {}), (16, {"PortmoteMetricsMissing": [missing]})),
    # The host is down: another alert's matter.
    case(clean + host_series("db1:9100", [("squatter.prom", 10), (None, 20)], up=0), (9, both), (16, {})),
]}, indent=1))
