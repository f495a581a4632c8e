import {
  DescribeInstancesCommand,
  DescribeVolumesCommand,
  type EC2Client,
  type Tag,
} from "@aws-sdk/client-ec2";

import { DRILL_TAG, TICKET_TAG } from "../../components/tags";
import { refuseLookUp } from "../awsRefusals";

/** The tag's value where something is there to be drilled on. */
const MARK = "true";

/** The most that is copied in a drill, in GiB: nobody's terabytes, whatever carries the tag. */
export const MOST_GIB = 32;

/** An instance of a member account, and what is attached to it. */
export interface ThrowAway {
  /** `i-…`. */
  readonly id: string;

  /** As EC2 says it, such as `running`. */
  readonly state: string;
  readonly vpcId: string | undefined;

  /** Its private IPv4 address. */
  readonly address: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
  readonly volumes: readonly ThrowAwayVolume[];
}

/** A volume of one. */
export interface ThrowAwayVolume {
  /** `vol-…`. */
  readonly id: string;
  readonly sizeGiB: number;
  readonly tags: Readonly<Record<string, string>>;

  /** The instances that it is attached to. */
  readonly instances: readonly string[];
}

/** Looks an instance of a member account up, as its responder. @throws Refusal where AWS does not tell */
export async function findThrowAway(
  ec2: Pick<EC2Client, "send">,
  id: string,
): Promise<ThrowAway | undefined> {
  const absent = `${id} is not there: it is in another account or Region, or the id is mistyped.`;
  const { Reservations = [] } = await ec2
    .send(new DescribeInstancesCommand({ InstanceIds: [id] }))
    .catch(refuseLookUp(`The instance ${id}`, absent));
  const instance = Reservations.flatMap(({ Instances = [] }) => Instances).find(
    ({ InstanceId }) => InstanceId === id,
  );
  if (instance === undefined) {
    return undefined;
  }
  const VolumeIds = (instance.BlockDeviceMappings ?? []).flatMap(({ Ebs }) => Ebs?.VolumeId ?? []);
  const { Volumes = [] } =
    VolumeIds.length === 0
      ? {}
      : await ec2
          .send(new DescribeVolumesCommand({ VolumeIds }))
          .catch(refuseLookUp(`The volumes of ${id}`));
  return {
    id,
    state: instance.State?.Name ?? "of no state",
    vpcId: instance.VpcId,
    address: instance.PrivateIpAddress,
    tags: tagsOf(instance.Tags),
    volumes: Volumes.map(({ VolumeId = "", Size = 0, Tags, Attachments = [] }) => ({
      id: VolumeId,
      sizeGiB: Size,
      tags: tagsOf(Tags),
      instances: Attachments.flatMap(({ InstanceId }) => InstanceId ?? []),
    })),
  };
}

/** Why nothing of an instance is drilled on; none where it is there for that. */
export function throwAwayReasons(found: ThrowAway | undefined, id: string): string[] {
  if (found === undefined) {
    return [`EC2 has no instance ${id} in this account and Region.`];
  }
  const { state, volumes, address } = found;
  const size = volumes.reduce((sum, { sizeGiB }) => sum + sizeGiB, 0);
  const shared = volumes.filter(({ instances }) => instances.some((each) => each !== id));
  return [
    ...[found, ...volumes].flatMap(({ id: each, tags }) => [
      ...(tags[DRILL_TAG] === MARK
        ? []
        : [
            `${each} does not carry the tag ${DRILL_TAG} with the value ${MARK}, so it is nothing to drill on. Whoever made it for that gives the tag to the instance and to each of its volumes.`,
          ]),
      ...(tags[TICKET_TAG] === undefined
        ? []
        : [`${each} carries the tag ${TICKET_TAG}, ${tags[TICKET_TAG]}: it belongs to a case.`]),
    ]),
    ...(state === "running" || state === "stopped"
      ? []
      : [`${id} is ${state}: a drill takes one that is running or stopped.`]),
    ...(address === undefined ? [`${id} has no private IPv4 address for the room's rules.`] : []),
    ...(volumes.length === 0 ? [`${id} has no EBS volume to hand over.`] : []),
    ...(size > MOST_GIB
      ? [`The volumes of ${id} have ${size} GiB, and a drill copies ${MOST_GIB} at most.`]
      : []),
    ...shared.map(({ id: volume }) => `${volume} is attached to other instances as well.`),
  ];
}

function tagsOf(tags: readonly Tag[] = []): Record<string, string> {
  return Object.fromEntries(tags.map(({ Key = "", Value = "" }) => [Key, Value]));
}
