"""Who logged in to a system of evidence, and which containers it had: rows for evidence-triage."""

import json
import os
import re
import struct
import subprocess

from triage_evidence import changed, files, lines, notes, read, short, when

UTMP = struct.Struct("<hxxi32s4s32s256shhiii4i20x")


TOLD = re.compile(r"(Accepted|Failed) \S+ for|Invalid user|session opened for user root|sudo.*COMMAND=|type=USER_LOGIN|new user:")
# What any host of the internet, or the clock, makes as many of as it likes: by where a program's own words begin.
MANY = re.compile(
    r"(\w{3} +\d+ \S+|\S+) \S+ [\w/.-]+(\[\d+\])?: (message repeated \d+ times: \[ )?(Failed \S+ for|Invalid user|pam_unix\(cron:session\))"
    r"|type=USER_LOGIN .*res=failed"
)
MOST = 500


class Few:
    """The first of the rows of a file that there may be any number of; the rest is counted in a note."""

    def __init__(self, path):
        self.path, self.seen = path, 0

    def has_room(self, of_many):
        self.seen += of_many
        return not of_many or self.seen <= MOST

    def note(self):
        if self.seen > MOST:
            notes.insert(0, f"{self.path}: {self.seen - MOST} more failed log-ins, or sessions of cron, are left out")


def text(raw):
    return raw.split(b"\0", 1)[0].decode("utf-8", "replace")


def accounts(pattern):
    for path in files(pattern):
        data, few = read(path), Few(path)
        failed = os.path.basename(path).startswith("btmp")
        for kind, _, _, _, user, host, _, _, _, seconds, *_ in UTMP.iter_unpack(data[: len(data) // UTMP.size * UTMP.size]):
            if kind in (2, 7) and few.has_room(failed):
                yield when(seconds), "boot" if kind == 2 else "failed" if failed else "login", text(user), text(host), short(path)
        few.note()


def telling(path, every):
    few = Few(path)
    yield from (line for line in every if TOLD.search(line) and few.has_room(bool(MANY.match(line))))
    few.note()


def said_of(path, *command):
    """The lines of what a program says of a file, and a note of what it complains of."""
    try:
        said = subprocess.run([*command, path], capture_output=True, text=True, errors="replace", check=False)
    except OSError as error:
        notes.insert(0, f"INCOMPLETE: {path}: {error}")
        return []
    if said.stderr.strip() or said.returncode not in (0, 1):
        notes.append(f"{path}: {command[0]} ended with {said.returncode}: {said.stderr.strip()[:200]}")
    # No other end of a line: a name may have one of those that Unicode has.
    return said.stdout.split("\n")


def event_of(line):
    """The row of an event, without its file, and whether it is one of a failed log-in."""
    event = json.loads(line)["Event"]
    number = event["System"]["EventID"]
    number = number.get("#text") if isinstance(number, dict) else number
    if number not in (1102, 4624, 4625, 4672, 4688, 4697, 4720, 4732, 7045):
        return None
    data = event.get("EventData") or event.get("UserData") or {}
    told_of = {key: data[key] for key in data if re.search("User|Ip|Workstation|LogonType|Service|Process|Image", key)}
    at = event["System"]["TimeCreated"]["#attributes"]["SystemTime"]
    return (at, f"event {number}", str(data.get("TargetUserName", "")), json.dumps(told_of)[:300]), number == 4625


def events():
    for path in files("Windows/System32/winevt/Logs/Security.evtx", "Windows/System32/winevt/Logs/System.evtx"):
        few, wrong = Few(path), 0
        for line in filter(None, said_of(path, "evtx_dump", "-o", "jsonl")):
            try:
                found = event_of(line)
            except Exception:  # A hostile event ends nothing.
                wrong += 1
                continue
            if found and few.has_room(found[1]):
                yield *found[0], short(path)
        few.note()
        if wrong:
            notes.insert(0, f"{path}: {wrong} events are not understood")


def logins():
    yield from accounts("var/log/wtmp*")
    for path in files("var/log/auth.log*", "var/log/secure*", "var/log/audit/audit.log*", "var/log/messages*"):
        for line in telling(path, lines(path)):
            yield line[:15] if line[:1].isalpha() else line[:32], "log", "", line[:300], short(path)
    who = [word for name in ("sshd", "sshd-session", "sudo", "su", "login", "useradd") for word in ("-t", name)]
    for path in files("var/log/journal/*/system*.journal*"):
        for line in telling(path, said_of(path, "journalctl", "--no-pager", "-q", "--utc", "-o", "short-iso", *who, "--file")):
            yield line[:25], "journal", "", line[:300], short(path)
    yield from events()
    # What anybody can make any number of is not before what somebody did.
    yield from accounts("var/log/btmp*")


def containers():
    for path in files("var/lib/docker/containers/*/config.v2.json"):
        try:
            found = json.loads(read(path))
            config = found.get("Config") or {}
            yield "docker", found.get("Name"), config.get("Image"), str(found.get("State", {}).get("Running")), found.get("Created"), short(path)
        except ValueError as error:
            notes.append(f"{path}: {error}")
    for path in files("var/lib/containers/storage/overlay-containers/containers.json", "home/*/.local/share/containers/storage/overlay-containers/containers.json"):
        try:
            for found in json.loads(read(path)):
                yield "podman", ", ".join(found.get("names") or []), found.get("image"), "", found.get("created"), short(path)
        except ValueError as error:
            notes.append(f"{path}: {error}")
    for path in files("var/lib/containerd/io.containerd.metadata.v1.bolt/meta.db", "var/lib/docker/image/overlay2/repositories.json"):
        yield "store", os.path.basename(path), "", "", changed(path), short(path)
    for path in files("etc/kubernetes/manifests/*", "var/lib/rancher/k3s/server/manifests/*", "var/lib/kubelet/pods/*/etc-hosts"):
        yield "kubernetes", os.path.basename(path), "", "", changed(path), short(path)
