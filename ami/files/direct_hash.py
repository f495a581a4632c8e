"""Hashes a volume. What EBS lists no block of is zeros."""

from concurrent.futures import ThreadPoolExecutor

from direct_block import read
from direct_digest import Digest
from direct_list import pages


def hashed(ebs, snap, kept, keep):
    digest, at, done = Digest(kept.get("state")), kept.get("at", 0), kept.get("done", 0)
    with ThreadPoolExecutor(10) as pool:
        for page in pages(ebs, snap, at):
            size, end = page["BlockSize"], page["VolumeSize"] << 30
            blocks = page["Blocks"]
            for block, data in zip(blocks, pool.map(lambda b: read(ebs, snap, b, size), blocks)):
                index = block["BlockIndex"]
                if not at <= index < end // size:
                    raise ValueError("out of order")
                for _ in range(at, index):
                    digest.update(bytes(size))
                digest.update(data)
                at, done = index + 1, done + 1
            keep({"at": at, "done": done, "state": digest.state.raw.hex()}, at * size * 100 // end)
    for _ in range(at, end // size):
        digest.update(bytes(size))
    return {"sizeBytes": end, "blockBytes": size, "blocksRead": done, "sha256": digest.hex()}
