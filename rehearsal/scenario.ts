import { isDeepStrictEqual } from "node:util";

import { AUDIT_ACCOUNT, MEMBER_ACCOUNT, OTHER_MEMBER_ACCOUNT, REGION } from "./accounts";
import { RESPONDER_ROLE_NAME } from "../components/names";
import type { Entry } from "./account/account";
import type { PlannedFault } from "./account/faultInjection";
import type { Change, Deployment } from "./deployment";
import {
  belongings,
  type Cast,
  type StoryCast,
  everything,
  INCIDENT_DEPLOYER,
  MEMBERS,
  NOTIFICATION,
  type Room,
  TOOLS_BUCKET,
} from "./cast";
import {
  expect,
  expectNoChanges,
  expectOnlyNew,
  expectRefusal,
  expectSuccess,
  expectUntouched,
} from "./expectations";
import { withMistakes, withOtherUserData } from "./programMistakes";
import type { RehearseOptions } from "./rehearse";
import type { RehearsedStack } from "./rehearsedStack";
import {
  attachDeployerPolicies,
  REMAKE_THE_RESPONDER,
  RENAME_THE_DEPLOYERS,
  SUCCESSOR,
} from "./steps/deployers";
import { inSandbox, type Observation, type Step, type StoryStep } from "./story";
import type { Thing } from "./world";
import { ACQUISITION } from "./steps/acquire";
import { CLOSING_STEPS } from "./steps/closing";
import { BY_THE_COMMAND } from "./steps/command";
import { CONTAINMENT } from "./steps/contain";
import { DRILLING } from "./steps/drill";
import { EVIDENCE_STEPS } from "./steps/evidence";
import { MISTYPED_RESPONDER, REMAKE_THE_DEPLOYER } from "./steps/grants";
import { BEFORE_THE_FOUNDATION, IN_OPEN_ROOMS, OF_A_MEMBER } from "./steps/identity";
import { INTERRUPTION } from "./steps/interruption";
import { LOST_STATE } from "./steps/lostState";
import { LINKS } from "./steps/link";
import { OPENING } from "./steps/opening";
import { REPORT } from "./steps/report";
import { withoutBoundary, withoutTags, withoutVpc } from "./steps/organisation";

const INSTANCE = "aws:ec2/instance:Instance";
const GRANT = "aws:kms/grant:Grant";
const KEY = "aws:kms/key:Key";
const OBJECT = "aws:s3/bucketObjectv2:BucketObjectv2";

/** The record of a room as it is; it has a successor when the room changes. */
const ROOM_RECORD = "room-record";
const PRESERVED_COPY = "aws:ebs/snapshotCopy:SnapshotCopy";
const VOLUME = "aws:ebs/volume:Volume";
const ATTACHMENT = "aws:ec2/volumeAttachment:VolumeAttachment";
const ROLE = "aws:iam/role:Role";
const SECURITY_GROUP_RULES = [
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
];

/** What a snapshot that is added as evidence makes. */
const EVIDENCE_TYPES = [PRESERVED_COPY, VOLUME, ATTACHMENT, OBJECT];

/** Every rehearsal needs this step. */
const DEPLOY_AUDIT = "deploy the audit stack";

/** Why a step plays in the sandbox alone. */
const ENDED_LOGINS = "credentials end after as many calls as is planned in the sandbox";
const ENFORCED = "what is granted is enforced in the sandbox, with a member account's own keys";
const OTHER_PROGRAM = "another program runs in the process of the rehearsal, as the sandbox's does";
const PLANNED = "what goes wrong is planned in the sandbox";
const UNTOUCHED = "moto is looked at by the emulator's own tests";

