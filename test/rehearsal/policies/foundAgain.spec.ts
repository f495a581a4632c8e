import assert from "node:assert/strict";

import { declaredFoundation, declaredMember } from "../../support/declaredStacks";
import { packFor, STACKS } from "../../../rehearsal/policies/judgedCases";
import { told } from "../../../rehearsal/policies/mutants/toldStacks";
import type { ToldResource } from "../../../rehearsal/policies/packInProcess";
import { type Deployment, deploy } from "../../support/deployment";
import {
  type Account,
  answersOf,
  ec2Of,
  FOUNDATION_OUTPUTS,
  incidentConfig,
  auditConfig,
  memberConfig,
  SNAPSHOT,
  STACK,
  SUSPECT_KEY,
  TICKET,
} from "../../support/examples";
import { ROLES } from "../../support/parties";
import { closedRoom } from "../../support/wholeStacks";

const OTHER_SNAPSHOT = "snap-0fedcba9876543210";
const COPY = "snap-00000000000000c0c";
const KEY = "0a1b2c3d-0000-4000-8000-00000000000a";
const DISK = { account: "222233334444", device: "/dev/sdf" };
const OTHER_DISK = { account: "222233334444", device: "/dev/sdg" };

/** An account in which a copy of the first of two snapshots was made before, and the stack's state has not got it. */
const PRESERVED: Account = {
  claims: { "us-east-1a-1": TICKET },
  snapshots: {
    ...Object.fromEntries(
      [SNAPSHOT, OTHER_SNAPSHOT].map((id) => [
        id,
        { ownerId: "222233334444", state: "completed", volumeSize: 8 },
      ]),
    ),
    [COPY]: {
      ownerId: FOUNDATION_OUTPUTS.accountId,
      state: "completed",
      volumeSize: 8,
      tags: { "source-snapshot": SNAPSHOT, "source-account": "222233334444" },
    },
  },
  copies: [COPY],
  unrecorded: [COPY],
};

const inEc2 = (type: string, id: string, Name: string) => ({
  type,
  id,
  tags: { "incident-response": `quarantine:${TICKET}`, Name },
  state: "available",
  properties: {},
});

/** The same, with all that AWS has of the room, of which the state has nothing. */
const LOST: Account = {
  ...PRESERVED,
  stateLost: true,
  names: [
    `alias/clean-room/${STACK}`,
    `workstation-${TICKET}`,
    `investigator-${TICKET}`,
    `intake-${TICKET}-222233334444`,
  ],
  keys: [`arn:aws:kms:us-east-1:111122223333:key/${KEY}`],
  made: [
    inEc2("aws:ec2/instance:Instance", "i-0a0a0a0a0a0a0a0a0", `clean-room-${TICKET}`),
    inEc2("aws:ebs/volume:Volume", "vol-0a0a0a0a0a0a0a0a0", `evidence-${SNAPSHOT}-working`),
    inEc2("aws:ec2/securityGroup:SecurityGroup", "sg-0a0a0a0a0a0a0a0a0", "workstation-sg"),
    inEc2(
      "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
      "sgr-0a0a0a0a0a0a0a0a0",
      "workstation-s3",
    ),
  ],
};

const room = (account: Account, evidence: readonly object[]) =>
  deploy(
    STACK,
    incidentConfig({
      tools: ["encase", "lime"],
      investigators: ["arn:aws:iam::111122223333:role/investigators"],
      responderRoles: [ROLES.responder],
      suspectKeys: [SUSPECT_KEY],
      evidence,
    }),
    { answers: answersOf(account), ec2: ec2Of(account), foundation: FOUNDATION_OUTPUTS },
  );

/** What an ignored field of evidence may still be, whatever the program says: as an earlier `up` made it. */
const EARLIER: Readonly<Record<string, string>> = {
  snapshotId: "snap-0eeeeeeeeeeeeeeee",
  instanceId: "i-0eeeeeeeeeeeeeeee",
  volumeId: "vol-0eeeeeeeeeeeeeeee",
};

const asItWas = (resources: readonly ToldResource[]): ToldResource[] =>
  resources.map((resource) => ({
    ...resource,
    props: Object.fromEntries(
      Object.entries(resource.props).map(([field, value]) => [
        field,
        resource.options.ignoreChanges.includes(field) ? (EARLIER[field] ?? value) : value,
      ]),
    ),
  }));

describe("The policy pack has nothing against a right room", () => {
  const first = { snapshot: SNAPSHOT, ...DISK };
  const second = { snapshot: OTHER_SNAPSHOT, ...OTHER_DISK };
  const earlier = { ...first, preserved: COPY };
  const { claims: _, ...unopened } = PRESERVED;
  const attached: Account = {
    ...PRESERVED,
    volumes: {
      "vol-00000000000000d0d": { source: SNAPSHOT, device: "/dev/sdf" },
    },
  };
  const rooms: Readonly<Record<string, () => Promise<Deployment>>> = {
    "of one disk that an earlier room preserved, and one that is copied now": () =>
      room(unopened, [earlier, second]),
    "that takes on the copy of an interrupted up, and copies another disk": () =>
      room(PRESERVED, [first, second]),
    "that has such a disk attached, and copies another one": () => room(attached, [first, second]),
    "of which such a disk is withdrawn, and another one copied": () =>
      room(attached, [{ ...first, withdrawn: true }, second]),
    "whose state is lost, and that takes on all that is there": () => room(LOST, [first, second]),
    "that is closed": closedRoom,
  };
  for (const [what, declared] of Object.entries(rooms)) {
    it(what, async () => {
      const { resources } = told(STACK, await declared(), incidentConfig());
      const pack = packFor(STACK);
      assert.deepEqual(await pack.judge(resources), []);
      assert.deepEqual(await pack.judge(asItWas(resources)), [], "with what an earlier up made");
    });
  }
});

describe("The policy pack has nothing against an organisation's boundary of every role", () => {
  const settings = (account: string) => ({
    permissionsBoundary: `arn:aws:iam::${account}:policy/organisation-boundary`,
    automationRoles: "create",
  });

  it("of a foundation", async () => {
    const auditors = ["arn:aws:iam::333344445555:role/internal-audit"];
    const declared = await declaredFoundation({ ...settings("111122223333"), auditors });
    const { resources } = told(STACKS.foundation, declared, auditConfig());
    assert.deepEqual(await packFor(STACKS.foundation).judge(resources), []);
  });

  it("of a member account", async () => {
    const member = "member-222233334444";
    const declared = await declaredMember({
      ...settings("222233334444"),
      transferKey: "on",
      link: "on",
      incidentDeployers: [ROLES.incidentDeployer],
    });
    const { resources } = told(member, declared, memberConfig());
    assert.deepEqual(await packFor(member).judge(resources), []);
  });
});
