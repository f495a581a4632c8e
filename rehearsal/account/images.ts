import type { Account, Entry } from "./account";
import { digest } from "./identifiers";

/** What an image is made of. */
export interface Image {
  /** `ami-…` */
  readonly id: string;

  /** Snapshot of its root volume, `snap-…`. */
  readonly snapshotId: string;

  readonly name: string;

  /** When it was registered, ISO 8601. */
  readonly creationDate: string;

  /** Account that owns it. */
  readonly ownerId: string;

  readonly public: boolean;

  readonly encrypted: boolean;

  /** `x86_64` or `arm64`. */
  readonly architecture: string;

  /** `/dev/xvda` for Amazon Linux, `/dev/sda1` for Ubuntu. */
  readonly rootDeviceName: string;

  readonly tags: Readonly<Record<string, string>>;
}

const UBUNTU_ROOT = "/dev/sda1";

/** What Ubuntu's images, and those made of them, list besides: places for disks of the host, no volumes. */
const INSTANCE_STORE = ["/dev/sdb", "/dev/sdc"].map((deviceName, index) => ({
  deviceName,
  noDevice: "",
  virtualName: `ephemeral${index}`,
  ebs: {},
}));

/** An image as AWS lists it. */
export function imageEntry(account: Account, image: Image): Entry {
  const { id, snapshotId, name, ownerId, encrypted, rootDeviceName, tags, ...same } = image;
  return {
    type: "aws:ec2/ami:Ami",
    id,
    arn: `arn:aws:ec2:${account.region}::image/${id}`,
    tags: { ...tags },
    state: "available",
    properties: {
      ...same,
      blockDeviceMappings: [
        {
          deviceName: rootDeviceName,
          noDevice: "",
          virtualName: "",
          ebs: {
            delete_on_termination: "true",
            encrypted: String(encrypted),
            snapshot_id: snapshotId,
            volume_size: "8",
            volume_type: "gp3",
          },
        },
        ...(rootDeviceName === UBUNTU_ROOT ? INSTANCE_STORE : []),
      ],
      description: "",
      enaSupport: true,
      imageLocation: `${ownerId}/${name}`,
      imageOwnerAlias: "",
      imageType: "machine",
      imdsSupport: "v2.0",
      name,
      ownerId,
      platform: "",
      platformDetails: "Linux/UNIX",
      rootDeviceName,
      rootDeviceType: "ebs",
      rootSnapshotId: snapshotId,
      virtualizationType: "hvm",
    },
  };
}
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