/** The life of a foundation and of the rooms on it, in order; member accounts beside it. */
export const SCENARIO: readonly StoryStep[] = [
  ...inSandbox(ENDED_LOGINS, ...BEFORE_THE_FOUNDATION),
  ...inSandbox(OTHER_PROGRAM, {
    part: "audit",
    name: "preview with an untagged bucket, a gateway and a key given away",
    expected: "refused by the policy pack",
    run: async ({ audit, program }) => {
      const planted = withMistakes(program, NOTIFICATION);
      const preview = await audit.preview({ program: planted, policies: true });
      const reasons = [
        /planted-bucket.*notification/s,
        /planted-gateway.*gateway/is,
        new RegExp(`planted-key.*kms:\\* to .*999988887777.*account .${AUDIT_ACCOUNT}`, "s"),
        /planted-grant.*outlives incidents/s,
        /planted-grant.*operations: CreateGrant/s,
      ];
      expectRefusal(preview, reasons, "the preview");
      return { result: `refused, ${preview.problems.length} reasons` };
    },
  }),
  ...inSandbox("moto makes what has no tags", {
    part: "audit",
    name: "an organisation's tags and boundary: the audit stack without the tag",
    expected: "refused by the policy pack and by AWS, nothing made",
    run: withoutTags,
  }),
  {
    part: "audit",
    name: DEPLOY_AUDIT,
    expected: "made, policies hold",
    needed: true,
    run: async (cast) => {
      const deployment = await cast.audit.up({ policies: true });
      await attachDeployerPolicies(cast, INCIDENT_DEPLOYER);
      return made(deployment);
    },
  },
  {
    part: "audit",
    name: "deploy the audit stack again",
    expected: "no changes",
    run: async ({ audit }) => noChanges(await audit.up(), "a second up"),
  },
  {
    part: "audit",
    name: "add a tool to the forensics image",
    expected: "component and recipe replaced, in order",
    run: changeImage,
  },
  {
    part: "member",
    name: "prepare a member account with an open range and half a contact",
    expected: "refused, both reasons at once",
    run: async (cast) => {
      await configureMember(cast);
      const settings = {
        "clean-room:workstationCidrs": ["0.0.0.0/0"],
        "clean-room:securityContact": { name: "A", title: "B", emailAddress: "a@example.edu" },
      };
      const preview = await cast.member.preview({ settings });
      return refused(preview, /workstationCidrs\.0.*no larger than.*phoneNumber/s);
    },
  },
  ...inSandbox(UNTOUCHED, {
    part: "member",
    name: "an organisation's tags and boundary: a member account's roles without the boundary",
    expected: "refused by AWS, no role made",
    run: withoutBoundary,
  }),
  {
    part: "member",
    name: "prepare a member account",
    expected: "made, policies hold",
    needed: true,
    run: async (cast) => {
      await configureMember(cast);
      return made(await cast.member.up({ policies: true }));
    },
  },
  ...inSandbox(ENDED_LOGINS, ...OF_A_MEMBER),
  {
    part: "member",
    name: "prepare it again",
    expected: "no changes",
    run: async ({ member }) => noChanges(await member.up(), "a second up"),
  },
  {
    part: "member",
    name: "open one more tool's ports",
    expected: "only rules are made",
    run: async (cast) => {
      const tools = ["encase", "lime", "velociraptor", "ssh"];
      cast.member.configure({ "clean-room:tools": tools });
      const up = await cast.member.up({ policies: true });
      expectOnlyNew(up, SECURITY_GROUP_RULES.slice(0, 1), "one more tool");
      return made(up);
    },
  },
  ...inSandbox(UNTOUCHED, {
    part: "member",
    name: "take a tool's ports and a VPC away",
    expected: "rules gone; the group kept until it is released",
    run: withoutVpc,
  }),
  {
    part: "member",
    name: "pulumi destroy of the member account's stack",
    expected: "refused, everything still there",
    run: async ({ stage, member }) => {
      const before = await stage.things(MEMBER_ACCOUNT);
      const { succeeded, output } = await member.cli("destroy", "--yes");
      expect(!succeeded, `${member.name} could be destroyed`);
      expect(output.includes("protected"), `it was not refused for protection: ${output}`);
      expectUntouched(before, await stage.things(MEMBER_ACCOUNT), "the member account");
      return { result: "refused" };
    },
  },
  {
    part: "incident",
    name: "open a room before there is an image",
    expected: "refused, with what to run",
    run: ({ latecomer }) =>
      refusedWith(latecomer, {}, /has published none in.*npx clean-room image build/s),
  },
  {
    part: "incident",
    name: "open two rooms at the same time",
    expected: "both open, policies hold",
    needed: true,
    run: async (cast) => {
      await publishImage(cast, "1.0.0");
      await prepareResponder(cast);
      const stacks = [cast.room.stack, cast.neighbour.stack];
      const both = await Promise.all(stacks.map((stack) => stack.up({ policies: true })));
      const [first, second] = both.map((deployment) => made(deployment));
      return {
        // In the sandbox nothing takes its time.
        result:
          cast.stage.name === "emulator"
            ? `${first?.result} and ${second?.result}; the first: ${await cast.room.stack.pathOf(both[0] as Deployment)}`
            : `${first?.result} and ${second?.result}`,
        changes: both.flatMap(({ changes }) => changes),
      };
    },
  },
  {
    part: "incident",
    name: "deploy a room again",
    expected: "no changes",
    run: async ({ room }) => noChanges(await room.stack.up(), "a second up"),
  },
  ...inSandbox("the engine's files are the same in every world", ...INTERRUPTION),
  ...inSandbox("moto knows other machines, and has all there are", MISTYPED_RESPONDER, ...OPENING),
  ...inSandbox("moto takes every route and connection, and knows no table's limit", ...LINKS),
  ...inSandbox("moto has no Automation that works in other accounts", ...CONTAINMENT),
  ...inSandbox("moto runs no document on a machine", ...ACQUISITION),
  ...inSandbox(ENDED_LOGINS, ...IN_OPEN_ROOMS),
  ...BY_THE_COMMAND,
  ...inSandbox("moto has no instance of a member account that is thrown away", ...DRILLING),
  {
    part: "incident",
    name: "add two snapshots as evidence",
    expected: "workstation untouched",
    needed: true,
    run: addEvidence,
  },
  ...inSandbox(ENFORCED, RENAME_THE_DEPLOYERS, REMAKE_THE_RESPONDER),
  ...inSandbox(ENFORCED, {
    part: "incident",
    name: "give the member account a transfer key of its own",
    expected: "key, alias and the role that grants it, policies hold",
    needed: true,
    run: giveTransferKey,
  }),
  ...inSandbox(ENFORCED, {
    part: "incident",
    name: "add a snapshot under the suspect's own key",
    expected: "refused, then granted and copied",
    run: addEvidenceUnderOwnKey,
  }),
  ...inSandbox(ENFORCED, REMAKE_THE_DEPLOYER),
  ...inSandbox(PLANNED, {
    part: "incident",
    name: "deploy while a copy is still running",
    expected: "nothing built on it, refused to close over it",
    run: async (cast) => {
      const { room, stage } = cast;
      const [copy] = belongings(cast, room).filter(({ type }) => type === PRESERVED_COPY);
      await stage.outside.setState(PRESERVED_COPY, String(copy?.id), "pending");
      const settings = { "clean-room:closing": true };
      const preview = await room.stack.preview();
      const closing = await room.stack.preview({ settings });
      await stage.outside.setState(PRESERVED_COPY, String(copy?.id), "completed");
      expectSuccess(preview, "a copy that is still running");
      return refused(closing, /is pending, not completed\. Wait/);
    },
  }),
  ...inSandbox(PLANNED, ...EVIDENCE_STEPS),
  {
    part: "incident",
    name: "add what the member claims of a source",
    expected: "tags and one more record",
    run: addClaims,
  },
  {
    part: "incident",
    name: "add one more tool",
    expected: "only rules and one more record are made",
    run: addTool,
  },
  {
    part: "incident",
    name: "move the room to another slot",
    expected: "refused",
    run: ({ room }) => refusedWith(room, { "clean-room:slot": `${REGION}a-2` }, /does not move/),
  },
  {
    part: "incident",
    name: "move the room to another Availability Zone",
    expected: "refused",
    run: ({ room }) => refusedWith(room, { "clean-room:slot": `${REGION}b-2` }, /does not move/),
  },
  {
    part: "incident",
    name: "open a room in a slot that is taken",
    expected: "refused",
    run: ({ latecomer }) =>
      refusedWith(latecomer, { "clean-room:slot": `${REGION}a-1` }, /taken by the room of/),
  },
  {
    part: "incident",
    name: "give the room another ticket",
    expected: "refused",
    run: ({ room }) =>
      refusedWith(room, { "clean-room:ticket": "INC-2026-0099" }, /clean-room:ticket/),
  },
  ...inSandbox("moto has no peering connections to be looked up", {
    part: "incident",
    name: "refer to a group without a peering connection",
    expected: "refused",
    run: ({ room }) =>
      refusedWith(
        room,
        { "clean-room:reach": "peering", "clean-room:suspectCidrs": [] },
        /no active peering connection/,
      ),
  }),
  {
    part: "incident",
    name: "name the snapshots in another order",
    expected: "no changes",
    run: async ({ room }) => {
      const evidence = room.stack.setting("clean-room:evidence") as unknown[];
      const settings = { "clean-room:evidence": [...evidence].reverse() };
      expect(evidence.length > 1, "there are not two snapshots to put in another order");
      return noChanges(await room.stack.preview({ settings }), "another order");
    },
  },
  {
    part: "incident",
    name: "publish a new image",
    expected: "no changes",
    run: async (cast) => {
      await publishImage(cast, "1.1.0");
      return noChanges(await cast.room.stack.preview(), "a new image");
    },
  },
  ...inSandbox(OTHER_PROGRAM, {
    part: "incident",
    name: "change the program's user data",
    expected: "no changes",
    run: async ({ room, program }) => {
      const preview = await room.stack.preview({ program: withOtherUserData(program) });
      return noChanges(preview, "other user data");
    },
  }),
  {
    part: "incident",
    name: "change the audit stack's evidence key",
    expected: "nothing replaced or destroyed",
    run: async (cast) => {
      const other = `arn:aws:kms:${REGION}:${MEMBER_ACCOUNT}:key/00000000-0000-4000-8000-000000000000`;
      const preview = await cast.audit.withOutput("evidenceKeyArn", other, () =>
        cast.room.stack.preview(),
      );
      // The room's record has a successor that names the other key.
      const harmful = withoutRoomRecord(preview).changes.filter(({ op }) => op !== "update");
      expectSuccess(preview, "another evidence key");
      expect(harmful.length === 0, `another evidence key would ${sentence(harmful)}`);
      return { result: sentence(preview.changes), changes: preview.changes };
    },
  },
  ...inSandbox(PLANNED, LOST_STATE),
  {
    part: "incident",
    name: "pulumi destroy of the open room",
    expected: "refused, everything still there",
    run: (cast) => refuseDestroy(cast, cast.room.stack),
  },
  {
    part: "incident",
    name: "revoke the transfer key's grants of the open room",
    expected: "refused",
    run: async ({ room }) => {
      const reason = await room.stack.grants("revoke").then(
        ({ said }) => said.join("\n"),
        (error: Error) => error.message,
      );
      expect(/is open:.*Close it first/s.test(reason), `it was not refused: ${reason}`);
      return { result: "refused" };
    },
  },
  {
    part: "incident",
    name: "close the room while a copy is not locked",
    expected: "refused, with the command that locks it",
    needed: true,
    run: refuseUnlocked,
  },
  ...CLOSING_STEPS,
  {
    part: "incident",
    name: "revoke the transfer key's grants of the closing room",
    expected: "its member's gone, the other room's kept",
    run: revokeGrants,
  },
  {
    part: "incident",
    name: "pulumi destroy of the closed room",
    expected: "gone; the other room untouched",
    needed: true,
    run: async (cast) => {
      const neighbours = await thingsOf(cast, cast.neighbour);
      const before = (await thingsOf(cast, cast.room)).length;
      const { succeeded, output } = await cast.room.stack.cli("destroy", "--yes");
      expect(succeeded, `the closed room could not be destroyed: ${output}`);
      expectUntouched(neighbours, await thingsOf(cast, cast.neighbour), "the other room");
      return { result: `${before - (await thingsOf(cast, cast.room)).length} gone` };
    },
  },
  {
    part: "incident",
    name: "record for when the key's deletion is scheduled",
    expected: "refused of the open room, then one record",
    run: recordDestruction,
  },
  {
    part: "incident",
    name: "look at what is left",
    expected: "copies, locked objects, a pending key",
    run: lookAtRemains,
  },
  ...REPORT,
  {
    part: "incident",
    name: "open the room again, for a successor",
    expected: "refused with the lines to add, then nothing copied again",
    run: openAgain,
  },
  ...inSandbox(ENFORCED, {
    part: "incident",
    name: "the member account takes the role away that grants its key",
    expected: "refused, then out of the state, the rest untouched",
    run: loseMemberRole,
  }),
  {
    part: "audit",
    name: "pulumi destroy of the audit stack",
    expected: "refused, everything still there",
    run: (cast) => refuseDestroy(cast, cast.audit),
  },
  {
    part: "audit",
    name: "destroy the audit stack without a preview",
    expected: "refused, everything still there",
    run: async (cast) => {
      const before = await cast.stage.things(AUDIT_ACCOUNT);
      const destroy = await cast.audit.destroyWithoutPreview();
      expectRefusal(destroy, [/protected/], "destroying the audit stack");
      expectUntouched(before, await cast.stage.things(AUDIT_ACCOUNT), "the account");
      return { result: "refused" };
    },
  },
  ...inSandbox(
    "many accounts are a matter of the command, not of AWS",
    {
      part: "members",
      name: "prepare four member accounts, one without a role",
      beside: true,
      expected: "three made, the fourth said why",
      run: async ({ members, stage }) => {
        const [unprepared = "", ...others] = MEMBERS;
        await Promise.all(others.map((id) => members.createAccount(id)));
        const { code, output } = await members.run(["up", "--policy-pack", stage.policyPack]);
        expect(code === 1, `the command ended with ${code} instead of 1: ${output}`);
        const reason = `failed: ${unprepared}\n[^]*sts:AssumeRole[^]*--only ${unprepared}`;
        expect(
          output.includes("3 changed, 0 unchanged, 1 failed") && new RegExp(reason).test(output),
          `it did not say which account failed and why: ${output}`,
        );
        for (const id of others) {
          const roles = members.everything(id).filter(({ type }) => type === ROLE);
          expect(roles.length > 0, `there is no role in ${id}`);
          const foreign = roles.filter(({ arn }) => arn?.split(":")[4] !== id);
          expect(foreign.length === 0, `${id} has resources of another account`);
        }
        return { result: "3 changed, 1 failed" };
      },
    },
    {
      part: "members",
      name: "prepare them again, the role is there now",
      beside: true,
      expected: "the fourth made, three unchanged",
      run: async ({ members, stage }) => {
        await members.createAccount(MEMBERS[0] ?? "");
        const { code, output } = await members.run(["up", "--policy-pack", stage.policyPack]);
        expect(
          code === 0 && output.includes("1 changed, 3 unchanged, 0 failed"),
          `it should change one account only: ${output}`,
        );
        return { result: "1 changed, 3 unchanged" };
      },
    },
  ),
];

