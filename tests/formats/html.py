"""HTML: every element is closed, nothing is active or from elsewhere, names are text; all facts are there."""
import importlib
import pathlib
import sys

here = str(pathlib.Path(__file__).parent)  # this file bears the name of the module that it needs
sys.path.remove(here)
HTMLParser = importlib.import_module("html.parser").HTMLParser
sys.path.append(here)
from pairs import PAIRS, diff, differences, expect_all_seen, gaps_of, level, rule_of, side, summary
from replay import HOSTS, document, end, expect, key, local, rules, run

VOID = {"meta"}
KNOWN = VOID | set("html head title style body header main section footer h1 h2 h3 h4 p ul li span a code article "
                   "details summary dl dt dd".split())
ATTRIBUTES = {"lang", "charset", "name", "content", "http-equiv", "class", "id", "href"}
count = 0


class Page(HTMLParser):
    """The page as (path of elements with their classes, text) and as its listeners' facts."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.said, self.listeners, self.places, self.ids, self.links = [], [], [], [], set(), set()
        self.findings, self.gaps, self.headings = [], [], []
        self.feed(text)
        self.close()
        expect(not self.open, "left open:", self.open)

    def handle_starttag(self, tag, attributes):
        expect(tag in KNOWN and {name for name, _ in attributes} <= ATTRIBUTES, tag, attributes)
        attributes = dict(attributes)
        if "id" in attributes:
            expect(attributes["id"] not in self.ids, attributes["id"], "is there twice")
            self.ids.add(attributes["id"])
        if "href" in attributes:
            expect(attributes["href"].startswith("#"), attributes["href"], "leads elsewhere")
            self.links.add(attributes["href"][1:])
        if tag == "details":
            self.listeners.append({})
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        expect(self.open and self.open[-1] == tag, "</" + tag + ">", "in", self.open)
        self.open.pop()

    def handle_data(self, data):
        inner = self.open[-1] if self.open else ""
        if inner == "dt":
            self.name = data
        elif inner == "dd":
            self.listeners[-1][self.name] = self.listeners[-1].get(self.name, "") + data
        elif inner in ("h2", "h3"):
            self.headings.append(data)
        if inner == "span" and "h3" in self.open:
            self.rule = data
        if "h4" in self.open and inner in ("a", "span") and "more like it" not in data:
            if "class=\"place\"" in self.get_starttag_text():
                self.findings.append((self.rule, data))
        if inner == "style":
            for word in ("url(", "@import", "expression", "http"):
                expect(word not in data, word, "in the style sheet")
            self.style = data
        self.said.append(data)


for host in HOSTS:
    for arguments in ([], ["--only=mismatch,unknown"], ["--fail-on=none"]):
        text, _ = run(host, "--format=html", *arguments)
        whole, page = document(host, *arguments), Page(text)
        expect(text.startswith("<!DOCTYPE html>\n<html lang=\"en\">"), host, "no doctype")
        expect("default-src 'none'" in text and "<script" not in text.lower(), host, "active")
        expect("prefers-color-scheme:dark" in page.style and "@media print" in page.style, host, "style")
        expect(page.links <= page.ids, host, "links to nothing:", page.links - page.ids)
        expect([h for h in page.headings if h in ("Findings", "All listeners", "What could not be seen")] ==
               ["Findings"] + ["What could not be seen"] * bool(whole["coverage"]["incomplete"]) + ["All listeners"], host)
        said = "".join(page.said)
        for gap in whole["coverage"]["incomplete"]:
            expect(gap["detail"] in said, host, "a gap is not told:", gap)
        found = [] if arguments == ["--fail-on=none"] else [(r, key(l)) for l in whole["listeners"] for r in rules(l)]
        expect(sorted(set(page.findings)) == sorted(set(found)), host, page.findings, "are not", found)
        expect(len(page.listeners) == len(whole["listeners"]), host, len(page.listeners), "listeners")
        for facts, listener in zip(page.listeners, whole["listeners"]):
            owner = listener["owner"]
            for name, want in {"netns": listener["netns"]["label"], "protocol": listener["protocol"],
                               "local": local(listener), "port": listener["port"], "verdict": listener["verdict"],
                               "program": owner["program"], "exe": owner["exe"], "pid": owner["pid"],
                               "accept": listener["accept"],
                               "holders": ",".join(str(h["pid"]) for h in listener["holders"]) or None,
                               "flags": ",".join(f["flag"] for f in listener["flags"]) or None}.items():
                expect(facts.get(name) == (None if want is None else str(want)), host, name, facts.get(name), want)
            count += 1
for pair in PAIRS:
    text, _ = diff(pair, "--format=html")
    whole, page = differences(pair), Page(text)
    said = "".join(page.said)
    is_complete = not gaps_of(whole) and not whole["unseen"]
    expect("default-src 'none'" in text and "<script" not in text.lower(), pair, "active")
    expect([h for h in page.headings if h in ("Differences", "What could not be seen")] ==
           ["Differences"] * bool(whole["since"]) + ["What could not be seen"] * (not is_complete), pair, page.headings)
    expect(summary(whole) in said, pair, summary(whole), "is not told")
    for gap in gaps_of(whole):
        expect(gap["detail"] in said, pair, "a gap is not told:", gap)
    expect(not whole["unseen"] or f"{whole['unseen']} listener" in said, pair, "unseen")
    expect(is_complete or "tag good" not in text, pair, "incomplete, and looks good")
    wanted = {(rule_of(d), key(side(d)), side(d)["owner"]["program"]): d for d in reversed(whole["differences"])}
    expect(sorted(page.findings) == sorted((r, k) for r, k, _ in wanted), pair, page.findings)
    expect(text.count('class="finding error"') == len(gaps_of(whole)) +
           sum(level(d) == "error" for d in wanted.values()), pair, "levels")
    for (name, _, _), difference in wanted.items():
        expect(difference["text"][len(name) + 2:] in said, pair, difference["text"], "is not told")
        count += 1
expect_all_seen()
end(count)
