"""What the tests of the formats share: recorded hosts, and what their JSON says of them."""
import json
import pathlib
import subprocess
import sys

PORTMOTE, HOSTS = sys.argv[1], sorted(pathlib.Path(sys.argv[2]).glob("*/"))
VERDICTS = {"impostor", "mismatch"}  # what fails by default, with the flags of severity high
faults = []


def run_words(*words):
    """Its output, as text, and its exit code."""
    done = subprocess.run([PORTMOTE, *words], capture_output=True)
    return done.stdout.decode("ascii"), done.returncode


def run(host, *arguments):
    return run_words(f"--replay={host}", *arguments)


def document(host, *arguments):
    return json.loads(run(host, "--format=json", *arguments)[0])


def local(listener):
    address = listener["address"]
    address = "*" if address is None else f"[{address}]" if listener["family"] == "inet6" else address
    device = f"%{listener['device']}" if listener["device"] else ""
    return address + device + ("" if listener["port"] is None else f":{listener['port']}")


def key(listener):
    """What a listener is called by in these formats (those of the recordings have names and ports)."""
    assert listener["netns"]["label"] and listener["port"] is not None
    return f"{listener['netns']['label']} {listener['protocol']} {local(listener)}"


def rules(listener):
    """By which rules it is a finding."""
    found = [listener["verdict"]] if listener["verdict"] in VERDICTS else []
    return found + [flag["flag"] for flag in listener["flags"] if flag["severity"] == "high"]


def expect(is_true, *what):
    if not is_true:
        faults.append(" ".join(str(word) for word in what))


def end(count):
    """`count` of the things that were looked at: none would be no test."""
    expect(len(HOSTS) > 3 and count, "nothing was looked at")
    print("\n".join(faults[:40]) or f"{len(HOSTS)} hosts, {count} looked at")
    sys.exit(bool(faults))