/**
 * The steps of a rehearsal.
 *
 * @param on The world that it plays in; steps that another one alone can show are left out.
 * @param only Leaves out the steps about the other stacks, save those that everything needs.
 * @param step Leaves out the steps without these words in their names, save those before that they need.
 * @param fail Adds the steps that plan that AWS refuses a change, and check that it happened.
 * @param killAfter The same with the end of the engine, so many changes of the account later.
 */
export function stepsFor({
  on = "sandbox",
  only,
  step: words,
  fail,
  killAfter,
}: StepOptions): readonly StoryStep[] {
  const here = SCENARIO.filter((step) => step.only === undefined || step.only === on);
  const isMeant = ({ name }: StoryStep) => words === undefined || name.includes(words);
  const last = here.map(isMeant).lastIndexOf(true);
  const steps = here.filter(
    (step, index) =>
      (only === undefined || step.part === only || step.name === DEPLOY_AUDIT) &&
      (isMeant(step) || (step.needed === true && index < last)),
  );
  const faults: { fault: PlannedFault; what: string }[] = [];
  if (fail !== undefined) {
    const [act, type] = fail;
    const what = `that AWS refuses once to ${act} ${type}`;
    faults.push({ fault: { effect: "refused", act, type, number: 1 }, what });
  }
  if (killAfter !== undefined) {
    const what = `that the engine is killed after ${killAfter} changes`;
    faults.push({ fault: { effect: "killed", number: killAfter }, what });
  }
  const first = steps.findIndex(({ part }) => part === (only ?? "audit"));
  return [
    ...steps.slice(0, first),
    ...faults.flatMap(({ fault, what }) => planFault(fault, what, only)),
    ...steps.slice(first),
    ...faults.flatMap(({ fault, what }) => faultHappened(fault, what)),
  ];
}

