"""Calls of a run, one after the other made to fail or to be the last, by strace."""
import collections
import re

from staging import fail

# The nth of its name; `begun`: the first on the state, or later; `ours`: on the state or on standard output; `shut_in`:
# after all rights were given up.
Call = collections.namedtuple("Call", "name, nth, begun, ours, shut_in")


def trace(stage, old):
    stage.reset(old)
    log = f"{stage.top.name}/log"
    stage.run(before=("strace", "-y", "-o", log))
    seen, calls, begun, shut_in = collections.Counter(), [], False, False
    for line in open(log, encoding="ascii", errors="replace"):
        if match := re.match(r"(?!execve)(\w+)\(", line):
            name = match[1]
            seen[name] += 1
            begun |= str(stage.folder) in line
            calls.append(Call(name, seen[name], begun, begun and stage.top.name in line, shut_in))
            shut_in |= line.startswith("seccomp(SECCOMP_SET_MODE_FILTER, 0,")
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
        code, out = stage.run(before=("strace", "-o", log, "-e", f"trace={call.name}", "-e",
                                      f"inject={call.name}:{what}={value}:when={call.nth}"), **more)
        if re.search(happened, open(log, encoding="ascii", errors="replace").read()):
            return True, code, out
    return False, code, out
