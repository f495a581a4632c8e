import { EVIDENCE_TRAIL_NAME, SIGNING_KEY_ALIAS } from "../../components/names";

/** What there is of a foundation, as far as taking it down depends on it. */
export interface Installed {
  readonly region: string;
  readonly auditStack: string;

  /** Rooms that have claimed a slot, and stacks of rooms that the backend has, by ticket or name. */
  readonly rooms: readonly string[];

  /** Member accounts with a stack here, 12 digits each. */
  readonly members: readonly string[];
  readonly keys: {
    readonly evidence: string;
    readonly transfer: string;
    readonly foundation: string;
  };

  /** Grants on the transfer key. */
  readonly grants: number;

  /** The deployers' policies, and names of the roles that they are attached to. */
  readonly attached: readonly { readonly policyArn: string; readonly roles: readonly string[] }[];
  readonly vault: {
    readonly bucket: string;
    readonly mode: string;
    readonly days: number;
    readonly versions: number;
    readonly bytes: number;

    /** When the newest of them was put; undefined where there is none. */
    readonly newest: Date | undefined;
  };

  /** The preserved copies. */
  readonly copies: readonly {
    readonly id: string;
    readonly sizeGiB: number;

    /** How it is locked, and until when; undefined where it is not. */
    readonly locked?: { readonly mode: string; readonly until: Date | undefined } | undefined;
  }[];

  /** Ids of forensics images. */
  readonly images: readonly string[];
}

/** A part of taking it down: what is to be done, and the commands in order, each to be pasted as it is. */
export interface Part {
  readonly what: string;
  readonly commands: readonly string[];
}

const DAY = 86_400_000;

/** What is to be typed, in order; a part with nothing to do says so. */
export function partsOf(there: Installed): Part[] {
  const { region, auditStack, rooms, members, grants, keys, attached } = there;
  return [
    {
      what:
        rooms.length === 0
          ? "No room is open, and the backend has no room's stack."
          : `${rooms.length} rooms are there: each is closed first, with its certificate.`,
      commands: rooms.map((ticket) => `npx clean-room close ${ticket}`),
    },
    {
      what:
        grants === 0
          ? "Nothing is granted on the transfer key."
          : `${grants} grants are on the transfer key: what a closed room left, npx clean-room grants takes; look at the rest.`,
      commands:
        grants === 0 ? [] : [`aws kms list-grants --region ${region} --key-id ${keys.transfer}`],
    },
    {
      what:
        members.length === 0
          ? "The backend has no member account's stack."
          : "The member stacks, each with credentials of its account. AWS deletes no isolation group that an instance is in; a transfer key of the account's own stays.",
      commands: members.flatMap((account) => takeDown(`member-${account}`)),
    },
    {
      what: attached.every(({ roles }) => roles.length === 0)
        ? "The deployers' policies are attached to no role."
        : "IAM deletes no policy that is attached. Those in a permission set of Identity Center are taken out there.",
      commands: attached.flatMap(({ policyArn, roles }) =>
        roles.map(
          (role) => `aws iam detach-role-policy --role-name ${role} --policy-arn ${policyArn}`,
        ),
      ),
    },
    {
      what: "The foundation, as one of its foundationDeployers. It takes no evidence with it.",
      commands: takeDown(auditStack),
    },
  ];
}

/** The engine removes nothing that it protects. */
function takeDown(stack: string): string[] {
  return [
    `pulumi state unprotect --all --yes --stack ${stack}`,
    `pulumi destroy --stack ${stack}`,
    `pulumi stack export --stack ${stack} --file ${stack}.json`,
    `pulumi stack rm --stack ${stack}`,
  ];
}

/** What stays in the account after that, until when and why: a sentence each. */
export function leftBehind(
  { region, vault, copies, images, keys }: Installed,
  now: Date,
): string[] {
  const { bucket, mode, days, versions, bytes, newest } = vault;
  const until =
    newest === undefined
      ? undefined
      : new Date(newest.getTime() + days * DAY).toISOString().slice(0, 10);
  const whoEnds =
    mode === "COMPLIANCE"
      ? "nobody can delete it before"
      : "a custodian can release what is in it before";
  return [
    until === undefined
      ? `The vault s3://${bucket} with its policy and its access logs; it is empty. A custodian deletes it.`
      : `The vault s3://${bucket} with its policy and its access logs: ${versions} versions, ${gib(bytes)} GiB, under Object Lock in ${mode} until ${until} at least, by what it locks each with (${days} days); one that somebody locked for longer, or put under a legal hold, for longer. Until then ${whoEnds}.`,
    ...copies.map(({ id, sizeGiB, locked }) =>
      locked === undefined
        ? `The preserved copy ${id}, ${sizeGiB} GiB, which is not locked: whoever may delete snapshots can delete it.`
        : `The preserved copy ${id}, ${sizeGiB} GiB, locked in ${locked.mode} until ${locked.until?.toISOString().slice(0, 10) ?? "AWS does not say when"}${(locked.until ?? now) > now ? "" : ", which is over"}.`,
    ),
    `The key of evidence ${keys.evidence}: whoever schedules its deletion ends all of the above, as nothing under it can be read then. No lock keeps it.`,
    `The keys of transfer and of the foundation, ${keys.transfer} and ${keys.foundation}: members' copies, images, recordings and the trail's log files are under them.`,
    `The key that signed records, ${SIGNING_KEY_ALIAS}: its public half verifies them without it, and npx clean-room report --bundle writes that beside each case.`,
    `The trail ${EVIDENCE_TRAIL_NAME} and its log files: who was at the evidence. As long as it is there it counts as one of the Region's five.`,
    "The log groups of sessions, of flow logs and of image builds: what is in them ends with their retention, the groups stay.",
    ...(images.length === 0
      ? []
      : [
          `${images.length} forensics images with their snapshots, until they are deregistered: ${images.map((id) => `aws ec2 deregister-image --region ${region} --image-id ${id}`).join("; ")}`,
        ]),
    "The backend with the stacks' history, and its key, which keep what was deployed by whom: docs/foundation.md, State for a team.",
  ];
}

function gib(bytes: number): string {
  return (bytes / 2 ** 30).toFixed(1);
}
