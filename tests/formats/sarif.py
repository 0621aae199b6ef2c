"""SARIF 2.1.0: what the specification asks for, section by section, and the findings that the JSON has."""
import json
import re
import urllib.parse

from pairs import PAIRS, CHANGES, diff, differences, expect_all_seen, gaps_of, level, rule_of, side, summary
from replay import HOSTS, document, end, expect, key, rules, run

LEVELS = {"none", "note", "warning", "error"}
count, prints = 0, {}


def plain(object_, *names):
    for name in names:
        expect(isinstance(object_.get(name), str) and object_[name], name, "is no text in", object_)


def unescaped(text):
    """3.11.5, 3.11.6: no text of others is a link or a placeholder."""
    expect(re.fullmatch(r"(?:[^][{}]|\\[][]|\{\{|\}\})*", text), text, "has a bracket or a brace by itself")
    return re.sub(r"\\([][])|([{}])\2", r"\1\2", text)


def check_rules(driver, wanted=None):
    """3.19, 3.49"""
    plain(driver, "name", "version")
    expect(re.fullmatch(r"\d+\.\d+\.\d+", driver["semanticVersion"]), "semanticVersion")
    ids = [rule["id"] for rule in driver["rules"]]
    expect(len(set(ids)) == len(ids), "rules are there twice:", ids)
    expect(set(ids) == wanted if wanted else len(ids) > 15, "these are the rules:", ids)
    for rule in driver["rules"]:
        plain(rule, "id")
        for part in ("shortDescription", "fullDescription", "help"):
            plain(rule[part], "text")
            expect(rule[part]["text"].endswith("."), rule["id"], part, "is no sentence (3.11.3)")
        expect(rule["defaultConfiguration"]["level"] in LEVELS, rule["id"], "level")


def check_invocation(invocation, host, whole):
    """3.20: incomplete is not successful, and each gap is told."""
    gaps = whole["coverage"]["incomplete"]
    expect(invocation["executionSuccessful"] == (not gaps), host, "executionSuccessful")
    expect(invocation["startTimeUtc"] == whole["time"], host, "startTimeUtc")
    expect(invocation["machine"] == whole["host"], host, "machine")
    told = invocation["toolExecutionNotifications"]
    expect(len(told) == len(gaps), host, len(told), "notifications of", len(gaps), "gaps")
    for one, gap in zip(told, gaps):
        expect(one["level"] == "error" and gap["detail"] in unescaped(one["message"]["text"]), host, "gap", one)
        expect(one["descriptor"]["id"] == f"{gap['what']}-{gap['why']}", host, one)


def check_place(location, listener):
    """3.28: the listener, and the file of its owner by an absolute URI (RFC 3986, RFC 8089)."""
    logical = location["logicalLocations"][0]
    expect(logical["fullyQualifiedName"] == key(listener) and logical["kind"] == "resource", logical)
    uri = location["physicalLocation"]["artifactLocation"]["uri"]
    expect(re.fullmatch(r"(?:[A-Za-z0-9._~/-]|%[0-9A-F]{2}|^file:)+", uri), uri, "is no URI")
    if listener["owner"]["exe"]:
        path = urllib.parse.unquote_to_bytes(urllib.parse.urlsplit(uri).path)
        shown = "".join(chr(b) if 32 <= b < 127 and b != 92 else f"\\x{b:02x}" for b in path)
        expect(uri.startswith("file:///") and shown == listener["owner"]["exe"], uri, "is not", listener["owner"]["exe"])
    else:
        expect("://" not in uri and uri, uri, "is no relative reference")


def check_result(one, driver, listener, rule, message=None):
    """3.27"""
    expect(driver["rules"][one["ruleIndex"]]["id"] == one["ruleId"] == rule, one["ruleId"], "is not", rule)
    expect(one["level"] in LEVELS, one["level"])
    said = unescaped(one["message"]["text"])
    expect(said == message if message else said.startswith(rule + ": "), said)
    check_place(one["locations"][0], listener)
    fingerprint = one["partialFingerprints"]["portmote/v1"]
    expect(re.fullmatch("[0-9a-f]{64}", fingerprint), fingerprint)
    what = (rule, key(listener), listener["owner"]["program"])
    expect(prints.setdefault(fingerprint, what) == what, what, "and", prints[fingerprint], "have one fingerprint")
    expect(len([w for w in prints.values() if w == what]) == 1, what, "has two fingerprints")


