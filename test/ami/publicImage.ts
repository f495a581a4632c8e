import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";

/** The source package of Debian's dfvfs: its test data has what no tool of Linux makes. */
const SOURCE = "http://deb.debian.org/debian/pool/main/d/dfvfs/dfvfs_20240505.orig.tar.gz";

/** The images of it that tests take, with their SHA-256. */
const IMAGES = {
  // An NTFS with two shadow copies, as Windows made it.
  "vss.raw": "e633f0be5fb9ee9a07d44ba5223b786012ce89e9f0024f93d743568e6d052f16",
} as const;

export type PublicImage = keyof typeof IMAGES;

/** Where a public image is on this machine, fetched once and kept in the user's cache folder; undefined where it cannot be had. */
export function publicImage(name: PublicImage): string | undefined {
  const cache = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
  const file = join(cache, "clean-room-image", name);
  if (!existsSync(file)) {
    const fresh = `${file}.${process.pid}`;
    mkdirSync(dirname(file), { recursive: true });
    const { status } = spawnSync("bash", [
      "-c",
      `set -o pipefail; curl -sfL --max-time 240 "$1" | tar -xzO --wildcards '*/test_data/${name}' >"$2"`,
      ...["bash", SOURCE, fresh],
    ]);
    if (status !== 0) return undefined;
    renameSync(fresh, file);
  }
  const [sum] = execFileSync("sha256sum", [file], { encoding: "utf8" }).split(" ");
  return sum === IMAGES[name] ? file : undefined;
}
