"""The shells, each as offer(line): the set of words that it would put in the place of the last one."""
import os
import pty
import select
import subprocess
import time


class Typed:
    """A shell at a terminal. Keys insert all completions; portmote is a function that tells its arguments."""

    READY = b"<ready>"

    def __init__(self, argv, setup, keys):
        self.keys = keys
        self.told = os.path.abspath("../told")
        os.mkfifo(self.told)
        self.fifo = os.open(self.told, os.O_RDWR)
        environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "TERM": "dumb"}
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.execvpe(argv[0], argv, environment)
        with open("../setup", "w") as file:
            file.write(setup + f"portmote() {{ printf '%s\\0' portmote \"$@\" end >{self.told}; }}\nPS1='<rea'dy'> '\n")
        self.type(". ../setup\r")
        self.await_ready()

    def type(self, keys):
        os.write(self.terminal, keys.encode())

    def await_ready(self):
        shown, end = b"", time.monotonic() + 30
        while self.READY not in shown:
            if not select.select([self.terminal], [], [], max(0, end - time.monotonic()))[0]:
                raise TimeoutError(f"no prompt; the terminal shows {shown!r}")
            shown += os.read(self.terminal, 65536)

    def read_told(self):
        """While the shell echoes, it must be read."""
        told, shown, end = b"", b"", time.monotonic() + 30
        while not told.endswith(b"\0end\0"):
            ready = select.select([self.terminal, self.fifo], [], [], max(0, end - time.monotonic()))[0]
            if not ready:
                raise TimeoutError(f"no answer; the terminal shows {shown!r}")
            if self.fifo in ready:
                told += os.read(self.fifo, 65536)
            elif self.terminal in ready:
                shown += os.read(self.terminal, 65536)
        if self.READY not in shown[-20:]:
            self.await_ready()
        return told.decode().split("\0")[1:-2]

    def offer(self, line):
        typed = line.split(" ")
        last = typed[-1]
        self.type(line + self.keys + "\r")
        words = self.read_told()[len(typed) - 2:]
        return set() if words == [last] else set(words)

    def takes_value(self, command, name):
        """Then what follows is no option."""
        return not self.offer(f"portmote {command} --{name} --")

    def end(self):
        os.write(self.terminal, b"exit\r")
        os.close(self.terminal)
        os.waitpid(self.pid, 0)


def bash(folder):
    return Typed(["bash", "--norc", "--noprofile", "-i"], f"""
bind 'set bell-style none'
bind 'set enable-bracketed-paste off'
bind '"\\C-x\\C-a": insert-completions'
. {folder}/portmote.bash
""", "\x18\x01")


def zsh(folder):
    return Typed(["zsh", "-f", "-i"], f"""
unsetopt beep prompt_sp
fpath=({folder} $fpath)
autoload -Uz compinit && compinit -u -D
zstyle ':completion:*' completer _all_matches _complete
zstyle ':completion:*:all-matches' insert yes
zstyle ':completion:*:all-matches:*' insert yes
zstyle ':completion:all-matches:*' insert yes
bindkey '^X^A' complete-word
""", "\x18\x01")


class Fish:
    def __init__(self, folder):
        self.script = folder + "/portmote.fish"
        self.rows = self.run("complete -c portmote")

    def run(self, *words):
        done = subprocess.run(["fish", "--no-config", "-c", "source $argv[1]; " + words[0], self.script, *words[1:]],
                              capture_output=True, text=True, check=True)
        if done.stderr:
            raise RuntimeError(done.stderr)
        return done.stdout.splitlines()

    def offer(self, line):
        return {row.split("\t")[0] for row in self.run("complete -C $argv[2]", line)}

    def takes_value(self, command, name):
        """fish offers options even where a value is due: its own list of what it was told has it, files for both."""
        words = ("--require-parameter", "--exclusive", "--force-files")
        return any(f" -l {name} " in row and any(word in row for word in words) for row in self.rows)

    def end(self):
        pass


SHELLS = {"bash": bash, "zsh": zsh, "fish": Fish}
