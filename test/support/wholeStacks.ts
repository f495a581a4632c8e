import { ACCOUNT_SWITCHES } from "../../components/account/switchNames";
import { type Deployment, deploy, idOf } from "./deployment";
import {
  type Account,
  answersOf,
  auditConfig,
  ec2Of,
  FOUNDATION_OUTPUTS,
  incidentConfig,
  memberConfig,
  PREVIEW_ROLE,
  SNAPSHOT,
  STACK,
  SUSPECT_KEY,
  TICKET,
  TOKEN_PROVIDER_ANSWER,
} from "./examples";
import { linkedNetworks } from "./linkedNetworks";
import { ROLES } from "./parties";
import { VaultInMemory } from "./vaultInMemory";

// A stack of each kind with every setting that adds a resource, a statement or a rule.

/** A second disk that was handed over. */
const OTHER_SNAPSHOT = "snap-0fedcba9876543210";

/** A foundation. */
export function wholeFoundation(): Promise<Deployment> {
  const vault = { trial: true, mode: "GOVERNANCE", days: 1, legalHold: true };
  const auditors = ["arn:aws:iam::111122223333:role/auditor"];
  const roles = {
    automationRoles: "create",
    auditors,
    previewRole: PREVIEW_ROLE,
    linkedAccounts: ["222233334444"],
  };
  const switches = { accountSwitches: [...ACCOUNT_SWITCHES], blockInternet: "on" };
  return deploy("audit", auditConfig({ vault, ...roles, ...switches }), {
    answers: {
      "aws:ec2/getAmi:getAmi": () => ({ id: "ami-0123456789abcdef0" }),
      ...TOKEN_PROVIDER_ANSWER,
    },
  });
}

/** A member account's stack. */
export function wholeMember(): Promise<Deployment> {
  const settings = {
    transferKey: "on",
    link: "on",
    containment: "on",
    containmentApprovers: ["arn:aws:iam::222233334444:role/incident-commander"],
    incidentDeployers: [ROLES.incidentDeployer],
    automationRoles: "create",
    accountSwitches: [...ACCOUNT_SWITCHES],
  };
  return deploy("member-222233334444", memberConfig(settings));
}

const ROOM: Account = {
  claims: { "us-east-1a-1": TICKET },
  snapshots: Object.fromEntries(
    [SNAPSHOT, OTHER_SNAPSHOT].map((id) => [id, { ownerId: "222233334444", state: "completed" }]),
  ),
};

const ROOM_SETTINGS = {
  link: "peering",
  tools: ["encase", "lime"],
  investigators: ["arn:aws:iam::111122223333:role/investigators"],
  responderRoles: [ROLES.responder],
  suspectKeys: [SUSPECT_KEY],
  evidence: [
    { snapshot: SNAPSHOT, account: "222233334444", device: "/dev/sdf" },
    { snapshot: OTHER_SNAPSHOT, account: "222233334444", device: "/dev/sdg" },
  ],
};

const FOUNDATION = { ...FOUNDATION_OUTPUTS, linkedAccounts: ["222233334444"] };

/** A room of two disks. */
export function wholeRoom(): Promise<Deployment> {
  return deploy(STACK, incidentConfig(ROOM_SETTINGS), {
    answers: answersOf(ROOM),
    foundation: FOUNDATION,
    ec2: { ...ec2Of(ROOM), ...linkedNetworks() },
  });
}

/** The same room while the vault shows its closing record: what is left of it until it is destroyed. */
export async function closedRoom(): Promise<Deployment> {
  const disks = Object.entries({ [SNAPSHOT]: "/dev/sdf", [OTHER_SNAPSHOT]: "/dev/sdg" });
  const copies = disks.map(([id]) => [idOf(`evidence-${id}-preserved`), id] as const);
  const room: Account = {
    ...ROOM,
    copies: copies.map(([copy]) => copy),
    snapshots: Object.fromEntries(
      copies.map(([copy, id]) => [
        copy,
        {
          ownerId: FOUNDATION_OUTPUTS.accountId,
          state: "completed",
          volumeSize: 8,
          tags: { "source-snapshot": id, "source-account": "222233334444" },
        },
      ]),
    ),
    volumes: Object.fromEntries(
      disks.map(([source, device]) => [idOf(`evidence-${source}-working`), { source, device }]),
    ),
  };
  const vault = new VaultInMemory(FOUNDATION_OUTPUTS.vaultBucket);
  const machine = idOf(`clean-room-${TICKET}-instance`);
  for (const volume of Object.keys(room.volumes ?? {})) {
    vault.objects.set(`cases/${TICKET}/intake/${machine}/${volume}.json`, "{}");
  }
  const close = () =>
    deploy(STACK, incidentConfig({ ...ROOM_SETTINGS, closing: true }), {
      answers: answersOf(room),
      foundation: FOUNDATION,
      ec2: {
        ...ec2Of(room),
        ...linkedNetworks(),
        DescribeLockedSnapshots: () => ({
          snapshotSet: copies.map(([snapshotId]) => ({ snapshotId, lockState: "governance" })),
        }),
      },
      vault,
    });
  // The first time writes the record, and only with it in the vault the second takes anything away.
  vault.keep((await close()).named("closing-record"));
  return close();
}
