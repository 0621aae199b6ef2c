"""What the tests of the state share: a world of its own with three listeners, and a state that knows of two."""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

PORTMOTE, MKLISTEN = os.environ["PORTMOTE"], os.environ["MKLISTEN"]
NAME = os.path.basename(sys.argv[0])


def fail(sentence):
    sys.exit(f"{NAME}: {sentence}")


def skip(sentence):
    if os.environ.get("PORTMOTE_NO_SKIP"):
        fail(f"can't run here, and must: {sentence}")
    print(f"{NAME}: skipped: {sentence}", file=sys.stderr)
    sys.exit(77)


def enter(*commands):
    """Go on as the first process of namespaces of our own: what is started or mounted here ends with us."""
    if os.environ.pop("PM_INSIDE", None):
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        return
    if os.geteuid():
        skip("only root can make namespaces")
    for command in ("unshare", "ip", *commands):
        if not shutil.which(command):
            skip(f"{command} is not installed")
    os.environ["PM_INSIDE"] = "1"
    os.execvp("unshare", ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc",
                          sys.executable, *sys.argv])


def need_release():
    if b"__asan_init" in pathlib.Path(PORTMOTE).read_bytes():
        skip("this is a build with sanitizers")


def listen(*words):
    """mklisten, ready: it ends with its stdin, or with us."""
    process = subprocess.Popen([MKLISTEN, *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    while (line := process.stdout.readline()) != b"ready\n":
        if not line:
            fail("mklisten did not get ready")
    return process


class Stage:
    """`old`: a state of two listeners; `told`: what is said of the third, which is there since."""

    def __init__(self, folder=None, holders="proc"):
        self.top = tempfile.TemporaryDirectory()
        self.folder = pathlib.Path(folder or self.top.name, "state")
        self.folder.mkdir(mode=0o755)
        self.state = self.folder / "s"
        self.files = {"s", "s.lock"} # all that is to be in the folder
        self.out = pathlib.Path(self.top.name, "out")
        self.paths = (self.state, f"{self.state}.lock", self.folder / ".s.new", self.folder, self.out, self.top.name,
                      os.path.dirname(self.top.name))
        self.words = [PORTMOTE, "diff", f"--state={self.state}", "--netns=self", f"--holders={holders}"]
        self.listeners = [listen("tcp4", "127.0.0.1", "3643", "udp4", "127.0.0.1", "53")]
        code, first = self.run()
        if code != 0 or not first.startswith(b"recorded "):
            fail(f"the first run: exit {code}, {first!r}")
        self.old = self.state.read_bytes()
        self.listeners.append(listen("tcp4", "0.0.0.0", "8080"))
        code, self.told = self.run()
        if code != 1 or self.told.count(b"opened: ") != 1:
            fail(f"the second run: exit {code}, {self.told!r}")
        code, nothing = self.run()
        if code != 0 or nothing:
            fail(f"the third run: exit {code}, {nothing!r}")

    def reset(self, old):
        """Nothing in the folder but the old state, or nothing at all."""
        for name in self.folder.iterdir():
            name.unlink()
        if old is not None:
            with open(os.open(self.state, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(old)

    def run(self, before=(), **more):
        """Exit code and standard output; `self.err` is what was said on standard error."""
        with open(self.out, "w+b") as out:
            done = subprocess.run([*before, *self.words], stdin=subprocess.DEVNULL, stdout=out,
                                  stderr=subprocess.PIPE, **more)
            out.seek(0)
            self.err = done.stderr.decode("ascii", "replace")
            return done.returncode, out.read()

    def content(self):
        return self.state.read_bytes() if self.state.exists() else None

    def left(self):
        """What else there is in the folder than there should be."""
        return {path.name for path in self.folder.iterdir()} - self.files

    def close(self):
        for listener in self.listeners:
            listener.communicate()
        self.top.cleanup()

    def fault_of_next(self, old, is_old, after=(0,)):
        """An undisturbed run reads what there is, tells what it must, replaces it, and leaves nothing else. `after`: how
        it can end where a new state was there."""
        code, out = self.run()
        if not is_old:
            expected = code in after and bool(out) == code
        elif old is None:
            expected = code == 0 and out.startswith(b"recorded 3 ")
        else:
            expected = code == 1 and out == self.told
        if not expected:
            return f"the next run: exit {code}, {out!r}, {self.err!r}"
        if self.left() or not self.state.exists():
            return f"the next run leaves {sorted(path.name for path in self.folder.iterdir())}"
        if self.state.stat().st_mode & 0o7777 != 0o600:
            return "the next run leaves other rights"
        return None
