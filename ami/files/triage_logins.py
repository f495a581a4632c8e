"""Who logged in to a system of evidence, and which containers it had: rows for evidence-triage."""

import json
import os
import re
import struct
import subprocess

from triage_evidence import changed, files, lines, notes, read, short, when

UTMP = struct.Struct("<hxxi32s4s32s256shhiii4i20x")


def logins():
    def text(raw):
        return raw.split(b"\0", 1)[0].decode("utf-8", "replace")

    for path in files("var/log/wtmp*", "var/log/btmp*"):
        data = read(path)
        for kind, _, line, _, user, host, _, _, _, seconds, *_ in UTMP.iter_unpack(data[: len(data) // UTMP.size * UTMP.size]):
            if kind in (2, 7):
                what = "boot" if kind == 2 else "failed" if "btmp" in path else "login"
                yield when(seconds), what, text(user), text(host), short(path)
    told = re.compile(r"Accepted \w+ for|Failed \w+ for|Invalid user|session opened for user root|sudo:.*COMMAND=|type=USER_LOGIN|new user:")
    for path in files("var/log/auth.log*", "var/log/secure*", "var/log/audit/audit.log*", "var/log/messages*"):
        for line in lines(path):
            if told.search(line):
                yield line[:15] if line[:1].isalpha() else line[:32], "log", "", line[:300], short(path)
    for path in files("var/log/journal/*/system*.journal"):
        command = ["journalctl", "--no-pager", "-q", "--utc", "-o", "short-iso", "--file", path, "-t", "sshd", "-t", "sudo", "-t", "login"]
        said = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
        if said.returncode not in (0, 1):
            notes.append(f"{path}: {said.stderr.strip()[:200]}")
        for line in said.stdout.splitlines():
            if told.search(line):
                yield line[:25], "journal", "", line[:300], short(path)
    for path in files("Windows/System32/winevt/Logs/Security.evtx", "Windows/System32/winevt/Logs/System.evtx"):
        said = subprocess.run(["evtx_dump", "-o", "jsonl", path], capture_output=True, text=True, errors="replace", check=False)
        if said.returncode or said.stderr.strip():
            notes.append(f"{path}: {said.stderr.strip()[:200]}")
        for line in said.stdout.splitlines():
            event = json.loads(line)["Event"]
            number = event["System"]["EventID"]
            number = number.get("#text") if isinstance(number, dict) else number
            if number in (1102, 4624, 4625, 4672, 4688, 4697, 4720, 4732, 7045):
                data = event.get("EventData") or event.get("UserData") or {}
                told_of = {key: data[key] for key in data if re.search("User|Ip|Workstation|LogonType|Service|Process|Image", key)}
                at = event["System"]["TimeCreated"]["#attributes"]["SystemTime"]
                yield at, f"event {number}", str(data.get("TargetUserName", "")), json.dumps(told_of)[:300], short(path)


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
