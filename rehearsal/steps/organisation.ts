import { type Cast, everything } from "../cast";
import { expect, expectRefusal, expectSuccess } from "../expectations";
import type { Observation } from "../story";

const ROLE = "aws:iam/role:Role";

/** What the account says of what its organisation forbids. */
const FORBIDDEN = /explicit deny in a service control policy/;

/**
 * The organisation demands a tag and a boundary throughout the rehearsal, of the pack and of AWS. Without
 * the tag the pack says so in the preview, and AWS makes nothing.
 */
export async function withoutTags(cast: Cast): Promise<Observation> {
  const { audit } = cast;
  const settings = { "clean-room:tags": {} };
  const preview = await audit.preview({ settings, policies: true });
  expectRefusal(preview, [/tags\.cost-centre is missing/], "the preview");
  const before = everything(cast).length;
  expectRefusal(await audit.up({ settings }), [FORBIDDEN], "an up without the tag");
  const made = everything(cast).length - before;
  expect(made === 0, `${made} resources were made without the tag`);
  return { result: `refused, ${preview.problems.length} reasons` };
}

/** Without the boundary no role is made. */
export async function withoutBoundary({ member, stage }: Cast): Promise<Observation> {
  const settings = { "clean-room:permissionsBoundary": undefined };
  expectRefusal(await member.up({ settings }), [FORBIDDEN], "an up without the boundary");
  const roles = stage.memberAccount.read().ofType(ROLE);
  expect(roles.length === 0, `${roles.length} roles were made without the boundary`);
  return { result: "refused" };
}

/** Rules of member accounts come and go by `up`; a group is protected until its VPC is released. */
export async function withoutVpc({ member, stage }: Cast): Promise<Observation> {
  const groups = () => stage.memberAccount.read().ofType("aws:ec2/securityGroup:SecurityGroup");
  const owned = () => groups().filter(({ urn }) => urn !== undefined);
  member.configure({ "clean-room:tools": ["encase", "lime", "velociraptor"] });
  const fewer = await member.up({ policies: true });
  expectSuccess(fewer, "one tool less");
  const gone = fewer.changes.filter(({ op }) => op === "delete");
  expect(
    gone.length > 0 && gone.every(({ type }) => /SecurityGroup(In|E)gressRule$/.test(type)),
    `one tool less should take rules away and nothing else, not ${gone.length}`,
  );
  const [kept, leaving] = member.setting("clean-room:vpcs") as [object, object];
  const before = owned().length;
  expectRefusal(
    await member.preview({ settings: { "clean-room:vpcs": [kept] } }),
    [/protected/],
    "a VPC taken away at once",
  );
  member.configure({ "clean-room:vpcs": [kept, { ...leaving, release: true }] });
  expectSuccess(await member.up({ policies: true }), "releasing a VPC");
  member.configure({ "clean-room:vpcs": [kept] });
  expectSuccess(await member.up({ policies: true }), "taking a released VPC away");
  expect(owned().length === before - 1, `${owned().length} of ${before} groups are left`);
  return { result: `${gone.length} rules gone, then 1 group` };
}