/** What a rehearsal's command line says of its steps. */
type StepOptions = Pick<RehearseOptions, "on" | "only" | "step" | "fail" | "killAfter">;

function planFault(fault: PlannedFault, what: string, only: Step["part"] | undefined): StoryStep[] {
  return inSandbox(PLANNED, {
    part: "incident",
    name: `plan ${what}`,
    expected: "planned",
    run: async ({ stage }) => {
      await (only === "member" ? stage.outsideMember : stage.outside).plan(fault);
      return { result: "planned" };
    },
  });
}

function faultHappened({ effect }: PlannedFault, what: string): StoryStep[] {
  return inSandbox(PLANNED, {
    part: "incident",
    name: `look whether it happened ${what}`,
    expected: "one command failed, and completed when it was run again",
    run: ({ stage }) => {
      const struck = stage.struck().filter((each) => each.effect === effect);
      expect(struck.length === 1, "there was no such change");
      return Promise.resolve({ result: struck.map(({ act, urn }) => `${act} ${urn}`).join() });
    },
  });
}

/** What a member account has to know of the audit stack, copied from its outputs by a person. */
export async function configureMember({
  audit,
  member,
}: Pick<StoryCast, "audit" | "member">): Promise<void> {
  const { slots, transferKeyArn } = await audit.outputs();
  member.configure({
    "clean-room:workstationCidrs": (slots as { cidr: string }[]).map(({ cidr }) => cidr),
    "clean-room:transferKeyArns": [transferKeyArn],
  });
}

