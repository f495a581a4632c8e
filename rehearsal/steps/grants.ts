import { AUDIT_ACCOUNT, MEMBER_ACCOUNT } from "../accounts";
import { Case } from "../../components/case";
import type { Cast } from "../cast";
import { expect, expectNoChanges, expectRefusal, expectSuccess } from "../expectations";
import type { Observation, Step } from "../story";
import { SUCCESSOR } from "./deployers";

const GRANT = "aws:kms/grant:Grant";

/** A role that nobody made. */
export const MISTYPED_RESPONDER: Step = {
  part: "incident",
  name: "open a room for a responder's role that is mistyped",
  expected: "refused in the preview, with what KMS says of it",
  run: mistypeTheResponder,
};

/** A suspect's key is granted to the role that opens rooms; of one made anew KMS knows nothing. */
export const REMAKE_THE_DEPLOYER: Step = {
  part: "incident",
  name: "the role that copies under a suspect's key is made anew, another one is gone",
  expected: "told, its grant only made again, none for the other",
  run: remakeTheDeployer,
};

async function mistypeTheResponder({ latecomer }: Cast): Promise<Observation> {
  const role = `arn:aws:iam::${MEMBER_ACCOUNT}:role/forensics-responder`;
  const settings = { "clean-room:responderRoles": [role] };
  const preview = await latecomer.stack.preview({ settings });
  expectRefusal(
    preview,
    [new RegExp(`responderRoles: there is no role ${role}.*does not refer to a valid principal`)],
    "it",
  );
  expect(preview.changes.length === 0, "it was refused too late");
  return { result: "refused" };
}

async function remakeTheDeployer({ audit, room, stage }: Cast): Promise<Observation> {
  const role = (name: string) => `arn:aws:iam::${AUDIT_ACCOUNT}:role/${name}`;
  const gone = role("incident-deployer-3");
  await stage.outsideMember.remakeGrantee(role(SUCCESSOR));
  audit.configure({ "clean-room:incidentDeployers": [role(SUCCESSOR), gone] });
  expectSuccess(await audit.up(), "one more deployer");
  const up = await room.stack.up({ policies: true });
  expectSuccess(up, "granting it again");
  const changed = up.changes
    .filter(({ name }) => name !== "incident-key")
    .map(({ op, type }) => `${op} ${type}`)
    .sort();
  const wanted = ["create-replacement", "delete-replaced", "replace"].map((op) => `${op} ${GRANT}`);
  expect(
    changed.join() === wanted.join(),
    `it should grant the key again and nothing else, but would ${changed.join(", ")}`,
  );
  const grants = stage.memberAccount.read().ofType(GRANT);
  const [{ properties } = { properties: {} as Record<string, unknown> }] = grants;
  expect(
    grants.length === 1 &&
      properties["granteePrincipal"] === role(SUCCESSOR) &&
      properties["name"] === `${new Case(room.ticket).grantName(role(SUCCESSOR))}:2`,
    `the suspect's key is granted otherwise: ${JSON.stringify(grants)}`,
  );
  for (const told of [
    /was granted to a role .* that is gone/,
    new RegExp(`to ${gone}: there is`),
  ]) {
    expect(
      up.warnings.some((warning) => told.test(warning)),
      `it does not say ${told}: ${up.warnings.join("\n")}`,
    );
  }
  audit.configure({ "clean-room:incidentDeployers": [role(SUCCESSOR)] });
  expectSuccess(await audit.up(), "one deployer less");
  expectSuccess(await room.stack.up(), "with one deployer less");
  expectNoChanges(await room.stack.preview(), "the same again");
  return { result: "its grant made again", changes: up.changes };
}
