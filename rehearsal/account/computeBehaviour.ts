import type { Account, Entry, Properties } from "./account";
import { AwsError } from "./awsError";
import { addressIn, digest } from "./identifiers";
import { requireStartable } from "./machines";
import { valuesAt } from "./references";
import type { Behaviour, Made, Request } from "./resourceType";

const ATTACHMENT = "aws:ec2/volumeAttachment:VolumeAttachment";
const INSTANCE = "aws:ec2/instance:Instance";
const SNAPSHOTS = ["aws:ebs/snapshotCopy:SnapshotCopy", "aws:ebs/snapshot:Snapshot"];
const SUBNET = "aws:ec2/subnet:Subnet";
const VOLUME = "aws:ebs/volume:Volume";

/** The volume that EC2 names of every snapshot that was made by copying. */
const NO_VOLUME = "vol-ffffffff";

/** Copies that EBS makes at a time. */
const MOST_COPIES = 20;

/** What EC2 and EBS do that no line of the table can say. */
export const computeBehaviour: Readonly<Record<string, Behaviour>> = {
  [INSTANCE]: {
    // Otherwise AWS stops the instance, changes the user data and starts it again.
    alsoReplacedBy: (before, after) =>
      after["userDataReplaceOnChange"] === true
        ? ["userData", "userDataBase64"].filter((name) => before[name] !== after[name])
        : [],
    check: (request) => {
      requireOneNetwork(request);
      requireStartable(request);
    },
    outputs: instanceOutputs,
    companions: rootVolume,
    checkDelete: (_, entry) => {
      const { disableApiTermination, forceDestroy } = entry.properties;
      if (disableApiTermination === true && forceDestroy !== true) {
        throw new AwsError(
          "OperationNotPermitted",
          `The instance '${entry.id}' may not be terminated. Modify its 'disableApiTermination' ` +
            "instance attribute and try again.",
        );
      }
    },
    goesWith: detachAll,
  },
  "aws:ebs/snapshotCopy:SnapshotCopy": {
    check: ({ account, inputs, before }) => {
      if (before === undefined) {
        requireCompleted(account, String(inputs["sourceSnapshotId"]));
        requireCopyPlace(account);
      }
    },
    outputs: ({ account, id, inputs }) => {
      const source = account.find(SNAPSHOTS, inputs["sourceSnapshotId"])?.properties ?? {};
      return {
        dataEncryptionKeyId: digest(id, 32),
        ownerId: account.id,
        productCodes: source["productCodes"],
        startTime: new Date().toISOString(),
        storageTier: "standard",
        volumeId: NO_VOLUME,
        volumeSize: source["volumeSize"],
      };
    },
    // Source: EBS user guide, "Amazon EBS snapshot lock"; the code is not documented.
    checkDelete: (_, { id, lockedUntil }) => {
      if (lockedUntil !== undefined && lockedUntil > new Date().toISOString()) {
        throw new AwsError(
          "SnapshotLocked",
          `The snapshot '${id}' is locked until ${lockedUntil}.`,
        );
      }
    },
  },
  [VOLUME]: {
    check: ({ account, inputs, before }) => {
      const { snapshotId } = inputs;
      if (before === undefined && typeof snapshotId === "string") {
        requireCompleted(account, snapshotId);
      }
      requirePerformance(account, inputs);
    },
    outputs: ({ account, inputs }) => {
      const source = account.find(SNAPSHOTS, inputs["snapshotId"])?.properties;
      const { productCodes, volumeSize: size = 8 } = source ?? {};
      return { createTime: new Date().toISOString(), productCodes, size, type: "gp3" };
    },
  },
  [ATTACHMENT]: {
    check: (request) => {
      requireFreeDevice(request);
      requireNoProductCodes(request);
    },
    effects: ({ account, inputs }) => setVolumeState(account, inputs, "in-use"),
    goesWith: (account, { properties }) => setVolumeState(account, properties, "available"),
  },
};

function requireOneNetwork({ account, inputs }: Request): void {
  const network = account.find(SUBNET, inputs["subnetId"])?.properties["vpcId"];
  for (const groupId of valuesAt(inputs, "vpcSecurityGroupIds[]")) {
    const group = account.find("aws:ec2/securityGroup:SecurityGroup", groupId);
    if (network !== undefined && group?.properties["vpcId"] !== network) {
      throw new AwsError(
        "InvalidParameter",
        `Security group ${groupId} and subnet ${String(inputs["subnetId"])} belong to different ` +
          "networks.",
      );
    }
  }
}

function instanceOutputs({ account, id, inputs }: Made): Properties {
  const home = account.find(SUBNET, inputs["subnetId"])?.properties ?? {};
  const neighbours = account
    .ofType(INSTANCE)
    .filter((entry) => entry.properties["subnetId"] === inputs["subnetId"]).length;
  // AWS keeps the first four addresses of a subnet for itself.
  const cidr = home["cidrBlock"];
  return {
    availabilityZone: home["availabilityZone"],
    instanceState: "running",
    primaryNetworkInterfaceId: `eni-0${digest(id, 16)}`,
    privateIp: typeof cidr === "string" ? addressIn(cidr, 4 + neighbours) : "",
    rootBlockDevice: {
      deviceName: "/dev/xvda",
      volumeId: `vol-0${digest(`root of ${id}`, 16)}`,
      volumeSize: 8,
      volumeType: "gp3",
    },
  };
}