/** A room grants its key to a role that is there; where the steps about the member account are left out, now. */
async function prepareResponder(cast: StoryCast): Promise<void> {
  const things = await cast.stage.things(MEMBER_ACCOUNT);
  if (!things.some(({ type, id }) => type === ROLE && id === RESPONDER_ROLE_NAME)) {
    await configureMember(cast);
    expectSuccess(await cast.member.up(), "the member account's stack");
  }
}

/**
 * Another document: AWS keeps what has a name and a version, and deletes nothing that is used. Old
 * ones go last, the recipe before its component.
 */
async function changeImage(cast: StoryCast): Promise<Observation> {
  cast.audit.configure({
    "clean-room:toolsBucket": {
      ...TOOLS_BUCKET,
      tools: [
        ...TOOLS_BUCKET.tools,
        {
          name: "windows-symbols",
          version: "r2026.10",
          key: "symbols/windows.zip",
          sha256: "ab".repeat(32),
          path: "/opt/clean-room/licensed/windows.zip",
        },
      ],
    },
  });
  const up = await cast.audit.up({ policies: true });
  expectSuccess(up, "another document");
  const steps = up.changes.map(({ op, type }) => `${op} ${type.slice(type.lastIndexOf(":") + 1)}`);
  const inOrder = [
    "create-replacement Component",
    "create-replacement ImageRecipe",
    "update ImagePipeline",
    "delete-replaced ImageRecipe",
    "delete-replaced Component",
  ];
  // The image's digest is a tag of the distribution, the tool one more object to be read.
  const beside = ["update DistributionConfiguration", "update RolePolicy"];
  expect(
    isDeepStrictEqual(
      steps.filter((step) => !beside.includes(step) && !step.startsWith("replace ")),
      inOrder,
    ),
    `another document should ${inOrder.join(", ")}, but it would ${steps.join(", ")}`,
  );
  expectNoChanges(await cast.audit.preview(), "a second up");
  return { result: sentence(up.changes), changes: up.changes };
}

async function addEvidence(cast: StoryCast): Promise<Observation> {
  const { room, stage, audit } = cast;
  const { transferKeyArn } = await audit.outputs();
  const owners = [MEMBER_ACCOUNT, OTHER_MEMBER_ACCOUNT];
  const snapshots = [
    await stage.outside.shareSnapshot(MEMBER_ACCOUNT, 8, String(transferKeyArn)),
    await stage.outside.shareSnapshot(OTHER_MEMBER_ACCOUNT, 500, String(transferKeyArn)),
  ];
  const devices = ["/dev/sdf", "/dev/sdg"];
  room.stack.configure({
    "clean-room:evidence": snapshots.map((snapshot, index) => ({
      snapshot,
      account: owners[index],
      device: devices[index],
    })),
  });
  const workstation = async () =>
    (await thingsOf(cast, room)).filter(({ type }) => type === INSTANCE);
  const before = await workstation();
  const up = await room.stack.up({ policies: true });
  expectOnlyNew(up, EVIDENCE_TYPES, "adding evidence");
  expectUntouched(before, await workstation(), "the workstation");
  return made(up);
}

/** Its stack makes it, and puts it out as a room's suspectKeys wants it. */
async function giveTransferKey(cast: Cast): Promise<Observation> {
  const { member, stage } = cast;
  await configureMember(cast);
  member.configure({
    "clean-room:transferKey": "on",
    "clean-room:incidentDeployers": [`arn:aws:iam::${AUDIT_ACCOUNT}:role/incident-deployer`],
  });
  const up = await member.up({ policies: true });
  expectSuccess(up, "a transfer key");
  const { keyArn, assumeRole } = await transferKeyOf(cast);
  const arns = stage.memberAccount.read().state.entries.map(({ arn }) => arn);
  for (const arn of [keyArn, assumeRole]) {
    expect(arns.includes(arn), `${arn} is not in the member account`);
  }
  return made(up);
}

