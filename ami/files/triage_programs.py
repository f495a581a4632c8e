"""The programs that evidence-triage runs over a disk of evidence, each with a table of what it found."""

import contextlib
import glob
import heapq
import json
import os
import re
import shutil
import subprocess

# The tools bucket brings:
RULES, CHAINSAW = "/opt/clean-room/yara-rules", "/opt/clean-room/chainsaw"


def run(command, **options):
    return subprocess.run(command, capture_output=True, text=True, errors="replace", check=False, **options)


def read(*command):
    """Runs a command that may read all of mounted evidence, and write nothing; it ends when this process does."""
    # Examiner can end neither sudo nor what is root's below it: that hears, by a pipe, that nobody waits for it.
    watched = 'exec 3<&0 </dev/null; { read -ru 3; kill -KILL $$; } & "$@" 3<&-'
    end, held = os.pipe()
    try:
        return run(["sudo", "-n", "evidence-shell", "bash", "-c", watched, "read", *command], stdin=end)
    finally:
        os.close(end)
        os.close(held)


def table(columns, rows, *notes):
    return {"columns": columns, "rows": rows, "notes": [note for note in notes if note]}


def places(base):
    """What is looked at: where a disk is mounted, and the shadow copies of a volume beside it."""
    return [base, *sorted(glob.glob(glob.escape(base) + ".shadow-*"))]


def yara(base, **_):
    rules = sorted(os.listdir(RULES)) if os.path.isdir(RULES) else []
    if not rules:
        return table([], [], f"not run: the image has no rules in {RULES}; the tools bucket brings them (docs/image.md)")
    every = [read("yara", "-r", "-w", "-N", *[os.path.join(RULES, rule) for rule in rules], place) for place in places(base)]
    lines = [line for said in every for line in said.stdout.split("\n") if line]
    rows = [line.split(" ", 1) for line in lines if f" {base}" in line]
    torn = len(rows) < len(lines) and "INCOMPLETE: names with ends of lines"
    ended = [f"INCOMPLETE: yara ended with {said.returncode}" for said in every if said.returncode]
    return table(["rule", "file"], rows, *[said.stderr.strip()[:2000] for said in every], torn, *ended)


def sigma(base, **_):
    program = os.path.join(CHAINSAW, "chainsaw")
    if not os.path.exists(program):
        return table([], [], f"not run: the image has no {program}; the tools bucket brings it with its rules (docs/image.md)")
    options = ["-s", CHAINSAW + "/sigma", "--mapping", CHAINSAW + "/mapping.yml", "--json", "--skip-errors"]
    rows, skipped = [], []
    for place in places(base):
        said = read(program, "hunt", place, *options)
        if said.returncode:
            return table([], [], "FAILED: " + said.stderr.strip()[-500:])
        rows += [[hit.get("timestamp"), hit.get("name"), hit.get("level"), json.dumps(hit)[:300]] for hit in json.loads(said.stdout)]
        skipped += [line for line in said.stderr.split("\n") if "[!]" in line]
    return table(["time", "rule", "level", "event"], rows, skipped and "INCOMPLETE: " + " ".join(skipped)[:2000])


def by_time(file):
    """The lines of a timeline, each with its time; what a line goes on with has its own."""
    at = b""
    for line in file:
        at = line[:26] if re.match(rb"\d{4}-\d\d-\d\dT", line) else at
        yield at, line


def timeline(base, place, **_):
    program = shutil.which("log2timeline")
    if program is None:
        return table([], [], "not run: there is no plaso here")
    for path in glob.glob(glob.escape(place) + "/timeline*.plaso") + glob.glob(glob.escape(place) + "/timeline*.csv"):
        os.remove(path)
    # What it leaves when it is killed.
    for folder in glob.glob(glob.escape(place) + "/tmp????????"):
        shutil.rmtree(folder, ignore_errors=True)
    common = ["--unattended", "--quiet", "--logfile", os.path.join(place, "plaso.log"), "--status_view", "none"]
    parts, failed, count = [], [], 0
    for each in places(base):
        store = os.path.join(place, f"timeline{each[len(base):]}.plaso")
        # What is mounted, not the device: of that it takes p1, p2… for the parts of one split image, and replays nothing.
        made = read(program, *common, "--storage_file", store, each)
        if made.returncode or not os.path.exists(store):
            return table([], [], "FAILED: " + (made.stdout + made.stderr).strip()[-500:])
        parts.append(f"{store}.csv")
        sorted_ = run([shutil.which("psort"), *common, "-o", "dynamic", "-w", parts[-1], store])
        failed += ["FAILED: " + sorted_.stderr.strip()[-500:]] if sorted_.returncode else []
    with contextlib.ExitStack() as opened, open(os.path.join(place, "timeline.csv"), "wb") as rows:
        files = [opened.enter_context(open(part, "rb")) for part in parts]
        rows.write([next(file, b"") for file in files][0])
        for _, line in heapq.merge(*map(by_time, files), key=lambda dated: dated[0]):
            rows.write(line)
            count += 1
    for part in parts:
        os.remove(part)
    return table(["events", "file"], [[str(count), "timeline.csv"]], "of the files that are mounted; deleted ones are in fls -m, tables of partitions in log2timeline of the disk itself", *failed)
