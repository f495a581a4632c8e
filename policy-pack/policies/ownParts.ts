import { type Mistake, ofStack } from "../policyForms";
import type { StackGraph } from "../stackGraph";
import type { Subject } from "../subject";
import { isFields, shown, UNKNOWN } from "../unknownValues";

const ROLE = "aws:iam/role:Role";
const COPY = "aws:ebs/snapshotCopy:SnapshotCopy";
const GROUP = "aws:ec2/securityGroup:SecurityGroup";
const KEY = "aws:kms/key:Key";
const MACHINE = "aws:ec2/instance:Instance";
const PROFILE = "aws:iam/instanceProfile:InstanceProfile";
const VOLUME = "aws:ebs/volume:Volume";

/** A field of a room's resource, the type of what it names, and why it has to be the room's own. */
interface Part {
  readonly field: string;
  readonly of: string;
  readonly why: string;

  /** Whether a value that names none of the stack's own is right. */
  readonly isRightBeside?: (value: unknown, subject: Subject, own: readonly Subject[]) => boolean;
}

const PARTS: Readonly<Record<string, readonly Part[]>> = {
  [VOLUME]: [
    {
      field: "snapshotId",
      of: COPY,
      why: "what is worked on is made of what is kept",
      isRightBeside: isCopyMadeBefore,
    },
  ],
  [MACHINE]: [
    { field: "iamInstanceProfile", of: PROFILE, why: "another profile is another role" },
    { field: "vpcSecurityGroupIds", of: GROUP, why: "another group is somebody else's rules" },
  ],
  "aws:ec2/volumeAttachment:VolumeAttachment": [
    { field: "instanceId", of: MACHINE, why: "evidence is on the room's machine" },
    { field: "volumeId", of: VOLUME, why: "another case's disk is not for this machine" },
  ],
  [PROFILE]: [{ field: "role", of: ROLE, why: "the machine does what the role may" }],
  "aws:iam/rolePolicy:RolePolicy": [
    { field: "role", of: ROLE, why: "a room changes no role but its own" },
  ],
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": [
    { field: "role", of: ROLE, why: "a room changes no role but its own" },
  ],
  "aws:kms/alias:Alias": [
    { field: "targetKeyId", of: KEY, why: "closing looks for the room's key by its alias" },
  ],
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": [
    { field: "securityGroupId", of: GROUP, why: "a room opens no group but its own" },
  ],
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": [
    { field: "securityGroupId", of: GROUP, why: "a room opens no group but its own" },
  ],
};

/**
 * A room is made of its own parts. Where a stack has none of a kind there is nothing to compare: a part that lacks is found
 * by whoever needs it.
 */
export const ownParts = ofStack(
  {
    name: "own-parts",
    displayName: "What belongs to a room is put together in it",
    description:
      "Checks that in a room's stack a machine's profile and groups, a profile's role, a role's policies, disks' machine, volume and copy, groups' rules and a key's alias name the stack's own, wherever it has one of them; the copy may be one that was made before, where the volume's tags say of what; and that all machines of a room are of one image and in one subnet.",
    severity: "high",
    tags: ["access", "evidence"],
    remediationSteps: "Name the stack's own resource, by its output.",
  },
  (graph) => [
    ...graph.subjects
      .filter(({ kind }) => kind === "incident")
      .flatMap((subject) => mistakesOf(subject, graph)),
    ...machinesApart(graph),
  ],
);

/** Machines with one profile of which one is of another image or in another subnet: one slot and one record are for all. */
function machinesApart(graph: StackGraph): Mistake[] {
  const machines = graph.ofType(MACHINE).filter(({ kind }) => kind === "incident");
  const profileOf = (machine: Subject) => graph.referredTo(machine, "iamInstanceProfile")[0]?.urn;
  return machines.flatMap((subject) =>
    ["ami", "subnetId"].flatMap((field) => {
      const is = subject.at(field);
      const other = machines.find((each) => {
        const has = each.at(field);
        return ![is, has].includes(UNKNOWN) && is !== has && profileOf(each) === profileOf(subject);
      });
      return other === undefined
        ? []
        : [
            {
              subject,
              sentence: `${field} is ${shown(is)}; required: that of ${other.name}, ${shown(other.at(field))}: a room is in one slot, and its machines are of one image.\nName the same, or open another room.`,
            },
          ];
    }),
  );
}

function mistakesOf(subject: Subject, graph: StackGraph): Mistake[] {
  return (PARTS[subject.type] ?? []).flatMap(({ field, of, why, isRightBeside }) => {
    // What is made in another account, such as a link's far side, has parts there.
    const own = graph
      .ofType(of)
      .filter(({ accounts }) => String(accounts) === String(subject.accounts));
    const named = namesIn(subject.at(field));
    const strange = named.filter(
      (value) =>
        value !== UNKNOWN &&
        !own.some((each) => isNameOf(each, value)) &&
        isRightBeside?.(value, subject, own) !== true,
    );
    // What is made along with it is not known yet, or is known already: the graph tells whose it is.
    const referred = graph.referredTo(subject, field).filter(({ type }) => type === of);
    const isOwn =
      strange.length === 0
        ? named.length === 0 || referred.length > 0 || named.every((value) => value !== UNKNOWN)
        : referred.length >= named.length;
    return own.length === 0 || isOwn
      ? []
      : [
          {
            subject,
            sentence: `${field} is ${shown(subject.at(field))}; required: the stack's own (${own.map(({ name }) => name).join(", ")}): ${why}.\nName it by its output, such as ${own[0]?.name}.id or its name.`,
          },
        ];
  });
}

/**
 * A copy that an earlier room or an interrupted `up` made is written out, as no engine can import one. Its volume says
 * what it is evidence of, and the stack makes no other copy of that.
 */
function isCopyMadeBefore(value: unknown, volume: Subject, copies: readonly Subject[]): boolean {
  const source = volume.at("tags.source-snapshot");
  return (
    typeof value === "string" &&
    /^snap-[0-9a-f]+$/.test(value) &&
    typeof source === "string" &&
    source !== value &&
    typeof volume.at("tags.source-account") === "string" &&
    copies.every((copy) => copy.at("sourceSnapshotId") !== source)
  );
}

function namesIn(value: unknown): unknown[] {
  return [value].flat().filter((each) => each !== undefined && each !== "" && !isFields(each));
}

function isNameOf(resource: Subject, value: unknown): boolean {
  return ["id", "arn", "name", "keyId"].some((key) => resource.at(key) === value);
}