/** The member account's own transfer key, as its stack puts it out. */
async function transferKeyOf({ member }: Cast): Promise<{ keyArn: string; assumeRole: string }> {
  const [key] = (await member.outputs())["transferKeys"] as {
    keyArn: string;
    assumeRole: string;
  }[];
  if (key === undefined) {
    throw new Error("the member account's stack puts no transfer key out");
  }
  return key;
}

/** What the member account hands over under its own transfer key. */
async function addEvidenceUnderOwnKey(cast: Cast): Promise<Observation> {
  const { room, stage } = cast;
  const { keyArn, assumeRole } = await transferKeyOf(cast);
  const snapshot = await stage.outside.shareSnapshot(MEMBER_ACCOUNT, 16, keyArn);
  const before = room.stack.setting("clean-room:evidence") as object[];
  const evidence = [...before, { snapshot, account: MEMBER_ACCOUNT, device: "/dev/sdh" }];
  const suspectKeys = [{ keyArn, assumeRole }];
  const under = `${snapshot} is encrypted under ${keyArn}, which`;
  refused(
    await room.stack.preview({ settings: { "clean-room:evidence": evidence } }),
    new RegExp(`${under} this room may not use`),
  );
  room.stack.configure({ "clean-room:suspectKeys": suspectKeys });
  refused(
    await room.stack.preview({ settings: { "clean-room:evidence": evidence } }),
    new RegExp(`${under} is not granted yet`),
  );
  const grants = await room.stack.up({ policies: true });
  expectOnlyNew(withoutRoomRecord(grants), [GRANT], "a suspect's key");
  room.stack.configure({ "clean-room:evidence": evidence });
  const up = await room.stack.up({ policies: true });
  expectOnlyNew(up, EVIDENCE_TYPES, "evidence under its own key");
  const granted = grantsOfMember(cast).map(({ properties }) => properties);
  const [grant] = granted;
  expect(
    granted.length === 1 &&
      grant?.["keyId"] === keyArn &&
      grant["granteePrincipal"] === `arn:aws:iam::${AUDIT_ACCOUNT}:role/${SUCCESSOR}`,
    `the suspect's key is granted otherwise: ${JSON.stringify(granted)}`,
  );
  return made(up);
}

/** Grants on keys of the member account. */
function grantsOfMember({ stage }: Cast): Entry[] {
  return stage.memberAccount.read().ofType(GRANT);
}

/** A successor works on what the earlier room preserved. */
async function openAgain(cast: StoryCast): Promise<Observation> {
  const { room } = cast;
  const copies = async () =>
    (await cast.stage.things(AUDIT_ACCOUNT)).filter(({ type }) => type === PRESERVED_COPY);
  const before = await copies();
  const evidence = room.stack.setting("clean-room:evidence") as { snapshot: string }[];
  const copyOf = (snapshot: string) =>
    before.find(({ tags }) => tags["source-snapshot"] === snapshot)?.id ?? "none";
  room.stack.configure({ "clean-room:closing": false });
  expectRefusal(
    await room.stack.preview(),
    evidence.map(({ snapshot }) => new RegExp(`preserved: ${copyOf(snapshot)}`)),
    "opening it without its copies",
  );
  room.stack.configure({
    "clean-room:evidence": evidence.map((each) => ({
      ...each,
      preserved: copyOf(each.snapshot),
    })),
  });
  const up = await room.stack.up({ policies: true });
  expectSuccess(up, "opening the room again");
  const copied = up.changes.filter(({ type }) => type === PRESERVED_COPY);
  expect(copied.length === 0, `it would ${sentence(copied)}`);
  expectUntouched(before, await copies(), "the preserved copies");
  expectNoChanges(await room.stack.preview(), "the room again");
  return made(up);
}

/** What README says for that day: nothing depends on the grants, so that they can be forgotten. */
async function loseMemberRole(cast: Cast): Promise<Observation> {
  const { room, stage } = cast;
  const grants = grantsOfMember(cast).flatMap(({ urn }) => urn ?? []);
  expect(
    grants.length === 1,
    `there are ${grants.length} grants on the suspect's key instead of 1`,
  );
  stage.members.close(MEMBER_ACCOUNT);
  room.stack.configure({ "clean-room:suspectKeys": [] });
  expectRefusal(await room.stack.up(), [/sts:AssumeRole/], "without the role");
  const copies = () => everything(cast).filter(({ type }) => type === PRESERVED_COPY);
  const before = copies();
  const name = `suspect-key-${MEMBER_ACCOUNT}-role/clean-room/transfer-key-grants`;
  const providers = grants.map((urn) =>
    urn.replace(/\$aws:kms\/grant:Grant::.*$/, `$pulumi:providers:aws::${name}`),
  );
  for (const urn of [...grants, ...providers]) {
    const { succeeded, output } = await stage.cli(
      ...["state", "delete", urn, "--yes", "--stack", room.stack.name],
    );
    expect(succeeded, `${urn} stays in the state: ${output}`);
  }
  const up = await room.stack.up();
  expectSuccess(up, "after the grants are forgotten");
  const lost = withoutRoomRecord(up).changes;
  expect(
    lost.length === 0,
    `the rest of the room should stay as it is, but would ${sentence(lost)}`,
  );
  expectUntouched(before, copies(), "the preserved copies");
  expectNoChanges(await room.stack.preview(), "after that");
  return { result: `refused, then ${grants.length + providers.length} forgotten` };
}

