"""Puts files into the evidence vault, write-once, and keeps a journal of it; evidence-put is the command."""

import base64
import hashlib
import json
import os
import pathlib
import pwd
import subprocess
import sys
import time
import urllib.parse
from collections import namedtuple
from subprocess import PIPE

HERE = os.path.dirname(os.path.realpath(__file__))
WRITER = "/usr/local/sbin/vault-writer" if HERE.startswith("/usr/local/") else f"{HERE}/vault-writer"
BLOCK = 4 * 1024 * 1024
USER = pwd.getpwuid(os.getuid()).pw_name
STATE = pathlib.Path(os.environ.get("XDG_STATE_HOME") or os.path.expanduser("~/.local/state"), "clean-room")


class Failure(Exception):
    """One file was not uploaded, or not found unchanged; the text is one sentence."""


# A file as it was when it was hashed.
Content = namedtuple("Content", "path sha256 size state")


def note(text: str) -> None:
    clear = "\r\033[K" if sys.stderr.isatty() else ""
    print(f"{clear}evidence-put: {text}", file=sys.stderr)


def progress(doing: str, done: int, size: int) -> None:
    if sys.stderr.isatty() and size:
        print(f"\r\033[K{doing}: {done * 100 // size} %\r", end="", file=sys.stderr, flush=True)


def now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def state_of(file: int | str) -> tuple[int, ...]:
    status = os.stat(file)
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def hash_file(fd: int, path: str) -> Content:
    before = state_of(fd)
    size = before[2]
    if size > 5 * 1024**4:
        raise Failure("is larger than 5 TiB, too large for one object; split it")
    digest = hashlib.sha256()
    done = 0
    while block := os.read(fd, BLOCK):
        digest.update(block)
        done += len(block)
        progress("hashing", done, size)
    if state_of(fd) != before or done != size:
        raise Failure("changed while it was being hashed; nothing was uploaded")
    return Content(path, digest.hexdigest(), size, before)


def unchanged(fd: int, content: Content) -> bool:
    """By what stat tells of the open file and of its path."""
    return state_of(fd) == content.state == state_of(content.path)


def read_up_to(fd: int, count: int) -> bytearray:
    data = bytearray()
    while block := os.read(fd, min(BLOCK, count - len(data))):
        data += block
    return data


def whole(fd: int, content: Content) -> bytearray:
    """A small file's bytes, once more."""
    os.lseek(fd, 0, os.SEEK_SET)
    data = read_up_to(fd, content.size + 1)
    if hashlib.sha256(data).hexdigest() != content.sha256 or not unchanged(fd, content):
        raise Failure("a changed byte found between hashing and uploading; nothing was uploaded")
    return data


def base64_sha256(data: bytes) -> str:
    return base64.b64encode(hashlib.sha256(data).digest()).decode()


