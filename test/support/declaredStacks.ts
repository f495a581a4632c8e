import { type Deployment, deploy } from "./deployment";
import {
  type Account,
  answersOf,
  auditConfig,
  ec2Of,
  FOUNDATION_OUTPUTS,
  incidentConfig,
  memberConfig,
  SNAPSHOT,
  STACK,
  TOKEN_PROVIDER_ANSWER,
} from "./examples";
import { linkedNetworks } from "./linkedNetworks";

// What the program declares with the settings of the examples and those that are asked for.

/** The image that a foundation's is made of. */
const IMAGE = { "aws:ec2/getAmi:getAmi": () => ({ id: "ami-0123456789abcdef0" }) };

/** An account to which the member account has handed a disk over. */
const HANDED_OVER: Account = {
  snapshots: { [SNAPSHOT]: { ownerId: "222233334444", state: "completed" } },
};

/** How a deployment goes, beside what is usual. */
type Course = NonNullable<Parameters<typeof deploy>[2]>;

/** A foundation. @param settings What it has beside the example's, by bare name. */
export function declaredFoundation(
  settings: Readonly<Record<string, unknown>> = {},
  course: Pick<Course, "held"> = {},
): Promise<Deployment> {
  return deploy("audit", auditConfig(settings), {
    answers: { ...IMAGE, ...TOKEN_PROVIDER_ANSWER },
    ...course,
  });
}

/** A member account's stack. @param settings What it has beside the example's, by bare name. */
export function declaredMember(
  settings: Readonly<Record<string, unknown>> = {},
  course: Pick<Course, "held"> = {},
): Promise<Deployment> {
  return deploy("member-222233334444", memberConfig(settings), course);
}

/**
 * A room, of one disk unless its settings say otherwise.
 *
 * @param settings What it has beside the example's, by bare name.
 * @param account What AWS has beforehand.
 */
export function declaredRoom(
  settings: Readonly<Record<string, unknown>> = {},
  account: Account = HANDED_OVER,
  { ec2, ...course }: Pick<Course, "ec2" | "vault" | "held"> = {},
): Promise<Deployment> {
  const evidence = [{ snapshot: SNAPSHOT, account: "222233334444", device: "/dev/sdf" }];
  return deploy(STACK, incidentConfig({ evidence, ...settings }), {
    answers: answersOf(account),
    foundation: { ...FOUNDATION_OUTPUTS, linkedAccounts: ["222233334444"] },
    ec2: { ...ec2Of(account), ...linkedNetworks(), ...ec2 },
    ...course,
  });
}
