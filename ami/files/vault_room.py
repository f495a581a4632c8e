"""The facts of the room that a machine is of."""

import json
import os
import re
from collections import namedtuple


class Misuse(Exception):
    """The command or the room's facts are wrong; nothing was done."""


Room = namedtuple("Room", "ticket region bucket account evidence_key")


def read_room() -> Room:
    path = os.environ.get("CLEAN_ROOM_FACTS") or "/etc/clean-room/room.json"
    try:
        with open(path, encoding="utf-8") as file:
            facts = json.load(file)
        ticket, region, key = facts["ticket"], facts["region"], facts["evidenceKeyArn"]
        vault = re.fullmatch(r"s3://([a-z0-9][a-z0-9.-]+)/(cases/[^/]+/)", facts["vaultPrefix"])
        owner = re.fullmatch(r"arn:[^:]+:kms:[^:]+:(\d{12}):key/.+", key)
        if vault is None or vault[2] != f"cases/{ticket}/" or owner is None:
            raise ValueError("vaultPrefix or evidenceKeyArn does not fit the ticket")
    except OSError as error:
        raise Misuse(f"there are no facts of the room in {path}: {error.strerror}") from error
    except (KeyError, TypeError, ValueError) as error:
        raise Misuse(f"{path} does not hold the facts of a room: {error}") from error
    return Room(ticket, region, vault[1], owner[1], key)


def read_instance() -> str:
    """On Nitro the asset tag of the board is the instance's id."""
    try:
        with open("/sys/class/dmi/id/board_asset_tag", encoding="ascii") as file:
            return re.fullmatch("i-[0-9a-f]{8,17}", file.read().strip())[0]
    except (OSError, TypeError):
        return "unknown"
