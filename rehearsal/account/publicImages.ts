import type { Account, Entry } from "./account";
import { digest } from "./identifiers";
import { imageEntry } from "./images";

/** Canonical's account, which owns Ubuntu's images. */
const CANONICAL = "099720109477";

const PARAMETER =
  /^\/aws\/service\/canonical\/ubuntu\/server\/([\d.]+)\/stable\/current\/(\w+)\/hvm\/ebs-gp[23]\/ami-id$/;

const RELEASES = ["22.04", "24.04"];

/** AWS's names of the architectures, by Canonical's. */
const ARCHITECTURES: Readonly<Record<string, string>> = { amd64: "x86_64", arm64: "arm64" };

/** Ubuntu's public images; they are always the same, and no part of the account's own listing. */
export function publicImages(account: Account): Entry[] {
  return RELEASES.flatMap((release) =>
    Object.entries(ARCHITECTURES).map(([name, architecture]) =>
      imageEntry(account, {
        id: imageId(account, release, name),
        snapshotId: `snap-0${digest(`snapshot of ${imageId(account, release, name)}`, 16)}`,
        name: `ubuntu/images/hvm-ssd-gp3/ubuntu-${release}-${name}-server-20260801`,
        creationDate: "2026-08-01T00:00:00.000Z",
        ownerId: CANONICAL,
        public: true,
        encrypted: false,
        architecture,
        rootDeviceName: "/dev/sda1",
        tags: {},
      }),
    ),
  );
}

/** The public image with this id. */
export function findPublicImage(account: Account, id: unknown): Entry | undefined {
  return publicImages(account).find((entry) => entry.id === id);
}

/** The id of the image that one of Canonical's public parameters names, e.g. `ami-0123…`. */
export function publicImageOf(account: Account, parameter: string): string | undefined {
  const [, release = "", architecture = ""] = PARAMETER.exec(parameter) ?? [];
  return RELEASES.includes(release) && architecture in ARCHITECTURES
    ? imageId(account, release, architecture)
    : undefined;
}

function imageId({ region }: Account, release: string, architecture: string): string {
  return `ami-0${digest(`Ubuntu ${release} ${architecture} in ${region}`, 16)}`;
}
