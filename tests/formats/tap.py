"""TAP: Perl's own parser finds no error, a point for each listener, "not ok" by its findings, and no directive."""
import subprocess

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
		print join("\t", "fact", $_->{rule} // $_->{what}, $_->{message} // $_->{detail}), "\n"
			for @{$data->{findings} // $data->{gaps}};
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
end(count)
