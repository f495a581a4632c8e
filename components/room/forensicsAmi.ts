import * as aws from "@pulumi/aws";

import { lookUpFailure } from "../awsFailure";
import { Refusal } from "../refusal";
import { TOOLBOX_DIGEST_TAG } from "../tags";

/** The image a workstation is started from. */
export interface ForensicsAmi {
  /** `ami-…`. */
  readonly amiId: string;
  readonly name: string;

  /** When it was made, in ISO 8601. */
  readonly creationDate: string;

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
 * @param room The room's account, and the size of its root volume in GiB.
 * @throws Refusal with every reason against the image.
 */
export async function findForensicsAmi(
  named: string | undefined,
  parameterName: string,
  room: { readonly accountId: string; readonly rootVolumeGiB: number },
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
          `It was not found among the images that account ${accountId} owns in this Region.`,
        ),
      ]);
    });
  // The image's own list of volumes may leave the encryption out; what EBS says of each snapshot counts.
  const disks = await Promise.all(
    image.blockDeviceMappings.flatMap(({ deviceName, ebs }) =>
      (ebs["snapshot_id"] ?? "") === "" ? [] : [diskOf(deviceName, ebs["snapshot_id"] as string)],
    ),
  );
  const blank = image.blockDeviceMappings.filter(
    ({ ebs }) => ebs["volume_size"] !== undefined && (ebs["snapshot_id"] ?? "") === "",
  );
  const root = image.blockDeviceMappings.find(
    ({ deviceName }) => deviceName === image.rootDeviceName,
  );
  const toolboxDigest = image.tags[TOOLBOX_DIGEST_TAG] ?? "";
  const reasons = [
    ...(image.state === "available" ? [] : [`It is ${image.state}, not available.`]),
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
    ...(Number(root?.ebs["volume_size"] ?? 0) <= rootVolumeGiB
      ? []
      : [
          `Its root volume has ${root?.ebs["volume_size"]} GiB: set rootVolumeGiB to that or more, not ${rootVolumeGiB}.`,
        ]),
    ...(DIGEST.test(toolboxDigest)
      ? []
      : [
          `It has no tag ${TOOLBOX_DIGEST_TAG} with the digest of what it carries: the image pipeline did not make it.`,
        ]),
  ];
  if (reasons.length > 0) {
    throw new Refusal(`The forensics image ${amiId} is refused`, reasons);
  }
  return { amiId, name: image.name, creationDate: image.creationDate, toolboxDigest };
}

async function diskOf(
  deviceName: string,
  snapshotId: string,
): Promise<{ readonly deviceName: string; readonly encrypted: boolean }> {
  try {
    const { encrypted } = await aws.ebs.getSnapshot({ snapshotIds: [snapshotId] });
    return { deviceName, encrypted };
  } catch (error) {
    throw new Refusal("The forensics image is not known", [
      lookUpFailure(
        `Its snapshot ${snapshotId}`,
        error,
        `Its snapshot ${snapshotId} is gone: name another image with amiId, or build one with npm run image -- build.`,
      ),
    ]);
  }
}

async function published(parameterName: string): Promise<string> {
  try {
    return (await aws.ssm.getParameter({ name: parameterName })).value;
  } catch (error) {
    throw new Refusal("The forensics image is not known", [
      lookUpFailure(
        `The parameter ${parameterName}, which names the image,`,
        error,
        `The pipeline has published none in ${parameterName} yet: build the first one with npm run image -- build, which takes about an hour, or name an image with amiId.`,
      ),
    ]);
  }
}
