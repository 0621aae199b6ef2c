"""TAP: Perl's own parser finds no error, a point for each listener, "not ok" by its findings, and no directive."""
import subprocess

from pairs import PAIRS, diff, differences, expect_all_seen, gaps_of, rule_of, side, summary
from replay import HOSTS, document, end, expect, key, rules, run

PARSER = r'''
use TAP::Parser;
my $parser = TAP::Parser->new({tap => join("", <STDIN>)});
while (my $one = $parser->next) {
	if ($one->is_test) {
		print join("\t", "test", $one->is_actual_ok ? 1 : 0, $one->number, $one->description,
			$one->directive . $one->explanation), "\n";
	} elsif ($one->is_yaml) {
		my $data = $one->data;
		print join("\t", "fact", "said", $data->{diff}), "\n" if $data->{diff};
		print join("\t", "fact", "unseen", $data->{unseen}), "\n" if $data->{unseen};
		print join("\t", "fact", $_->{rule} // $_->{what}, $_->{message} // $_->{detail}), "\n"
			for @{$data->{findings} // $data->{gaps} // []};
	} elsif (!$one->is_plan && !$one->is_version) {
		print join("\t", "stray", $one->as_string), "\n";
	}
}
print join("\t", "end", $parser->version, $parser->tests_planned, $parser->tests_run,
	scalar($parser->failed), scalar($parser->todo), scalar($parser->skipped), join("; ", $parser->parse_errors)), "\n";
'''
count = 0


def points(host, text):
    """[ok, number, description, directive, facts], as Perl has read them."""
    done = subprocess.run(["perl", "-e", PARSER], input=text.encode(), capture_output=True, check=True)
    found = []
    for line in done.stdout.decode().splitlines():
        kind, *words = line.split("\t")
        expect(kind != "stray", host, "a line that is nothing:", words)
        if kind == "test":
            found.append([words[0] == "1", words[1], words[2], words[3], []])
        if kind == "fact":
            found[-1][4].append(words)
    failed = sum(not point[0] for point in found)
    expect(words[:6] == ["13", str(len(found)), str(len(found)), str(failed), "0", "0"] and not words[6], host, words)
    return found


def described(listener):
    """As Perl gives a description: with the backslashes that escape in it."""
    program = f" {listener['owner']['program']}" if listener["owner"]["program"] else ""
    return f"- {key(listener)}{program}, {listener['verdict']}".replace("\\", "\\\\").replace("#", "\\#")


for host in HOSTS:
    for arguments in ([], ["--only=mismatch,unknown"]):
        whole = document(host, *arguments)
        coverage, *found = points(host, run(host, "--format=tap", *arguments)[0])
        gaps = [[g["what"], g["detail"]] for g in whole["coverage"]["incomplete"]]
        expect(coverage[0] == (not gaps) and coverage[4] == gaps, host, coverage)
        expect(len(found) == len(whole["listeners"]), host, len(found), "points")
        for (ok, _, description, directive, facts), listener in zip(found, whole["listeners"]):
            expect(description == described(listener), description, "is not", described(listener))
            expect(directive == "", description, "has a directive", directive)
            expect(ok == (not rules(listener)) and [fact[0] for fact in facts] == rules(listener), description, facts)
            expect(all((listener["owner"]["exe"] or "") in fact[1] for fact in facts), description, facts)
            count += 1
for pair in PAIRS:
    whole = differences(pair)
    coverage, *found = points(pair, diff(pair, "--format=tap")[0])
    is_complete = not gaps_of(whole) and not whole["unseen"]
    expect(coverage[0] == is_complete, pair, coverage)
    told = [["said", summary(whole)]]
    told += [["unseen", fact[1]] for fact in coverage[4] if fact[0] == "unseen"] if whole["unseen"] else []
    told += [[g["what"], g["detail"]] for g in gaps_of(whole)]
    expect(coverage[4] == told, pair, coverage[4], "is not", told)
    expect(len(found) == len(whole["differences"]), pair, len(found), "points")
    for (ok, _, description, directive, facts), difference in zip(found, whole["differences"]):
        want = described(side(difference)).replace("- ", f"- {difference['change']} ", 1)
        expect(description == want and directive == "", description, "is not", want)
        expect(ok == (difference["change"] == "exe replaced"), description, ok)
        expect(facts == [[rule_of(difference), difference["text"]]], description, facts)
        count += 1
expect_all_seen()
end(count)
