"""Calls of a run, one after the other made to fail or to be the last, by strace.

A run is several processes: the one that was started waits; another opens all, inputs and once each output by a
process aside, and then watches the one that does all else. strace counts the calls of each for itself, so what is to
happen to the nth of a name can happen to any of them, or to several: where the call is on a file of the stage, only
calls on that one count.
"""
import collections
import pathlib
import re

from staging import fail

# The nth of its name, or of those on `path`; `loading`: the nth of the process that was started comes before main();
# `begun`: the first on the state, or later; `ours`: on the state or on standard output; `shut_in`: after all rights
# were given up; `aside`: of a process that opens files.
Call = collections.namedtuple("Call", "name, path, nth, loading, begun, ours, shut_in, aside")
# What main() does first, and nobody before it.
MAIN = re.compile(r"\d+ +fcntl\(0(<.*>)?, F_GETFD\)")


# Of what the watching one does, that of which there is always as much.
WATCHING = ("sendmsg", "capset", "rt_sigaction")
# They have a path in what they write or read, where strace does not look.
UNSEEN = ("sendmsg", "recvmsg", "readlinkat", "landlock_add_rule")
SHUT_IN = " seccomp(SECCOMP_SET_MODE_FILTER, 0,"


def processes_of(log):
    """Name and line of each call, for each process, in the order in which they began."""
    processes = {}
    for line in open(log, encoding="ascii", errors="replace"):
        if match := re.match(r"(\d+) +(?!execve)(\w+)\(", line):
            processes.setdefault(match[1], []).append((match[2], line))
        elif match := re.match(r"(\d+) +<\.\.\. (\w+) resumed>(.*)", line):
            whole = processes.get(match[1])
            if whole and whole[-1][0] == match[2]: # that another process had its line between
                whole[-1] = (match[2], whole[-1][1].replace(" <unfinished ...>\n", match[3] + "\n"))
    return list(processes.values())


def till_last_start(lines):
    """What a process does till it waits for the last that it started, and of the rest WATCHING."""
    starts = [at for at, (name, _) in enumerate(lines) if name in ("clone", "clone3", "fork", "vfork")]
    return lines[:starts[-1] + 1] + [(name, line) for name, line in lines[starts[-1] + 1:] if name in WATCHING]


def lines_of(log):
    """What each process does that it always does, and whether that is aside."""
    starter, worker, *more = processes_of(log)
    at = next((at for at, lines in enumerate(more) if any(SHUT_IN in line for _, line in lines)), None)
    if at is None:
        fail("strace does not show where the rights are given up")
    return [(till_last_start(starter), False), *((lines, True) for lines in more[:at]), (till_last_start(worker), False),
            ([line for lines in more[at:] for line in lines], False)]


def loading_of(lines):
    """How often each call is made before main(), given name and line of each."""
    for at, (_, line) in enumerate(lines):
        if MAIN.match(line):
            return collections.Counter(name for name, _ in lines[:at])
    fail("strace does not show where main() begins")


def path_of(stage, name, line):
    """What the call names or has open, where that is a file of the stage; not what it was answered."""
    given = re.split(r"\)\s+= ", line)[0] if name not in UNSEEN else ""
    named = (f(path) for path in stage.paths for f in ("<{}>".format, '"{}"'.format) if f(path) in given)
    return next(named, "")[1:-1]


def trace(stage, old):
    stage.reset(old)
    log = f"{stage.top.name}/log"
    stage.run(before=("strace", "-f", "-y", "-o", log))
    calls, begun, shut_in = [], False, False
    processes = lines_of(log)
    loading = loading_of(processes[0][0])
    for lines, aside in processes:
        seen = collections.Counter()
        for name, line in lines:
            begun |= str(stage.folder) in line
            ours = begun and stage.top.name in line and name not in UNSEEN
            path = path_of(stage, name, line)
            seen.update({name, (name, path)})
            if name == "readlinkat" and not aside: # threads share the walk: which does the nth is chance
                continue
            nth = seen[name, path] if path else seen[name]
            call = Call(name, path, nth, seen[name] <= loading[name], begun, ours, shut_in, aside)
            if not aside or call not in calls:
                calls.append(call)
            shut_in |= SHUT_IN in line
    if not any(call.shut_in and call.name == "renameat" for call in calls):
        fail("strace does not show where the state is replaced")
    return calls


def calls_of(stage, old):
    """All calls of a run as it mostly is: a look at what else runs can take a call more."""
    traces = [trace(stage, old)]
    while len(traces) < 20:
        traces.append(trace(stage, old))
        if traces[-1] == traces[-2]:
            return traces[-1]
    fail("no two runs make the same calls")


def inject(stage, old, call, what, value, **more):
    """A run with `what`=`value` at this call; what strace says, None where it did not come to it, and how it ended."""
    log = f"{stage.top.name}/log"
    happened = f"--- SIG{value} |killed by SIG{value}" if what == "signal" else rf"{value} .*\(INJECTED\)"
    on_path = ("-P", call.path) if call.path else ()
    if what == "error" and call.ours: # the nth of another run can be another one
        happened = f"({re.escape(pathlib.Path(stage.top.name).name)}|resumed).*{happened}"
    for _ in range(3):
        stage.reset(old)
        code, out = stage.run(before=("strace", "-f", "-y", "-o", log, *on_path, "-e", f"trace={call.name}", "-e",
                                      f"inject={call.name}:{what}={value}:when={call.nth}"), **more)
        if re.search(happened, open(log, encoding="ascii", errors="replace").read()):
            return True, code, out
    return False, code, out