def replace(path: pathlib.Path, data: bytes) -> None:
    """Writes a file as a whole or not at all, also when the machine stops."""
    new = path.with_suffix(".new")
    with open(new, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(new, path)


# The journal has a file per address. States: sending, completing (its answer is not known), complete.


def journal_path(address: str) -> pathlib.Path:
    return STATE / "uploads" / f"{hashlib.sha256(address.encode()).hexdigest()}.json"


def read_entry(path: pathlib.Path) -> dict:
    try:
        return json.loads(path.read_bytes()) if path.exists() else {}
    except ValueError as error:
        raise Failure(f"the journal {path} cannot be understood ({error}); move it away") from error


def record(entry: dict, **changes) -> dict:
    entry = {**entry, **changes, "at": now()}
    replace(journal_path(entry["address"]), json.dumps(entry, indent=1).encode())
    return entry


class Refused(Exception):
    """S3 refused a request; the text says which, and why."""

    def __init__(self, answer: dict):
        super().__init__(f"{answer['refused']}: {answer['Code']}: {answer.get('Message')}")
        self.code = answer["Code"]


class Writer:
    """vault-writer, which has the role's credentials and puts into the room's case alone."""

    def __init__(self):
        command = [sys.executable, "-I", WRITER] if os.geteuid() == 0 else ["sudo", "-n", WRITER]
        # Its own session, as Ctrl-C is for this one; it ends with this one.
        self.process = subprocess.Popen(command, stdin=PIPE, stdout=PIPE, start_new_session=True)

    def ask(self, act: str, key: str, body: bytes = b"", **said) -> dict:
        asked = json.dumps({"act": act, "key": key, "said": said, "size": len(body)})
        try:
            self.process.stdin.write(f"{asked}\n".encode())
            self.process.stdin.write(body)
            self.process.stdin.flush()
            answer = json.loads(self.process.stdout.readline())
        except (OSError, ValueError) as error:
            raise Failure("vault-writer, which sends it, has ended; run it again to continue") from error
        if "refused" in answer:
            raise Refused(answer)
        if "failed" in answer:
            raise Failure(answer["failed"])
        return answer["answer"]


class Vault:
    def __init__(self, room):
        self.room = room
        self.writer = Writer()
        (STATE / "uploads").mkdir(parents=True, exist_ok=True)
        (STATE / "manifests").mkdir(exist_ok=True)

    def put(self, fd: int, content: Content, key: str, part_size: int) -> dict:
        """Uploads a file, or continues its upload; returns its journal entry."""
        address = f"s3://{self.room.bucket}/{key}"
        taken = f"{address} is already in the vault, nothing was overwritten"
        another = f"{taken}; the journal does not say that it is this file: have the sha256 compared"
        path = journal_path(address)
        entry = read_entry(path)
        same = entry.get("sha256") == content.sha256
        if same and entry["state"] == "complete":
            note(f"{taken}: it was uploaded from here at {entry['at']}")
            return entry
        if entry.get("state") == "complete":
            raise Failure(another)
        try:
            if entry and not same:
                self.end(entry)
                note(f"an interrupted upload to {address} began with another content; it was ended")
            if not same:
                entry = {
                    "address": address,
                    "key": key,
                    "source": os.path.abspath(content.path),
                    "sha256": content.sha256,
                    "size": content.size,
                }
            return self.send(fd, content, entry, part_size)
        except Refused as refused:
            # After a conflict S3 wants every part anew.
            if refused.code in ("ConditionalRequestConflict", "NoSuchUpload", "PreconditionFailed"):
                self.end(read_entry(path))
            if refused.code == "PreconditionFailed":
                raise Failure(another) from refused
            raise Failure(f"S3 refused {refused}; run it again to continue") from refused

    def send(self, fd: int, content: Content, entry: dict, part_size: int) -> dict:
        # Metadata travels in headers, which carry ASCII only.
        metadata = {
            "sha256": content.sha256,
            "ticket": self.room.ticket,
            "source": urllib.parse.quote(os.path.basename(content.path)),
            "size": str(content.size),
        }
        if "state" not in entry and content.size < part_size:
            body = whole(fd, content)
            checksum = base64_sha256(body)
            said = {"ChecksumSHA256": checksum, "Metadata": metadata}
            answer = self.writer.ask("put_object", entry["key"], body, **said)
            self.check_key(answer)
        else:
            if "state" not in entry:
                begun = self.writer.ask("create_multipart_upload", entry["key"], Metadata=metadata)
                self.check_key(begun)
                entry = record(entry, state="sending", partSize=part_size, uploadId=begun["UploadId"])
            parts = self.send_parts(fd, content, entry)
            entry = record(entry, state="completing", parts=parts)
            said = {"MultipartUpload": {"Parts": parts}, "MpuObjectSize": content.size}
            answer = self.ask_of_upload("complete_multipart_upload", entry, **said)
            digests = b"".join(base64.b64decode(part["ChecksumSHA256"]) for part in parts)
            checksum = f"{base64_sha256(digests)}-{len(parts)}"
        confirmed = answer.get("ChecksumSHA256")
        if confirmed != checksum:
            raise Failure(f"S3 has the checksum {confirmed}, not {checksum}; do not rely on that object")
        return record(entry, state="complete", versionId=answer["VersionId"], checksum=checksum)

    def ask_of_upload(self, act: str, entry: dict, body: bytes = b"", **said) -> dict:
        return self.writer.ask(act, entry["key"], body, UploadId=entry["uploadId"], **said)

    def check_key(self, answer: dict) -> None:
        key = self.room.evidence_key
        if answer.get("ServerSideEncryption") == "AES256" or answer.get("SSEKMSKeyId", key) != key:
            raise Failure("the vault does not encrypt under the evidence key; tell its administrators")

    def send_parts(self, fd: int, content: Content, entry: dict) -> list[dict]:
        """Sends the parts that are not there yet, and hashes all of them once more while at it."""
        # S3 does not list them once it was asked to complete the upload.
        known = entry.get("parts") or self.ask_of_upload("list_parts", entry)["Parts"]
        there = {part["PartNumber"]: part for part in known}
        if there:
            note(f"{entry['address']}: its interrupted upload is continued: {len(there)} parts are there")
        digest = hashlib.sha256()
        parts = []
        os.lseek(fd, 0, os.SEEK_SET)
        for start in range(0, content.size, entry["partSize"]):
            number = len(parts) + 1
            data = read_up_to(fd, min(entry["partSize"], content.size - start))
            digest.update(data)
            checksum = base64_sha256(data)
            part = there.get(number, {})
            if part.get("ChecksumSHA256") != checksum:
                said = {"PartNumber": number, "ChecksumSHA256": checksum}
                part = self.ask_of_upload("upload_part", entry, data, **said)
            parts.append({"PartNumber": number, "ETag": part["ETag"], "ChecksumSHA256": checksum})
            progress("uploading", start + len(data), content.size)
        if digest.hexdigest() != content.sha256 or not unchanged(fd, content):
            self.end(entry)
            raise Failure("a changed byte found between hashing and uploading; the upload was not completed")
        return parts

    def end(self, entry: dict) -> None:
        """Ends an upload in parts, if there is one, and forgets it."""
        if entry:
            try:
                self.ask_of_upload("abort_multipart_upload", entry)
            except Refused as refused:
                if refused.code != "NoSuchUpload":
                    note(f"the unfinished upload to {entry['address']} could not be ended: {refused}")
            journal_path(entry["address"]).unlink()
