"""JSON lines: the head first, then the listeners as in the JSON document."""
import json

from pairs import PAIRS, diff, differences, expect_all_seen
from replay import HOSTS, document, end, expect, run

count = 0
for host in HOSTS:
    for only in ([], ["--only=mismatch"]):
        text, code = run(host, "--format=jsonl", *only)
        expect(text.endswith("\n"), host, "the last line has no end")
        head, *listeners = [json.loads(line) for line in text.splitlines()]
        whole = document(host, *only)
        expect(listeners == whole.pop("listeners"), host, "other listeners than in JSON")
        expect(head.pop("listed") == len(listeners), host, "listed does not count the lines")
        expect(head == whole, host, "another head than in JSON")
        expect(run(host, "--format=json", *only)[1] == code, host, "another exit code")
        count += len(listeners)
    bare, _ = run(host, "--format=jsonl", "--no-header")
    expect(all("verdict" in json.loads(line) for line in bare.splitlines()), host, "--no-header has a head")
for pair in PAIRS:
    text, code = diff(pair, "--format=jsonl")
    head, *lines = [json.loads(line) for line in text.splitlines()]
    whole = differences(pair)
    expect(lines == whole.pop("differences"), pair, "other differences than in JSON")
    expect(head.pop("listed") == len(lines) == sum(head["counts"].values()), pair, "listed does not count the lines")
    expect(head == whole, pair, "another head than in JSON")
    expect(diff(pair, "--format=json")[1] == code, pair, "another exit code")
    bare, _ = diff(pair, "--format=jsonl", "--no-header")
    expect([json.loads(line) for line in bare.splitlines()] == lines, pair, "--no-header takes more than the head")
    count += len(lines)
expect_all_seen()
end(count)
