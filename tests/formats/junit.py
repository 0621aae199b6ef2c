"""JUnit's XML: well-formed for xmllint, of the elements and attributes of jenkins-junit.xsd, a case for each listener."""
import subprocess
import xml.etree.ElementTree as ElementTree

from pairs import PAIRS, diff, differences, expect_all_seen, gaps_of, rule_of, side, summary
from replay import HOSTS, document, end, expect, key, rules, run

# Element: (attributes required, attributes allowed, children). By the schema of Jenkins' xUnit plugin.
SCHEMA = {
    "testsuites": ((), ("name", "time", "tests", "failures", "disabled", "errors"), ("testsuite",)),
    "testsuite": (("name", "tests"), ("failures", "errors", "time", "disabled", "skipped", "timestamp", "hostname", "id",
                                      "package"), ("properties", "testcase", "system-out", "system-err")),
    "testcase": (("name",), ("assertions", "time", "classname", "status"),
                 ("skipped", "error", "failure", "system-out", "system-err")),
    "failure": ((), ("type", "message"), ()), "error": ((), ("type", "message"), ()), "system-out": ((), (), ()),
}
count = 0


def check_schema(element):
    required, optional, children = SCHEMA[element.tag]
    expect(set(required) <= set(element.attrib) <= set(required) | set(optional), element.tag, element.attrib)
    order = [children.index(child.tag) for child in element if child.tag in children]
    expect(len(order) == len(element) and order == sorted(order), element.tag, [c.tag for c in element])
    for child in element:
        check_schema(child)


def check_counts(element, cases):
    for name, want in (("tests", len(cases)), ("failures", sum(c.find("failure") is not None for c in cases)),
                       ("errors", sum(c.find("error") is not None for c in cases))):
        expect(element.get(name) == str(want), host, name, element.get(name), "is not", want)


def read(host, text):
    """Once xmllint and the schema have taken it."""
    linted = subprocess.run(["xmllint", "--noout", "--nonet", "-"], input=text.encode(), capture_output=True)
    expect(linted.returncode == 0 and not linted.stderr, host, linted.stderr.decode()[:500])
    root = ElementTree.fromstring(text)
    check_schema(root)
    return root


for host in HOSTS:
    for arguments in ([], ["--only=mismatch,unknown"]):
        text, _ = run(host, "--format=junit", *arguments)
        whole, root = document(host, *arguments), read(host, text)
        (suite,) = root
        *cases, coverage = suite.iter("testcase")
        check_counts(suite, list(suite.iter("testcase")))
        check_counts(root, list(suite.iter("testcase")))
        expect(suite.get("hostname") == whole["host"] and suite.get("timestamp") == whole["time"], host)
        expect(len(cases) == len(whole["listeners"]), host, len(cases), "cases")
        for case, listener in zip(cases, whole["listeners"]):
            expect(case.get("name") == key(listener), case.get("name"), "is not", key(listener))
            expect(case.get("classname") == f"portmote.{listener['netns']['label']}.{listener['protocol']}", case.attrib)
            expect([f.get("type") for f in case.findall("failure")] == rules(listener), key(listener))
            said = "".join(case.itertext()) + "".join(f.get("message") for f in case.findall("failure"))
            expect((listener["owner"]["exe"] or "") in said and listener["verdict"] in said, key(listener), said)
            count += 1
        gaps = [(e.get("type"), e.get("message")) for e in coverage.findall("error")]
        expect(gaps == [(f"{g['what']}-{g['why']}", g["detail"]) for g in whole["coverage"]["incomplete"]], host, gaps)
for host in PAIRS:
    whole, root = differences(host), read(host, diff(host, "--format=junit")[0])
    (suite,) = root
    *cases, coverage = suite.iter("testcase")
    check_counts(suite, [*cases, coverage])
    check_counts(root, [*cases, coverage])
    expect(suite.get("hostname") == whole["host"] and suite.get("timestamp") == whole["time"], host)
    expect(len(cases) == len(whole["differences"]), host, len(cases), "cases")
    for case, difference in zip(cases, whole["differences"]):
        expect(case.get("name") == key(side(difference)), case.get("name"), "is not", key(side(difference)))
        expect(case.get("classname") == f"portmote.diff.{rule_of(difference)}", case.attrib)
        failures = [(f.get("type"), f.get("message")) for f in case.findall("failure")]
        if difference["change"] == "exe replaced":
            expect(not failures and case.find("system-out").text == difference["text"], host, failures)
        else:
            expect(failures == [(rule_of(difference), difference["text"])], host, failures)
            expect((side(difference)["owner"]["exe"] or "") in case.find("system-out").text, host, difference["text"])
        count += 1
    unseen = [("unseen", e.get("message")) for e in coverage.findall("error") if e.get("type") == "unseen"]
    expect([u[1].split()[0] for u in unseen] == [str(whole["unseen"])] * bool(whole["unseen"]), host, unseen)
    told = [(e.get("type"), e.get("message")) for e in coverage.findall("error")]
    expect(told == unseen + [(f"{g['what']}-{g['why']}", g["detail"]) for g in gaps_of(whole)], host, told)
    expect(coverage.find("system-out").text.strip() == summary(whole), host, coverage.find("system-out").text)
expect_all_seen()
end(count)
