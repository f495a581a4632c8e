import assert from "node:assert/strict";

import { Refusal } from "../../components/refusal";
import { deploy } from "../support/deployment";
import {
  answersOf,
  auditConfig,
  ec2Of,
  FOUNDATION_OUTPUTS,
  incidentConfig,
  STACK,
  SUSPECT_KEY,
  TICKET,
} from "../support/examples";

/** Whoever deploys: no deployer of anything. */
const STRANGER = {
  "aws:index/getCallerIdentity:getCallerIdentity": () => ({
    arn: "arn:aws:sts::111122223333:assumed-role/somebody/else",
  }),
};

/** More roles than any document takes. */
const MANY = Array.from(
  { length: 400 },
  (_, index) => `arn:aws:iam::111122223333:role/investigators-of-the-department-${index}`,
);

/** What a deployment is refused for: each reason begins with what it is about. */
async function refusedFor(deployment: Promise<unknown>): Promise<readonly string[]> {
  try {
    await deployment;
  } catch (error) {
    assert.ok(error instanceof Refusal, (error as Error).stack);
    return error.reasons;
  }
  return assert.fail("it is not refused");
}

/** Has a reason of each kind, and none twice. */
function each(reasons: readonly string[], kinds: readonly RegExp[]): void {
  const found = kinds.map((kind) => reasons.filter((reason) => kind.test(reason)).length);
  assert.deepEqual(
    found,
    kinds.map(() => 1),
    reasons.join("\n"),
  );
}

describe("Every reason is told at once", () => {
  it("why a foundation is not deployed: the role, the documents, the builder's type, the trails, what is there twice", async () => {
    const twice = ["a", "b"].map((id) => ({
      resourceArn: `arn:aws:ec2:us-east-1:111122223333:vpc/vpc-0123456789abcdef${id}`,
      tags: { "clean-room": "audit/us-east-1::ec2/vpc::forensics" },
    }));
    const reasons = await refusedFor(
      deploy("audit", auditConfig({ custodians: MANY }), {
        answers: {
          ...STRANGER,
          "aws:ec2/getAmi:getAmi": () => ({ id: "ami-0123456789abcdef0" }),
          "aws:ec2/getInstanceType:getInstanceType": () => {
            throw new Error("api error InvalidInstanceType: they do not exist: [m7i.large]");
          },
          "aws:resourcegroupstaggingapi/getResources:getResources": () => ({
            resourceTagMappingLists: twice,
          }),
        },
        trails: Array.from(
          { length: 5 },
          (_, index) => `arn:aws:cloudtrail:us-east-1:111122223333:trail/other-${index}`,
        ),
      }),
    );
    each(reasons, [
      /^The foundation is for foundation deployers: .*somebody/,
      /^The settings make documents that are too long: .*custodians/,
      /^imageInstanceType \S+ cannot serve: /,
      /^There is no room for the trail of the vault's events: /,
      /there more than once: .*vpc-0123456789abcdefa and vpc-0123456789abcdefb/,
    ]);
  });

  it("why a room is not opened: the slot, the role, the documents, the way to the suspect, the suspect's key", async () => {
    const account = { claims: { "us-east-1a-1": "INC-2026-0099" } };
    const settings = {
      investigators: MANY,
      suspectCidrs: ["10.66.0.0/28"],
      suspectKeys: [SUSPECT_KEY],
    };
    const reasons = await refusedFor(
      deploy(STACK, incidentConfig(settings), {
        answers: { ...answersOf(account), ...STRANGER },
        foundation: FOUNDATION_OUTPUTS,
        ec2: ec2Of(account),
      }),
    );
    each(reasons, [
      /^Slot us-east-1a-1 is taken by the room of INC-2026-0099: Free slots/,
      /^Rooms are for incident deployers: .*somebody/,
      /^The settings make documents that are too long: .*investigators/,
      /^The suspect cannot be reached by its address: /,
      /^The suspects' keys cannot be granted: /,
    ]);
  });

  it("why an open room is not changed: a claim that was lost, another slot, a key that was ended", async () => {
    const keyArn = "arn:aws:kms:us-east-1:111122223333:key/incident";
    const account = {
      claims: {},
      known: true,
      state: {
        "aws:ssm/parameter:Parameter::slot-claim": { id: "/clean-room/slots/us-east-1a-1" },
      },
      workstation: { ami: "ami-0123456789abcdef0", instanceType: "r6i.xlarge" },
      keys: [keyArn],
      keyStates: { [keyArn]: "Disabled" },
    };
    const reasons = await refusedFor(
      deploy(STACK, incidentConfig({ slot: "us-east-1b-1" }), {
        answers: answersOf(account),
        foundation: FOUNDATION_OUTPUTS,
        ec2: ec2Of(account),
      }),
    );
    each(reasons, [
      new RegExp(`^The room of ${TICKET} has lost its slot's claim: `),
      new RegExp(`^The room of ${TICKET} does not move: .*us-east-1b-1`),
      /was ended outside of Pulumi: .*enable-key/,
    ]);
  });
});
