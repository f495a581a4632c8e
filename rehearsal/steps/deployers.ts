import { AUDIT_ACCOUNT } from "../accounts";
import { KeyAccess } from "../account/keyAccess";
import { type Cast, FOUNDATION_DEPLOYER, type StoryCast } from "../cast";
import type { Change } from "../deployment";
import { expect, expectNoChanges, expectRefusal, expectSuccess } from "../expectations";
import type { RehearsedStack } from "../rehearsedStack";
import type { Observation, Step } from "../story";

const GRANT = "aws:kms/grant:Grant";
const KEY = "aws:kms/key:Key";

/** Role that opens rooms after the one of the audit stack's first deployment. */
export const SUCCESSOR = "incident-deployer-2";

/** Every later step on a room is the successor's: it fills, closes and ends what another one opened. */
export const RENAME_THE_DEPLOYERS: Step = {
  part: "incident",
  name: "rename the role that opens rooms",
  expected: "refused with the command that lets it in, then the room is its own",
  needed: true,
  run: renameTheDeployers,
};

/** The member account makes its responder's role anew: the grant is of the one that is gone. */
export const REMAKE_THE_RESPONDER: Step = {
  part: "incident",
  name: "the member account makes its responder's role anew",
  expected: "told, and its grant only made again",
  run: remakeTheResponder,
};

/** What README says to do once the audit stack is deployed. @param role name of the role */
export async function attachDeployerPolicies(
  { audit, stage }: Pick<StoryCast, "audit" | "stage">,
  role: string,
): Promise<void> {
  const { incidentDeployerPolicyArns = [] } = await audit.outputs();
  await stage.outside.setRole(role, incidentDeployerPolicyArns as string[]);
}

async function renameTheDeployers(cast: Cast): Promise<Observation> {
  const { audit, room, neighbour, latecomer, stage } = cast;
  const successor = `arn:aws:iam::${AUDIT_ACCOUNT}:role/${SUCCESSOR}`;
  audit.configure({ "clean-room:incidentDeployers": [successor] });
  expectSuccess(await audit.up(), "another list of deployers");
  await stage.outside.removeRole("incident-deployer");
  await attachDeployerPolicies(cast, SUCCESSOR);
  [room, neighbour, latecomer].forEach(({ stack }) => stack.workAs(SUCCESSOR));

  const changes: Change[] = [];
  for (const { stack } of [room, neighbour]) {
    await letIn(cast, stack);
    const up = await stack.up({ policies: true });
    expectSuccess(up, "the successor's up");
    const changed = up.changes.map(({ op, name }) => `${op} ${name}`);
    expect(
      changed.join() === "update incident-key",
      `it should say the key's policy again only, but would ${changed.join(", ") || "do nothing"}`,
    );
    changes.push(...up.changes);
  }
  return { result: "refused, then the keys' policies only", changes };
}

/** What the successor is told of a room's key, done by a foundation deployer. */
async function letIn({ stage }: Cast, stack: RehearsedStack): Promise<void> {
  const refusal = await stack.preview();
  expectRefusal(refusal, [/does not know you.*a foundation deployer/s], "the successor's preview");
  const [, id = "", policy = ""] =
    /put-key-policy .*--key-id (\S+) .*--policy '([^']*)'/.exec(refusal.problems.join("\n")) ?? [];
  const key = stage.account
    .read()
    .ofType(KEY)
    .find(({ arn }) => arn === id);
  expect(key !== undefined, `there is no command to run: ${refusal.problems.join("\n")}`);
  const foundationDeployer = `arn:aws:iam::${AUDIT_ACCOUNT}:role/${FOUNDATION_DEPLOYER}`;
  const access = new KeyAccess(stage.account, foundationDeployer);
  await access.requireToChange(KEY, key?.id ?? "", { policy });
  await stage.outside.putKeyPolicy(id, policy);
}

async function remakeTheResponder({ room, stage }: Cast): Promise<Observation> {
  const [responder = ""] = room.stack.setting("clean-room:responderRoles") as string[];
  await stage.outside.remakeGrantee(responder);
  const { said } = await room.stack.grants("list");
  expect(
    said.some((line) => /for a role that is gone/.test(line)),
    `the list of grants does not say so: ${said.join("\n")}`,
  );
  const up = await room.stack.up({ policies: true });
  expectSuccess(up, "granting it again");
  const changed = up.changes.map(({ op, type }) => `${op} ${type}`).sort();
  const wanted = ["create-replacement", "delete-replaced", "replace"].map((op) => `${op} ${GRANT}`);
  expect(
    changed.join() === wanted.join(),
    `it should grant the key again and nothing else, but would ${changed.join(", ")}`,
  );
  expectNoChanges(await room.stack.preview(), "the same again");
  return { result: "its grant made again", changes: up.changes };
}
