"""ask.py SHELL FOLDER TABLES NETNS: is what the shell offers what the tables have, no more and no less?"""
import sys

from shells import SHELLS

shell_name, folder, tables, netns = sys.argv[1:]
shell = SHELLS[shell_name](folder)
commands, options, values, faults, asked = {}, {}, {}, [], 0
for line in open(tables):
    kind, command, *rest = line.rstrip("\n").split("\t")
    if kind == "command":
        commands[command] = rest[0]
        options[command] = []
    elif kind == "option":
        options[command].append(rest)
    else:
        values.setdefault((command, rest[0]), set()).add(rest[1])


def ask(line):
    """What is offered, without what shells may or may not add: the part of the last word up to "=", "=", "/"."""
    global asked
    asked += 1
    last = line.split(" ")[-1]
    head = last[:last.rfind("=") + 1]
    return {word.removeprefix(head).rstrip("=/") for word in shell.offer(line)}


def expect(line, want, got=None):
    got = ask(line) if got is None else got
    if got != want:
        faults.append(f"'{line}': not offered {sorted(want - got)}, offered beyond the tables {sorted(got - want)}")


def expect_among(line, *want):
    expect(line, set(want), ask(line) & set(want))


def check_names(line, table):
    longs = {"--" + name for name, *_ in table}
    expect(f"{line} --", longs)
    expect(f"{line} -", longs | {"-" + letter for _, letter, _ in table if letter != "-"})


def check_argument(command, name, letter, argument):
    forms = [f"portmote {command} --{name}=", f"portmote {command} --{name} "]
    if letter != "-":
        forms.append(f"portmote {command} -{letter} ")
    for line in forms:
        words = values.get((command, name), set())
        if argument == "NETNS":
            expect_among(line, netns, *words)
        elif argument == "PORTS":
            expect(line, {"1717"})
            expect(line + "80,", {"80,1717"})
        elif argument == "FILE":
            expect(line, {"file", "folder"})
        elif argument == "DIR":
            expect(line, {"folder"})
        elif argument == "SECONDS":
            expect(line, set())
        else:
            expect(line, words)
        if argument in ("COLUMNS", "VERDICTS", "WORDS"):
            first = sorted(words)[0]
            expect(line + first + ",", {f"{first},{word}" for word in words - {first}})
        if argument == "FORMAT":
            expect(line + "json=", {"file", "folder"})


def check_words(command):
    """What is neither option nor value; where there is nothing else, a shell may offer options."""
    got = {word for word in ask(f"portmote {command} ") if word[0] != "-"}
    line, takes = f"portmote {command} <", commands[command]
    if any(other.startswith(command + " ") for other in commands):
        expect(line, {other.split()[1] for other in commands if other.startswith(command + " ")}, got)
    elif takes == "-":
        expect(line, set(), got)
    elif takes == "PORTS|SERVICE":
        expect(line, {"ssh", "domain", "1717"}, got & {"ssh", "domain", "1717"})
    elif takes in ("FILE", "FILE|-", "POLICY", "OLD [NEW]"):
        expect(line, {"file", "folder"}, got)
    else:
        faults.append(f"{command} {takes}: what completes this?")


def check_command(command):
    check_words(command)
    check_names(f"portmote {command}", options[command])
    for name, letter, argument in options[command]:
        if shell.takes_value(command, name) != (argument != "-"):
            faults.append(f"{command} --{name}: a value, or none?")
        if argument != "-":
            check_argument(command, name, letter, argument)


expect("portmote ", {command.split()[0] for command in commands})
check_names("portmote", options["audit"])
for command in commands:
    check_command(command)
expect("portmote -v ", set(), {word for word in ask("portmote -v ") if word[0] != "-"})
expect("portmote diff file ", {"file", "folder"})
shell.end()
if asked < 100 or not values:
    faults.append(f"only {asked} questions")
print("\n".join(faults) or f"{shell_name}: {asked} answers agree with the tables")
sys.exit(bool(faults))