def expected(listeners):
    """(listener, rule) in order, and how often each occurs."""
    found, times = [], {}
    for listener in listeners:
        for rule in rules(listener):
            name = rule, key(listener), listener["owner"]["program"]
            if name not in times:
                found.append((listener, rule, name))
            times[name] = times.get(name, 0) + 1
    return found, times


for host in HOSTS:
    for arguments in ([], ["--only=impostor"]):
        text, code = run(host, "--format=sarif", *arguments)
        sarif, whole = json.loads(text), document(host, *arguments)
        expect(sarif["version"] == "2.1.0" and sarif["$schema"].endswith("sarif-2.1.0.json"), "3.13")
        (one_run,) = sarif["runs"]
        driver = one_run["tool"]["driver"]
        check_rules(driver)
        check_invocation(one_run["invocations"][0], host, whole)
        expect(one_run["automationDetails"]["id"] == f"portmote/{whole['host']}/", host, "3.17.3")
        found, times = expected(whole["listeners"])
        expect(len(one_run["results"]) == len(found), host, len(one_run["results"]), "results, not", len(found))
        for one, (listener, rule, name) in zip(one_run["results"], found):
            check_result(one, driver, listener, rule)
            expect(one["occurrenceCount"] == times[name], host, one["occurrenceCount"], "times")
            count += 1
        expect(run(host, "--format=json", *arguments)[1] == code, host, "another exit code")
    none = json.loads(run(host, "--format=sarif", "--fail-on=none")[0])
    expect(none["runs"][0]["results"] == [], host, "results that fail nothing")
    all_ = json.loads(run(host, "--format=sarif", "--fail-on=match,known,ephemeral,unknown,unregistered")[0])
    wanted = {l["verdict"] for l in document(host)["listeners"]} - {"mismatch", "impostor"}
    expect({one["ruleId"] for one in all_["runs"][0]["results"]} == wanted, host, "--fail-on is not what is found")
expect(any(times > 1 for times in expected(document(h)["listeners"])[1].values()) for h in HOSTS)
def check_diff_invocation(invocation, pair, whole):
    """3.20: what could not be seen on either side is told, and is not successful."""
    first, *told = invocation["toolExecutionNotifications"]
    expect(first["level"] == "note" and unescaped(first["message"]["text"]) == summary(whole), pair, first)
    expect(first["descriptor"]["id"] == ("since" if whole["since"] else "recorded"), pair, first)
    if whole["unseen"]:
        expect(told[0]["message"]["text"].startswith(f"{whole['unseen']} listener"), pair, told.pop(0))
    expect(all(one["level"] == "error" for one in told), pair, told)
    expect([one["descriptor"]["id"] for one in told] == [f"{g['what']}-{g['why']}" for g in gaps_of(whole)], pair, told)
    expect(all(g["detail"] in unescaped(one["message"]["text"]) for one, g in zip(told, gaps_of(whole))), pair, told)
    expect(invocation["executionSuccessful"] == (not gaps_of(whole)), pair, "executionSuccessful")
    expect(invocation["machine"] == whole["host"] and invocation["startTimeUtc"] == whole["time"], pair, invocation)


known, restarts = {}, 0
for pair in PAIRS:
    whole = differences(pair)
    (one_run,) = json.loads(diff(pair, "--format=sarif")[0])["runs"]
    driver = one_run["tool"]["driver"]
    check_rules(driver, {change.replace(" ", "-") for change in CHANGES})
    check_diff_invocation(one_run["invocations"][0], pair, whole)
    expect(one_run["automationDetails"]["id"] == f"portmote/{whole['host']}/diff/", pair, "3.17.3")
    wanted = {}
    for difference in whole["differences"]:
        wanted.setdefault((rule_of(difference), key(side(difference)), side(difference)["owner"]["program"]), difference)
    expect(len(one_run["results"]) == len(wanted), pair, len(one_run["results"]), "results, not", len(wanted))
    for one, difference in zip(one_run["results"], wanted.values()):
        check_result(one, driver, side(difference), rule_of(difference), difference["text"])
        expect(one["level"] == level(difference) and "baselineState" not in one, pair, one["level"])
        count += 1
    expect(sum(one["occurrenceCount"] for one in one_run["results"]) == len(whole["differences"]), pair, "times")
    host, _, name = pair.name.partition(" ")
    known[host, name] = {one["partialFingerprints"]["portmote/v1"] for one in one_run["results"]}
    if name == "restarted":
        expect(known[host, name] == known[host, "mixed"] != set(), pair, "started again, other fingerprints")
        restarts += 1
expect(restarts == len(HOSTS), restarts, "hosts were started again")
expect_all_seen()
end(count)
