import { ACCOUNT_SWITCHES } from "../../components/account/switchNames";
import { declaredFoundation, declaredMember, declaredRoom } from "./declaredStacks";
import { type Deployment, idOf } from "./deployment";
import {
  ACQUISITION_OF_MANY,
  type Account,
  FOUNDATION_OUTPUTS,
  PREVIEW_ROLE,
  SNAPSHOT,
  SUSPECT_KEY,
  TICKET,
} from "./examples";
import { SUSPECTS_INTERFACE } from "./linkedNetworks";
import { once } from "./once";
import { ROLES } from "./parties";
import { VaultInMemory } from "./vaultInMemory";

// A stack of each kind with every setting that adds a resource, a statement or a rule.

/** A second disk that was handed over. */
const OTHER_SNAPSHOT = "snap-0fedcba9876543210";

/** How the deployment of one goes. */
type Course = NonNullable<Parameters<typeof declaredFoundation>[1]>;

/** A foundation, deployed anew. */
export function deployWholeFoundation(course: Course = {}): Promise<Deployment> {
  const vault = { trial: true, mode: "GOVERNANCE", days: 1, legalHold: true };
  const auditors = ["arn:aws:iam::111122223333:role/auditor"];
  const roles = {
    automationRoles: "create",
    auditors,
    previewRole: PREVIEW_ROLE,
    linkedAccounts: ["222233334444"],
    containmentAccounts: ["222233334444"],
    containmentFindings: ["Backdoor:EC2/*", "CryptoCurrency:EC2/BitcoinTool.B!DNS"],
    containmentFindingsAct: "contain",
  };
  const switches = { accountSwitches: [...ACCOUNT_SWITCHES], blockInternet: "on" };
  return declaredFoundation({ vault, ...roles, ...switches }, course);
}

/** A foundation. */
export const wholeFoundation = once(() => deployWholeFoundation());

/** A member account's stack, deployed anew. */
export function deployWholeMember(course: Course = {}): Promise<Deployment> {
  const settings = {
    transferKey: "on",
    link: "on",
    containment: "on",
    acquisition: ACQUISITION_OF_MANY,
    containmentApprovers: ["arn:aws:iam::222233334444:role/incident-commander"],
    incidentDeployers: [ROLES.incidentDeployer],
    automationRoles: "create",
    accountSwitches: [...ACCOUNT_SWITCHES],
  };
  return declaredMember(settings, course);
}

/** A member account's stack. */
export const wholeMember = once(() => deployWholeMember());

const ROOM: Account = {
  claims: { "us-east-1a-1": TICKET },
  snapshots: Object.fromEntries(
    [SNAPSHOT, OTHER_SNAPSHOT].map((id) => [id, { ownerId: "222233334444", state: "completed" }]),
  ),
};

const ROOM_SETTINGS = {
  link: "peering",
  capture: [SUSPECTS_INTERFACE],
  tools: ["encase", "lime"],
  investigators: ["arn:aws:iam::111122223333:role/investigators"],
  responderRoles: [ROLES.responder],
  suspectKeys: [SUSPECT_KEY],
  evidence: [
    { snapshot: SNAPSHOT, account: "222233334444", device: "/dev/sdf" },
    { snapshot: OTHER_SNAPSHOT, account: "222233334444", device: "/dev/sdg" },
  ],
};

/** A room of two disks, deployed anew. */
export function deployWholeRoom(course: Course = {}): Promise<Deployment> {
  return declaredRoom(ROOM_SETTINGS, ROOM, course);
}

/** A room of two disks. */
export const wholeRoom = once(() => deployWholeRoom());

/** The same room while the vault shows its closing record: what is left of it until it is destroyed. */
export const closedRoom = once(async (): Promise<Deployment> => {
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
    declaredRoom({ ...ROOM_SETTINGS, closing: true }, room, {
      ec2: {
        DescribeLockedSnapshots: () => ({
          snapshotSet: copies.map(([snapshotId]) => ({ snapshotId, lockState: "governance" })),
        }),
      },
      vault,
    });
  // The first time writes the record, and only with it in the vault the second takes anything away.
  vault.keep((await close()).named("closing-record"));
  return close();
});
