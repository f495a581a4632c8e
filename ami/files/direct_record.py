"""Its record."""

import json
import sys
from time import gmtime, strftime

import boto3
from botocore.config import Config
from direct_hash import hashed


def now():
    return strftime("%FT%TZ", gmtime())


def write(path, said):
    path.with_suffix(".new").write_text(json.dumps(said))
    path.with_suffix(".new").replace(path)


def take(room, snap, record, who):
    path = record.with_suffix(".kept")
    kept = json.loads(path.read_text()) if path.exists() else {"from": now()}

    def keep(state, far):
        write(path, {**kept, **state})
        print(far, "%", file=sys.stderr)

    how = Config(retries={"mode": "standard", "max_attempts": 9})
    found = hashed(boto3.client("ebs", room.region, config=how), snap, kept, keep)
    times = {"startedAt": kept["from"], "finishedAt": now()}
    write(record, {"form": "clean-room/direct-hash/1", "snapshotId": snap, **who, **found, **times})
    path.unlink()