/** AWS makes the root volume from the image; it goes with the instance. */
function rootVolume({ account, id, inputs }: Made, properties: Properties): Entry[] {
  const device = properties["rootBlockDevice"] as Properties;
  const volumeId = String(device["volumeId"]);
  const tags = {
    ...(inputs["volumeTags"] as Record<string, string> | undefined),
    ...(device["tags"] as Record<string, string> | undefined),
  };
  return [
    {
      type: VOLUME,
      id: volumeId,
      arn: `arn:aws:ec2:${account.region}:${account.id}:volume/${volumeId}`,
      partOf: id,
      tags,
      state: "in-use",
      properties: { ...device, availabilityZone: properties["availabilityZone"] },
    },
  ];
}

/** Ending an instance detaches its volumes. */
function detachAll(account: Account, entry: Entry): void {
  for (const attachment of account.ofType(ATTACHMENT)) {
    if (attachment.properties["instanceId"] === entry.id) {
      setVolumeState(account, attachment.properties, "available");
      account.remove(attachment);
    }
  }
}

function setVolumeState(account: Account, attachment: Properties, state: string): void {
  const volume = account.find(VOLUME, attachment["volumeId"]);
  if (volume !== undefined) {
    volume.state = state;
  }
}

/** What EC2 refuses of a gp3 volume; its words of the ratios are from memory. Source: EBS user guide, gp3 volumes. */
function requirePerformance(account: Account, inputs: Properties): void {
  const size = account.find(SNAPSHOTS, inputs["snapshotId"])?.properties["volumeSize"] ?? 8;
  const iops = Number(inputs["iops"] ?? 3000);
  const throughput = Number(inputs["throughput"] ?? 125);
  const rate = Number(inputs["volumeInitializationRate"] ?? 100);
  const wrong =
    throughput < 125 || throughput > 2000
      ? `Throughput (MiBps) of ${throughput} is not between 125 and 2000.`
      : iops < 3000 || iops > 80_000
        ? `Volume iops of ${iops} is not between 3000 and 80000.`
        : throughput > iops / 4
          ? `Throughput (MiBps) to iops ratio of ${throughput / iops} is too high; maximum is 0.25 MiBps per iops.`
          : iops > 3000 && iops > Number(size) * 500
            ? `Iops to volume size ratio of ${iops / Number(size)} is too high; maximum is 500 IOPS per GiB.`
            : rate < 100 || rate > 300
              ? `Volume initialization rate of ${rate} is not between 100 and 300.`
              : undefined;
  if (wrong !== undefined) {
    throw new AwsError("InvalidParameterCombination", wrong);
  }
}

function requireCompleted(account: Account, snapshotId: string): void {
  const source = account.find(SNAPSHOTS, snapshotId);
  if (source?.properties["storageTier"] === "archive") {
    throw new AwsError("IncorrectState", `Snapshot is archived: ${snapshotId}`);
  }
  if (source !== undefined && source.state !== "completed") {
    throw new AwsError(
      "IncorrectState",
      `Snapshot is in invalid state - ${source.state}: ${snapshotId}`,
    );
  }
}

/** Source: EBS endpoints and quotas, "Concurrent snapshot copies per destination Region"; not adjustable. */
function requireCopyPlace(account: Account): void {
  const pending = account
    .ofType(...SNAPSHOTS)
    .filter(({ state, properties }) => state === "pending" && properties["volumeId"] === NO_VOLUME);
  if (pending.length >= MOST_COPIES) {
    throw new AwsError(
      "ResourceLimitExceeded",
      "Too many snapshot copies in progress. The limit is 20 for this destination region.",
    );
  }
}

/** Source: EC2 API reference, AttachVolume; the words as public fault reports have them. */
function requireNoProductCodes({ account, inputs }: Request): void {
  const codes = account.find(VOLUME, inputs["volumeId"])?.properties["productCodes"];
  const instance = account.find(INSTANCE, inputs["instanceId"]);
  if (Array.isArray(codes) && codes.length > 0) {
    throw instance?.state === "stopped"
      ? new AwsError(
          "OptInRequired",
          "In order to use this AWS Marketplace product you need to accept terms and subscribe.",
        )
      : new AwsError(
          "IncorrectInstanceState",
          `Cannot attach volume '${String(inputs["volumeId"])}' with Marketplace codes as the ` +
            `instance '${String(inputs["instanceId"])}' is not in the 'stopped' state.`,
        );
  }
}

function requireFreeDevice({ account, inputs, before }: Request): void {
  const volume = account.find(VOLUME, inputs["volumeId"]);
  const instance = account.find(INSTANCE, inputs["instanceId"]);
  if (volume?.properties["availabilityZone"] !== instance?.properties["availabilityZone"]) {
    throw new AwsError(
      "InvalidVolume.ZoneMismatch",
      `The volume '${volume?.id}' is not in the same availability zone as instance '${instance?.id}'`,
    );
  }
  // Attached as asked, the provider leaves it as it is.
  const isAsked = ({ properties }: Entry) =>
    ["deviceName", "instanceId", "volumeId"].every((name) => properties[name] === inputs[name]);
  const others = account.ofType(ATTACHMENT).filter((entry) => entry !== before && !isAsked(entry));
  if (others.some(({ properties }) => properties["volumeId"] === volume?.id)) {
    throw new AwsError("VolumeInUse", `${volume?.id} is already attached to an instance`);
  }
  const device = inputs["deviceName"];
  const root = (instance?.properties["rootBlockDevice"] as Properties | undefined)?.["deviceName"];
  const taken = others.some(
    ({ properties }) =>
      properties["instanceId"] === instance?.id && properties["deviceName"] === device,
  );
  if (taken || device === root) {
    throw new AwsError(
      "InvalidParameterValue",
      `Invalid value '${String(device)}' for unixDevice. Attachment point ${String(device)} is ` +
        "already in use",
    );
  }
}