/** The room's copies are locked one after the other. */
async function refuseUnlocked(cast: StoryCast): Promise<Observation> {
  const { room, stage } = cast;
  const copies = (await thingsOf(cast, room)).filter(({ type }) => type === PRESERVED_COPY);
  const wanted = evidenceOf(room).length;
  expect(wanted > 1, "there are not two snapshots to lock one after the other");
  expect(
    copies.length === wanted,
    `there are ${copies.length} preserved copies instead of ${wanted}`,
  );
  const open = copies.map(({ id }) => id);
  for (const { id } of copies) {
    const preview = await room.stack.preview({ settings: { "clean-room:closing": true } });
    expectRefusal(
      preview,
      open.map((copy) => new RegExp(`is not locked.*::snapshot/${copy}\\b`)),
      "closing",
    );
    const said = preview.problems.join("\n");
    const named = copies.filter((copy) => said.includes(`::snapshot/${copy.id}`));
    expect(named.length === open.length, `it names ${named.length} instead of ${open.length}`);
    await stage.outside.lockCopy(id, "2036-11-21T00:00:00Z");
    open.shift();
  }
  return { result: `refused ${copies.length} times` };
}

/**
 * EC2 was granted the transfer key for two member accounts; the other room, which is open, names one of
 * them.
 */
async function revokeGrants(cast: StoryCast): Promise<Observation> {
  const { room, neighbour } = cast;
  const grants = async () =>
    (await cast.stage.things(AUDIT_ACCOUNT)).filter(({ type }) => type === GRANT);
  const before = await grants();
  const goes = before.filter(
    ({ properties }) => properties["issuingAccount"] === OTHER_MEMBER_ACCOUNT,
  );
  expect(goes.length === 1, `there are ${goes.length} grants of the room's own member, not one`);
  const { said, code } = await room.stack.grants("revoke");
  expect(code === 0, `it ended with ${code}: ${said.join("\n")}`);
  expect(
    said.some((line) => line.includes(`needed by the room of ${neighbour.ticket}`)),
    `it does not say who needs what is kept: ${said.join("\n")}`,
  );
  const stay = before.filter((entry) => !goes.includes(entry));
  expectUntouched(stay, await grants(), "what the other room needs");
  return { result: `${goes.length} revoked, ${stay.length} kept` };
}

/** Beside the rules, a record of the room as it is by now. */
async function addTool(cast: StoryCast): Promise<Observation> {
  const { room } = cast;
  const before = await recordsOf(cast, room);
  room.stack.configure({ "clean-room:tools": ["encase", "lime", "velociraptor"] });
  const up = await room.stack.up();
  const rules = SECURITY_GROUP_RULES.filter((type) => up.changes.some((c) => c.type === type));
  expectOnlyNew(
    withoutRoomRecord(up),
    rules.length > 0 ? rules : SECURITY_GROUP_RULES,
    "one more tool",
  );
  const after = await recordsOf(cast, room);
  expectUntouched(
    before,
    after.filter(({ id }) => before.some((entry) => entry.id === id)),
    "the records",
  );
  expect(after.length === before.length + 1, `there are ${after.length} records`);
  return { result: sentence(up.changes), changes: up.changes };
}

/** A claim that comes later: two tags change, and the record has a successor and stays. */
async function addClaims(cast: StoryCast): Promise<Observation> {
  const { room } = cast;
  const records = () => recordsOf(cast, room);
  const before = await records();
  const [first, ...others] = room.stack.setting("clean-room:evidence") as object[];
  const claims = { sourceVolume: "vol-0123456789abcdef0", sourceDevice: "/dev/xvda" };
  room.stack.configure({ "clean-room:evidence": [{ ...first, ...claims }, ...others] });
  const up = await room.stack.up({ policies: true });
  expectSuccess(up, "a claim");
  const changed = up.changes.map(({ op, type }) => `${op} ${type}`).sort();
  const wanted = [
    `create-replacement ${OBJECT}`,
    `delete-replaced ${OBJECT}`,
    `replace ${OBJECT}`,
    `update ${PRESERVED_COPY}`,
    `update ${VOLUME}`,
  ];
  expect(
    isDeepStrictEqual(changed, wanted.sort()),
    `a claim should ${wanted.join(", ")}, but it would ${changed.join(", ")}`,
  );
  const after = await records();
  expectUntouched(
    before,
    after.filter(({ id }) => before.some((entry) => entry.id === id)),
    "the records",
  );
  expect(after.length === before.length + 1, `there are ${after.length} records`);
  const tagged = (await thingsOf(cast, room)).filter(
    ({ tags }) => tags["source-volume"] === claims.sourceVolume,
  );
  expect(tagged.length === 2, `${tagged.length} resources carry the claim instead of 2`);
  expectNoChanges(await room.stack.preview(), "the same claim again");
  return { result: `${before.length} records kept, 1 more`, changes: up.changes };
}

/** What a deployment did beside writing the room's record anew. */
function withoutRoomRecord(deployment: Deployment): Deployment {
  const changes = deployment.changes.filter(({ name }) => name !== ROOM_RECORD);
  return { ...deployment, changes };
}

