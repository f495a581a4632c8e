#!/usr/bin/python3 -I
"""triage_step.py STEP BASE: looks at what is mounted below BASE, and prints a table as JSON: columns, rows, notes.

It follows no link that leads out of evidence, runs nothing of it, and notes what it could not read.
"""

import json
import os
import re
import sys

sys.path.append(os.path.dirname(os.path.realpath(__file__)))
sys.dont_write_bytecode = True
from triage_evidence import TOPS, changed, files, lines, notes, read, short  # noqa: E402
from triage_logins import containers, logins  # noqa: E402
from triage_persistence import persistence  # noqa: E402

MOST = 20_000


def facts():
    for path in files("etc/os-release", "usr/lib/os-release"):
        for line in lines(path):
            if re.match("(PRETTY_NAME|ID|VERSION_ID)=", line):
                yield short(path), *line.replace('"', "").split("=", 1)
    for name in ("etc/hostname", "etc/machine-id", "etc/timezone", "var/lib/cloud/data/instance-id", "proc/version"):
        for path in files(name):
            yield short(path), name.rsplit("/", 1)[1], read(path).decode("utf-8", "replace").strip()[:200]
    for path in files("etc/fstab", "etc/hosts", "etc/resolv.conf"):
        for line in lines(path):
            if line.strip() and not line.startswith("#"):
                yield short(path), "line", line.strip()
    for path in files("boot/vmlinuz-*", "var/lib/dpkg/status", "var/lib/rpm/rpmdb.sqlite", "var/lib/rpm/Packages"):
        yield short(path), "changed", changed(path)
    for path in files("Windows/System32/config/SYSTEM", "Windows/System32/config/SOFTWARE"):
        yield short(path), "changed", changed(path)


def users():
    locked = {}
    for path in files("etc/shadow"):
        for line in lines(path):
            name, _, rest = line.partition(":")
            locked[name] = "no password" if rest[:1] in ("!", "*") else "empty password" if rest[:1] == ":" else "password"
    for path in files("etc/passwd"):
        for line in lines(path):
            parts = line.split(":")
            if len(parts) >= 7:
                yield short(path), parts[0], f"uid {parts[2]}", parts[6], locked.get(parts[0], "")
    for path in files("etc/group"):
        for line in lines(path):
            parts = line.split(":")
            if len(parts) >= 4 and parts[0] in ("sudo", "wheel", "admin", "adm", "docker", "lxd", "root") and parts[3]:
                yield short(path), parts[3], f"group {parts[0]}", "", ""
    for path in files("etc/sudoers", "etc/sudoers.d/*"):
        for line in lines(path):
            if line.strip() and not line.startswith(("#", "Defaults")):
                yield short(path), "", "sudo", line.strip(), ""
    for path in files("root/.ssh/authorized_keys*", "home/*/.ssh/authorized_keys*"):
        for line in lines(path):
            if line.strip() and not line.startswith("#"):
                yield short(path), "", "key", line.strip()[:60] + "…" + line.strip()[-40:], changed(path)
    for path in files("Users/*/NTUSER.DAT"):
        yield short(path), path.split("/")[-2], "profile", "", changed(path)


STEPS = {
    "facts": (facts, "file", "what", "value"),
    "users": (users, "file", "user", "what", "value", "state"),
    "persistence": (persistence, "kind", "file", "changed", "what it runs"),
    "logins": (logins, "time", "what", "user", "from", "file"),
    "containers": (containers, "kind", "name", "image", "running", "created", "file"),
}


def main():
    function, *columns = STEPS[sys.argv[1]]
    if not TOPS:
        sys.exit(f"nothing is mounted below {sys.argv[2]}")
    rows = []
    try:
        for row in function():
            if len(rows) == MOST:
                notes.insert(0, f"more than {MOST} rows: the rest is left out")
                break
            rows.append(["" if cell is None else str(cell) for cell in row])
    except Exception as error:  # A hostile file ends the table, never what is in it by then.
        notes.insert(0, f"INCOMPLETE: it ended at something that it does not understand: {error!r}")
    told = list(dict.fromkeys(notes))
    if len(told) > 1000:
        told[1000:] = [f"and {len(told) - 1000} more notes, which are left out"]
    json.dump({"columns": columns, "rows": rows, "notes": told}, sys.stdout)


main()
