import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** The source package of Debian's dfvfs: its test data has what no tool of Linux makes. */
const SOURCE = "http://deb.debian.org/debian/pool/main/d/dfvfs/dfvfs_20240505.orig.tar.gz";

/** The images of it that tests take, with their SHA-256. */
const IMAGES = {
  // A volume of BitLocker To Go, and an NTFS with two shadow copies, as Windows made them.
  "bdetogo.raw": "ed7982a1f9263e4e54889fea1fa74112d12fea0a0aa7cd8f84fc6f03198ae71b",
  "vss.raw": "e633f0be5fb9ee9a07d44ba5223b786012ce89e9f0024f93d743568e6d052f16",
} as const;

export type PublicImage = keyof typeof IMAGES;

/** Where a public image is on this machine, fetched once with the others and kept in the user's cache folder; undefined where it cannot be had. */
export function publicImage(name: PublicImage): string | undefined {
  const cache = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
  const folder = join(cache, "clean-room-image", "dfvfs");
  if (!Object.keys(IMAGES).every((each) => existsSync(join(folder, each)))) {
    mkdirSync(folder, { recursive: true });
    const fresh = mkdtempSync(join(folder, "fresh-"));
    const { status } = spawnSync("bash", [
      "-c",
      `set -o pipefail; u=$1 d=$2; shift 2; curl -sfL --max-time 240 "$u" | tar -xz -C "$d" --strip-components=2 --wildcards "$@"`,
      ...["bash", SOURCE, fresh, ...Object.keys(IMAGES).map((each) => `*/test_data/${each}`)],
    ]);
    if (status === 0) {
      Object.keys(IMAGES).forEach((each) => renameSync(join(fresh, each), join(folder, each)));
    }
    rmSync(fresh, { recursive: true });
    if (status !== 0) return undefined;
  }
  const file = join(folder, name);
  const [sum] = execFileSync("sha256sum", [file], { encoding: "utf8" }).split(" ");
  return sum === IMAGES[name] ? file : undefined;
}
