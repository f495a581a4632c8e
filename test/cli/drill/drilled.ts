import { type Drill, stepsToDo } from "../../../cli/drill/drillForm";

export const DRILL_TICKET = "DRILL-2026-11";
export const INSTANCE = "i-0123456789abcdef0";
export const VOLUME = "vol-0123456789abcdef0";
export const MEMBER = "222233334444";
export const RESPONDER = `arn:aws:iam::${MEMBER}:role/clean-room/forensics-responder`;

/** What handover prints of the disk. */
export const LINES = `    - snapshot: snap-0123456789abcdef0 # /dev/xvda
      account: "${MEMBER}"
      device: /dev/sdf
      sourceVolume: ${VOLUME}
      sourceInstance: ${INSTANCE}
`;

/** A drill that begins. */
export function drillOf(ticket = DRILL_TICKET): Drill {
  return {
    form: "clean-room/drill/1",
    ticket,
    begunAt: "2026-11-30T09:00:00.000Z",
    program: { version: "0.1.0+abc", policyPackVersion: "0.1.0" },
    region: "us-east-1",
    auditAccount: "111122223333",
    memberAccount: MEMBER,
    deployer: "arn:aws:sts::111122223333:assumed-role/incident-deployer/me",
    responder: `arn:aws:sts::${MEMBER}:assumed-role/forensics-responder/me`,
    instance: INSTANCE,
    disks: [{ volume: VOLUME, sizeGiB: 8 }],
    vault: { days: 365, mode: "GOVERNANCE", trial: false },
    steps: stepsToDo(),
    moments: [],
    left: [],
  };
}

/** A throw-away instance as EC2 tells of it, and its volume. */
export function throwAwayIn({
  tags = { "clean-room-drill": "true" },
  volumeTags = tags,
  sizeGiB = 8,
  vpcId = "vpc-0123456789abcdef0",
}: {
  readonly tags?: Readonly<Record<string, string>>;
  readonly volumeTags?: Readonly<Record<string, string>>;
  readonly sizeGiB?: number;
  readonly vpcId?: string;
} = {}) {
  const pairs = (each: Readonly<Record<string, string>>) =>
    Object.entries(each).map(([Key, Value]) => ({ Key, Value }));
  return {
    instance: {
      InstanceId: INSTANCE,
      State: { Name: "running" as const },
      VpcId: vpcId,
      PrivateIpAddress: "10.20.30.40",
      Tags: pairs(tags),
      BlockDeviceMappings: [{ DeviceName: "/dev/xvda", Ebs: { VolumeId: VOLUME } }],
    },
    volume: {
      VolumeId: VOLUME,
      Size: sizeGiB,
      Tags: pairs(volumeTags),
      Attachments: [{ InstanceId: INSTANCE }],
    },
  };
}
