import type { Account, Entry } from "./account";
import { digest } from "./identifiers";
import { imageEntry } from "./images";

/** Canonical's account, which owns Ubuntu's images. */
const CANONICAL = "099720109477";

/** The public image there is: the one that ami/toolbox.yaml builds on. */
const NAME = "ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-20260904";

/** Public images of other accounts; no part of the account's own listing. */
export function publicImages(account: Account): Entry[] {
  const suffix = digest(`${NAME} in ${account.region}`, 16);
  return [
    imageEntry(account, {
      id: `ami-0${suffix}`,
      snapshotId: `snap-0${suffix}`,
      name: NAME,
      creationDate: "2026-09-04T00:00:00.000Z",
      ownerId: CANONICAL,
      public: true,
      encrypted: false,
      architecture: "x86_64",
      rootDeviceName: "/dev/sda1",
      tags: {},
    }),
  ];
}
