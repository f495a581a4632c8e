import * as aws from "@pulumi/aws";

import { lookUpFailure } from "../aws/failure";
import { Refusal } from "../refusal";
import { TOOLBOX_DIGEST_TAG } from "../tags";

/** The image a workstation is started from. */
export interface ForensicsAmi {
  /** `ami-…`. */
  readonly amiId: string;
  readonly name: string;

  /** When it was made, in ISO 8601. */
  readonly creationDate: string;

  /** `x86_64` or `arm64`. */
  readonly architecture: string;

  /** SHA-256 of the list of what it carries, by its tag: 64 hexadecimal digits. */
  readonly toolboxDigest: string;
}

const DIGEST = /^[0-9a-f]{64}$/;

/**
 * Finds the image: the one that was named, or the newest, which the image pipeline publishes in an
 * SSM parameter. Whoever may write that parameter would otherwise choose the investigators'
 * machine, so only an image of this account is accepted that is private, encrypted and says by its
 * tag what it carries.
 *
 * @param room The room's account, the size of its root volume in GiB, and where evidence is attached.
 * @throws Refusal with every reason against the image.
 */
export async function findForensicsAmi(
  named: string | undefined,
  parameterName: string,
  room: {
    readonly accountId: string;
    readonly rootVolumeGiB: number;
    readonly evidence: readonly { readonly device?: string | undefined }[];
  },
): Promise<ForensicsAmi> {
  const { accountId, rootVolumeGiB } = room;
  const amiId = named ?? (await published(parameterName));
  const image = await aws.ec2
    .getAmi({ owners: ["self"], filters: [{ name: "image-id", values: [amiId] }] })
    .catch((error: unknown) => {
      throw new Refusal(`The forensics image ${amiId} is refused`, [
        lookUpFailure(
          "The image",
          error,
          `It was not found among the images that account ${accountId} owns in this Region: mistyped, of another Region, deregistered or disabled.`,
        ),
      ]);
    });
  // What is no volume, such as a host's disk (ephemeral0), has an empty `ebs`, or none.
  const mappings = image.blockDeviceMappings.map(({ deviceName, ebs }) => {
    const { snapshot_id: snapshotId = "", volume_size: size } = (ebs ?? {}) as BlockDevice;
    return { deviceName, snapshotId, size };
  });
  // The image's own list of volumes may leave the encryption out; what EBS says of each snapshot counts.
  const disks = await Promise.all(
    mappings.flatMap(({ deviceName, snapshotId }) =>
      snapshotId === "" ? [] : [diskOf(deviceName, snapshotId)],
    ),
  );
  const blank = mappings.filter(({ snapshotId, size }) => snapshotId === "" && size !== undefined);
  const root = mappings.find(({ deviceName }) => deviceName === image.rootDeviceName);
  const rootGiB = Math.max(
    Number(root?.size ?? 0),
    disks.find(({ deviceName }) => deviceName === image.rootDeviceName)?.sizeGiB ?? 0,
  );
  const toolboxDigest = image.tags[TOOLBOX_DIGEST_TAG] ?? "";
  const reasons = [
    ...(image.state === "available"
      ? []
      : [
          `It is ${image.state}, not available${image.state === "pending" ? ": wait until EC2 has made it" : ""}.`,
        ]),
    ...(image.ownerId === accountId
      ? []
      : [`It is owned by account ${image.ownerId}, not by ${accountId}.`]),
    ...(image.public ? ["It is public: anybody can read what is on it."] : []),
    ...(disks.length > 0 ? [] : ["It has no EBS volume, so nothing of it is encrypted."]),
    ...disks
      .filter(({ encrypted }) => !encrypted)
      .map(({ deviceName }) => `Its volume ${deviceName} is not encrypted.`),
    ...blank.map(
      ({ deviceName }) => `It adds a blank volume ${deviceName}, which no key encrypts.`,
    ),
    ...disks
      .filter(({ keyState }) => keyState !== undefined && keyState !== "Enabled")
      .map(
        ({ deviceName, keyState }) =>
          `The key of its volume ${deviceName} is ${keyState}: no machine can be started from it.`,
      ),
    ...mappings
      .filter(({ snapshotId, size }) => snapshotId !== "" || size !== undefined)
      .filter(({ deviceName }) => room.evidence.some(({ device }) => device === deviceName))
      .map(({ deviceName }) => `It has a volume at ${deviceName}, where evidence is attached.`),
    ...(rootGiB <= rootVolumeGiB
      ? []
      : [
          `Its root volume has ${rootGiB} GiB: set rootVolumeGiB to that or more, not ${rootVolumeGiB}.`,
        ]),
    ...(image.virtualizationType === "paravirtual"
      ? ["It is paravirtual: no machine on the Nitro hypervisor starts from it."]
      : []),
    ...(image.enaSupport === false
      ? [
          "It does not support enhanced networking (ENA): no machine on the Nitro hypervisor starts from it.",
        ]
      : []),
    ...(DIGEST.test(toolboxDigest)
      ? []
      : [
          `It has no tag ${TOOLBOX_DIGEST_TAG} with the digest of what it carries: the image pipeline did not make it.`,
        ]),
  ];
  if (reasons.length > 0) {
    throw new Refusal(`The forensics image ${amiId} is refused`, reasons);
  }
  const { name, creationDate, architecture } = image;
  return { amiId, name, creationDate, architecture, toolboxDigest };
}

/** A volume of an image, as EC2 describes it. */
interface BlockDevice {
  readonly snapshot_id?: string;
  readonly volume_size?: string;
}

async function diskOf(
  deviceName: string,
  snapshotId: string,
): Promise<{
  readonly deviceName: string;
  readonly encrypted: boolean;
  readonly sizeGiB: number;
  readonly keyState: string | undefined;
}> {
  const snapshot = await aws.ebs
    .getSnapshot({ snapshotIds: [snapshotId] })
    .catch((error: unknown) => {
      throw new Refusal("The forensics image is not known", [
        lookUpFailure(
          `Its snapshot ${snapshotId}`,
          error,
          `Its snapshot ${snapshotId} is gone: name another image with amiId, or build one with npx clean-room image build.`,
        ),
      ]);
    });
  const { encrypted, volumeSize = 0, kmsKeyId } = snapshot as Partial<typeof snapshot>;
  return {
    deviceName,
    encrypted: encrypted === true,
    sizeGiB: volumeSize,
    keyState: kmsKeyId === undefined || kmsKeyId === "" ? undefined : await stateOf(kmsKeyId),
  };
}

/** The state of a key; whoever may not look at it may still start a machine by it. */
async function stateOf(keyId: string): Promise<string | undefined> {
  return aws.kms.getKey({ keyId }).then(
    ({ keyState }) => keyState,
    () => undefined,
  );
}

async function published(parameterName: string): Promise<string> {
  try {
    return (await aws.ssm.getParameter({ name: parameterName })).value;
  } catch (error) {
    throw new Refusal("The forensics image is not known", [
      lookUpFailure(
        `The parameter ${parameterName}, which names the image,`,
        error,
        `There is no forensics image: the pipeline has published none in ${parameterName} yet. Build the first one with npx clean-room image build, which takes about an hour, or name an image with amiId.`,
      ),
    ]);
  }
}
