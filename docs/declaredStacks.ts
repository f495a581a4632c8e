import { type Deployment, deploy } from "../test/support/deployment";
import {
  answersOf,
  auditConfig,
  ec2Of,
  FOUNDATION_OUTPUTS,
  incidentConfig,
  memberConfig,
  SNAPSHOT,
  STACK,
} from "../test/support/examples";
import { linkedNetworks } from "../test/support/linkedNetworks";

// What the program declares with the settings of the examples, for the pages that follow from that.

/** An account to which the member account has handed a disk over. */
const ACCOUNT = {
  snapshots: { [SNAPSHOT]: { ownerId: "222233334444", state: "completed" } },
} as const;

/** The account's answers; who deploys a foundation or a member account's stack is none of the room's deployers. */
function answersToOthers() {
  const { "aws:index/getCallerIdentity:getCallerIdentity": _, ...others } = answersOf(ACCOUNT);
  return { ...others, "aws:ec2/getAmi:getAmi": () => ({ id: "ami-0123456789abcdef0" }) };
}

/** A foundation. @param settings What it has beside the example's, by bare name. */
export function declaredFoundation(
  settings: Readonly<Record<string, unknown>> = {},
): Promise<Deployment> {
  return deploy("audit", auditConfig(settings), { answers: answersToOthers() });
}

/** A room with one disk. @param settings What it has beside that, by bare name. */
export function declaredRoom(
  settings: Readonly<Record<string, unknown>> = {},
): Promise<Deployment> {
  const evidence = [{ snapshot: SNAPSHOT, account: "222233334444", device: "/dev/sdf" }];
  return deploy(STACK, incidentConfig({ evidence, ...settings }), {
    answers: answersOf(ACCOUNT),
    foundation: { ...FOUNDATION_OUTPUTS, linkedAccounts: ["222233334444"] },
    ec2: { ...ec2Of(ACCOUNT), ...linkedNetworks() },
  });
}

/** A member account's stack. @param settings What it has beside the example's, by bare name. */
export function declaredMember(
  settings: Readonly<Record<string, unknown>> = {},
): Promise<Deployment> {
  return deploy("member-222233334444", memberConfig(settings), { answers: answersToOthers() });
}
