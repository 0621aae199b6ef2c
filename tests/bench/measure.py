"""One load at a time, and what commands take in it: time, peak memory, system calls."""
import json
import math
import os
import shlex
import shutil
import statistics
import subprocess
import tempfile

ROUNDS = 3  # commands take turns, so that what else the machine does meets them all alike


class Load:
    """The load of these options as a context; `inside` is what to put before a command."""

    def __init__(self, program, options):
        self.words = [program, *options.split()]

    def __enter__(self):
        self.process = subprocess.Popen(self.words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if self.process.stdout.readline() != "ready\n":
            raise SystemExit(f"run: no load of {self.words}")
        self.made = json.loads(line)
        self.inside = ["nsenter", f"--net=/proc/{self.made['pid']}/ns/net", "--"]
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()


class Machine:
    """No load: the machine as it is, in the network namespace that we are in."""

    inside = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass


def is_installed(command):
    return shutil.which(command.split()[0]) is not None


def hyperfine(place, command, runs, warmup):
    """Seconds of each run. What is found (exit 1, 3) is no failure of a command."""
    with tempfile.NamedTemporaryFile() as out:
        subprocess.run([*place.inside, "hyperfine", "-N", "-i", "--style=none", f"--warmup={warmup}",
                        f"--runs={runs}", f"--export-json={out.name}", command],
                       check=True, stderr=subprocess.DEVNULL)
        return json.load(out)["results"][0]["times"]


class Turns:
    """Seconds of commands that take turns, each as often as fits in `budget` seconds of all rounds."""

    def __init__(self, commands, budget, most=200):
        self.budget, self.most = budget / ROUNDS, most // ROUNDS
        self.runs = {}
        self.taken = {command: [] for command in commands}

    def take(self, place):
        """One round."""
        for command, taken in self.taken.items():
            if command not in self.runs:  # the first run warms up, and tells how many there can be
                first = hyperfine(place, command, 1, 0)[0]
                if first < 3:  # what is slow once may only have been disturbed
                    first = min(first, *hyperfine(place, command, 2, 0))
                self.runs[command] = max(1, min(self.most, math.ceil(self.budget / first)))
            taken += hyperfine(place, command, self.runs[command], 1 if self.runs[command] > 1 else 0)

    def median(self, command):
        return statistics.median(self.taken[command])


def peak_kib(place, command):
    """Peak resident memory, in KiB; time(1) is small enough not to stand in the way."""
    with tempfile.NamedTemporaryFile("r") as out:
        subprocess.run([*place.inside, "time", "-q", "-f", "%M", "-o", out.name, *shlex.split(command)],
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        return int(out.read())


def system_calls(place, command):
    """How many of them, by all its processes."""
    with tempfile.NamedTemporaryFile("r") as out:
        subprocess.run([*place.inside, "strace", "-f", "-c", "-U", "calls,name", "-o", out.name, *shlex.split(command)],
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        totals = [line.split()[0] for line in out if line.rstrip().endswith(" total")]
    return int(totals[-1]) if totals else None


def floor(place, words):
    """(seconds, sockets) of what floor.c measures, or None where the kernel will not."""
    done = subprocess.run([*place.inside, *words], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          text=True, check=False)
    return (float(done.stdout.split()[0]), int(done.stdout.split()[1])) if done.returncode == 0 else None


def machine():
    """Kernel and processor, in a line."""
    model = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo", encoding="ascii")
                  if line.startswith("model name")), os.uname().machine)
    return f"{os.uname().sysname} {os.uname().release}, {os.cpu_count()} x {model}"
