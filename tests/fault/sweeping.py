"""Calls of a run, one after the other made to fail or to be the last, by strace.

A run is two processes: the one that was started opens all, and then watches the one that does all else. strace counts
the calls of each for itself, so what is to happen to the nth of a name can happen to either, or to both.
"""
import collections
import re

from staging import fail

# The nth of its name; `loading`: the nth of the process that was started comes before main(); `begun`: the first on the
# state, or later; `ours`: on the state or on standard output; `shut_in`: after all rights were given up.
Call = collections.namedtuple("Call", "name, nth, loading, begun, ours, shut_in")
# What main() does first, and nobody before it.
MAIN = re.compile(r"\d+ +fcntl\(0(<.*>)?, F_GETFD\)")


# Of what the watching one does, that of which there is always as much.
WATCHING = ("sendmsg", "capset", "rt_sigaction")


def lines_of(log):
    """Name and line of each call: of the first process till it has another and of WATCHING, then of the other."""
    first, others, has_other = [], [], False
    for line in open(log, encoding="ascii", errors="replace"):
        if match := re.match(r"(\d+) +(?!execve)(\w+)\(", line):
            pid, name = match[1], match[2]
            starter = pid if not first else starter
            if pid != starter:
                others.append((name, line))
            elif not has_other or name in WATCHING:
                first.append((name, line))
            has_other |= pid == starter and name in ("clone", "clone3", "fork", "vfork")
    return first, others


def loading_of(lines):
    """How often each call is made before main(), given name and line of each."""
    for at, (_, line) in enumerate(lines):
        if MAIN.match(line):
            return collections.Counter(name for name, _ in lines[:at])
    fail("strace does not show where main() begins")


def trace(stage, old):
    stage.reset(old)
    log = f"{stage.top.name}/log"
    stage.run(before=("strace", "-f", "-y", "-o", log))
    calls, begun, shut_in = [], False, False
    first, others = lines_of(log)
    loading = loading_of(first)
    for lines in (first, others):
        seen = collections.Counter()
        for name, line in lines:
            seen[name] += 1
            begun |= str(stage.folder) in line
            calls.append(Call(name, seen[name], seen[name] <= loading[name], begun, begun and stage.top.name in line,
                              shut_in))
            shut_in |= " seccomp(SECCOMP_SET_MODE_FILTER, 0," in line
    if not shut_in or not any(call.shut_in and call.name == "renameat" for call in calls):
        fail("strace does not show where the rights are given up and the state replaced")
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
    for _ in range(3):
        stage.reset(old)
        code, out = stage.run(before=("strace", "-f", "-o", log, "-e", f"trace={call.name}", "-e",
                                      f"inject={call.name}:{what}={value}:when={call.nth}"), **more)
        if re.search(happened, open(log, encoding="ascii", errors="replace").read()):
            return True, code, out
    return False, code, out
