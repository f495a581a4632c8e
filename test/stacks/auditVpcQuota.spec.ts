import assert from "node:assert/strict";

import { deploy } from "../support/deployment";
import { auditConfig } from "../support/examples";

const VPCS = "aws:ec2/getVpcs:getVpcs";
const QUOTA = "aws:servicequotas/getServiceQuota:getServiceQuota";
const STATE = "pulumi:pulumi:readStackResourceOutputs";

/** Counted, as EC2 lists them: all of the account in the Region, and those with the stack's tag; others share four. */
const vpcs =
  (all: number, own = 0) =>
  ({ filters }: Readonly<Record<string, unknown>>) => ({
    ids: Array.from(
      { length: { "owner-id": all, "tag:clean-room": own }[filterOf(filters)] ?? all + 4 },
      (_, index) => `vpc-${index}`,
    ),
  });

function filterOf(filters: unknown): string {
  return (filters as [{ readonly name: string }] | undefined)?.[0].name ?? "";
}

/** The engine has so many of them. */
const known = (count: number) => () => ({
  outputs: Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `urn:pulumi:audit::clean-room::aws:ec2/vpc:Vpc::vpc-${index}`,
      { type: "aws:ec2/vpc:Vpc", outputs: { id: `vpc-${index}` } },
    ]),
  ),
});

describe("VPCs of a Region", () => {
  const made: string[] = [];
  const up = (
    answers: NonNullable<Parameters<typeof deploy>[2]>["answers"],
    changes: Readonly<Record<string, unknown>> = {},
  ) =>
    deploy("audit", auditConfig(changes), {
      beforeMade: (name) => made.push(name),
      answers: { "aws:ec2/getAmi:getAmi": () => ({ id: "ami-0ba5e000000000000" }), ...answers },
    });
  beforeEach(() => made.splice(0));

  it("that are four of five: refused before anything is made, with the command for one more", async () => {
    await assert.rejects(
      up({ [VPCS]: vpcs(4) }),
      /no room for the clean room's VPCs.*makes 2, 4 are there.*may have 5 .*L-F678F1CE --desired-value 6/s,
    );
    assert.deepEqual(made, []);
  });

  for (const [what, changes, answers] of [
    ["three of five", {}, { [VPCS]: vpcs(3) }],
    ["four of five, and no image is built", { image: "off" }, { [VPCS]: vpcs(4) }],
    ["five, and a killed up made both of its own", {}, { [VPCS]: vpcs(5, 2) }],
    ["five, and the engine knows both, without a tag", {}, { [VPCS]: vpcs(5), [STATE]: known(2) }],
    ["ten, and the quota was raised", {}, { [VPCS]: vpcs(10), [QUOTA]: () => ({ value: 20 }) }],
    ["ten, and AWS names no quota", {}, { [VPCS]: vpcs(10), [QUOTA]: () => ({}) }],
  ] as const) {
    it(`that are ${what}: deployed`, async () => {
      const { warnings, resources } = await up(answers, changes);
      assert.ok(resources.length > 0);
      assert.deepEqual(
        warnings.filter((each) => each.includes("VPC")),
        [],
      );
    });
  }

  it("that AWS does not tell: said, and stops nothing", async () => {
    const denied = () => {
      throw new Error("UnauthorizedOperation: You are not authorized to perform this operation.");
    };
    const { warnings } = await up({ [VPCS]: denied });
    assert.match(warnings.join("\n"), /How many VPCs this Region may have could not be looked up/);
  });
});