/** The records of a room that are in the vault. */
async function recordsOf({ stage }: StoryCast, room: Room): Promise<Thing[]> {
  const things = await stage.things(AUDIT_ACCOUNT);
  return things.filter(
    ({ type, id }) => type === OBJECT && id.includes(`/records/${room.ticket}/`),
  );
}

/** What is in the Audit account because of a room. */
function thingsOf({ stage }: StoryCast, { ticket, stack }: Room): Promise<readonly Thing[]> {
  return stage.thingsOf({ ticket, stack: stack.name });
}

function evidenceOf({ stack }: Room): { snapshot: string }[] {
  return stack.setting("clean-room:evidence") as { snapshot: string }[];
}

/** The image pipeline publishes an image of what the foundation has now. */
export async function publishImage(
  { stage, audit }: Pick<StoryCast, "audit" | "stage">,
  version: string,
): Promise<void> {
  const { amiParameter, toolboxDigest } = await audit.outputs();
  const image = await stage.outside.registerImage(`forensics-${version}`, {
    tags: { notification: NOTIFICATION, "toolbox-digest": String(toolboxDigest) },
  });
  await stage.outside.writeParameter(String(amiParameter), image, { notification: NOTIFICATION });
}

/** The neighbour was not closed, so there is nothing to record of it. */
async function recordDestruction(cast: StoryCast): Promise<Observation> {
  const { room, neighbour } = cast;
  const refusal = await neighbour.stack.destruction().then(
    ({ said }) => said.join("\n"),
    (error: Error) => error.message,
  );
  expect(/no closing record/.test(refusal), `the open room was not refused: ${refusal}`);
  const before = (await recordsOf(cast, room)).length;
  for (const times of [1, 2]) {
    const { said, code } = await room.stack.destruction();
    expect(code === 0, `it ended with ${code}, time ${times}: ${said.join("\n")}`);
    const written = (await recordsOf(cast, room)).length - before;
    expect(written === 1, `it wrote ${written} records instead of one, time ${times}`);
  }
  return { result: "1 record, none a second time" };
}

async function lookAtRemains(cast: StoryCast): Promise<Observation> {
  const { room } = cast;
  const remains = await thingsOf(cast, room);
  const copies = remains.filter(
    ({ type, state }) => type === PRESERVED_COPY && state === "completed",
  );
  const objects = remains.filter(
    ({ type, id, lockedUntil }) =>
      type === OBJECT && lockedUntil !== undefined && id.includes(`/${room.ticket}/`),
  );
  const keys = remains.filter(({ type, state }) => type === KEY && state === "PendingDeletion");
  const rest = remains.filter((entry) => ![...copies, ...objects, ...keys].includes(entry));
  expect(rest.length === 0, `too much is left: ${rest.map((e) => `${e.type} ${e.id}`).join(", ")}`);
  const wanted = evidenceOf(room).length;
  expect(copies.length === wanted, `${copies.length} preserved copies are left, not ${wanted}`);
  // Records of opening, the room as opened and with another tool, closing and destruction, a claim; that it was opened
  // again, and the second closing; and what the investigators kept. With a suspect's key the room had one more. Of each
  // disk the record, its attachment's and the hashes.
  const withKey = room.stack.setting("clean-room:suspectKeys") === undefined ? 0 : 1;
  const locked = 9 + withKey + 3 * wanted;
  expect(objects.length === locked, `${objects.length} objects are left instead of ${locked}`);
  expect(keys.length === 1, `${keys.length} keys are pending deletion instead of 1`);
  return { result: `${wanted} copies, ${locked} locked objects, 1 pending key` };
}

/** What a person types: it is refused for what is protected, or, of a room, before anything else. */
async function refuseDestroy(cast: StoryCast, stack: RehearsedStack): Promise<Observation> {
  const before = await cast.stage.things(AUDIT_ACCOUNT);
  const { succeeded, output } = await stack.cli("destroy", "--yes");
  expect(!succeeded, `${stack.name} could be destroyed`);
  expect(
    /protected|is not closed/.test(output),
    `destroying was not refused for protection: ${output}`,
  );
  expectUntouched(before, await cast.stage.things(AUDIT_ACCOUNT), "the account");
  return { result: "refused" };
}

async function refusedWith(
  { stack }: Room,
  settings: Readonly<Record<string, unknown>>,
  reason: RegExp,
): Promise<Observation> {
  return refused(await stack.preview({ settings }), reason);
}

function refused(preview: Deployment, reason: RegExp): Observation {
  expectRefusal(preview, [reason], "it");
  expect(preview.changes.length === 0, `it was refused too late: ${sentence(preview.changes)}`);
  return { result: "refused" };
}

function noChanges(deployment: Deployment, what: string): Observation {
  expectNoChanges(deployment, what);
  return { result: "no changes" };
}

function made(deployment: Deployment): Observation {
  expectSuccess(deployment, "it");
  return { result: sentence(deployment.changes), changes: deployment.changes };
}

/** `12 create, 1 update` */
function sentence(changes: readonly Change[]): string {
  const counts = new Map<string, number>();
  for (const { op } of changes) {
    counts.set(op, (counts.get(op) ?? 0) + 1);
  }
  const parts = [...counts].map(([op, count]) => `${count} ${op}`);
  return parts.length === 0 ? "no changes" : parts.join(", ");
}
