"""What is mounted below a folder of evidence, found and read for evidence-triage: no link that leads out is followed."""

import datetime
import glob
import gzip
import os
import re
import stat
import sys
import zlib

BASE = os.path.realpath(sys.argv[2])
# The shadow copies of a volume are mounted beside it.
WITHIN = re.compile(re.escape(BASE) + r"(\.shadow-\d+)?/").match
MOST = 1 << 28
notes = []


def mounted():
    with open("/proc/self/mountinfo", encoding="utf-8", errors="replace") as file:
        points = [line.split()[4].replace("\\040", " ") for line in file]
    return sorted({point for point in points if WITHIN(point + "/")})


def tops():
    """Where a system's folders may begin: file systems, and subvolumes of them such as @ and @/var."""
    found = list(mounted())
    for point in list(found):
        found += sorted(glob.glob(glob.escape(point) + "/@*")) + sorted(glob.glob(glob.escape(point) + "/root"))
        found += sorted(glob.glob(glob.escape(point) + "/@/*"))
    return [each for each in found if os.path.isdir(each) and not os.path.islink(each)]


TOPS = tops()


def inside(path):
    return bool(WITHIN(os.path.realpath(path)))


def files(*patterns):
    """Regular files by patterns such as var/log/wtmp*, also where var, or home, is a file system of its own."""
    seen = set()
    for pattern in patterns:
        for top in TOPS:
            for form in {pattern, pattern.partition("/")[2] or pattern}:
                for path in sorted(glob.glob(glob.escape(top) + "/" + form, include_hidden=True)):
                    if not inside(path):
                        notes.append(f"{path} leads out of evidence, to {os.path.realpath(path)}: not followed")
                        continue
                    try:
                        status = os.stat(path)
                    except OSError as error:
                        notes.append(f"{path}: {error.strerror}")
                        continue
                    if stat.S_ISREG(status.st_mode) and (status.st_dev, status.st_ino) not in seen:
                        seen.add((status.st_dev, status.st_ino))
                        yield path


def read(path):
    data = bytearray()
    try:
        with (gzip.open if path.endswith(".gz") else open)(path, "rb") as file:
            while len(data) <= MOST and (piece := file.read(1 << 20)):
                data += piece
    except (OSError, EOFError, zlib.error) as error:
        notes.append(f"{path}: {error}, after {len(data)} bytes of it")
    if len(data) > MOST:
        notes.insert(0, f"{path}: only its first 256 MiB are looked at")
    return bytes(data[:MOST])


def lines(path):
    return read(path).decode("utf-8", "replace").splitlines()


def when(seconds):
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def changed(path):
    return when(os.stat(path).st_mtime)


def short(path):
    return path[len(BASE) :]
