import assert from "node:assert/strict";

import type { CloudTrailClient } from "@aws-sdk/client-cloudtrail";

import { checkTrailQuota } from "../../components/watch/trailQuota";
import { deploy } from "../support/deployment";
import { auditConfig } from "../support/examples";

const OWN = "arn:aws:cloudtrail:us-east-1:111122223333:trail/clean-room-evidence";
const ORGANISATION = "arn:aws:cloudtrail:eu-west-1:999988887777:trail/organisation";
const other = (count: number) =>
  Array.from(
    { length: count },
    (_, index) => `arn:aws:cloudtrail:us-east-1:111122223333:trail/team-${index}`,
  );

describe("Trails of a Region", () => {
  const made: string[] = [];
  const up = (trails: readonly string[]) =>
    deploy("audit", auditConfig({ "clean-room:image": "off" }), {
      trails,
      beforeMade: (name) => made.push(name),
    });
  beforeEach(() => made.splice(0));

  it("that are five without the vault's: refused before anything is made, each with its command", async () => {
    await assert.rejects(up([...other(4), ORGANISATION]), ({ message }: Error) => {
      assert.match(message, /There is no room for the trail of the vault's events/);
      assert.match(message, /takes 5 trails in a Region .* there are 5/);
      for (const arn of [...other(4), ORGANISATION]) {
        const [, , , region] = arn.split(":");
        assert.ok(
          message.includes(`aws cloudtrail delete-trail --region ${region} --name ${arn}`),
          message,
        );
      }
      return true;
    });
    assert.deepEqual(made, []);
  });

  for (const [what, trails] of [
    ["four others", other(4)],
    ["five with the vault's", [...other(4), OWN]],
  ] as const) {
    it(`that are ${what}: deployed`, async () => {
      const deployment = await up(trails);
      assert.equal(deployment.ofType("aws:cloudtrail/trail:Trail").length, 1);
      assert.deepEqual(deployment.warnings, []);
    });
  }

  it("beside an image's base that is not there: both reasons at once", async () => {
    await assert.rejects(
      deploy("audit", auditConfig(), {
        trails: other(5),
        answers: {
          "aws:ec2/getAmi:getAmi": () => {
            throw new Error("Your query returned no results");
          },
        },
      }),
      ({ message }: Error) =>
        message.includes("There is no room for the trail") && message.includes("has no base"),
    );
  });

  it("that CloudTrail does not tell: said, and stops nothing; without credentials nothing goes on", async () => {
    const refusing = (name: string) =>
      ({
        send: () => Promise.reject(Object.assign(new Error(name), { name })),
      }) as unknown as CloudTrailClient;
    const [, reasons] = await checkTrailQuota(refusing("AccessDeniedException"), OWN);
    assert.deepEqual(reasons, []);
    await assert.rejects(checkTrailQuota(refusing("ExpiredTokenException"), OWN), /Log in first/);
  });
});
