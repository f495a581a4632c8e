import assert from "node:assert/strict";

import { JUSTIFIED } from "./justified";
import { placedDocuments } from "./placedDocuments";
import { unknownTo } from "./serviceAuthorization";

/**
 * Every placed document against the Service Authorization Reference: IAM takes an action, a key or a resource
 * that does not exist, and the statement has no effect.
 */
describe("What policies name", function () {
  this.timeout("2m");

  it("is known to AWS's own reference, or stands in a list with its reason", async () => {
    const documents = await placedDocuments();
    assert.ok(documents.length > 40, `${documents.length} documents`);
    const findings = (await Promise.all(documents.map(unknownTo))).flat();
    // One that is found no more has no reason.
    assert.deepEqual([...new Set(findings)].sort(), Object.keys(JUSTIFIED).sort());
  });

  const found = (statement: object) =>
    unknownTo({ of: "x", document: { Statement: [{ Effect: "Allow", ...statement }] } });

  it("is refused where no action, key or resource is of that name", async () => {
    assert.deepEqual(await found({ Action: "ec2:CopySnapshots", Resource: "*" }), [
      "x statement 1: ec2:CopySnapshots is no action",
    ]);
    assert.deepEqual(await found({ Action: "ec3:CopySnapshot", Resource: "*" }), [
      "x statement 1: ec3:CopySnapshot is no action",
    ]);
    assert.deepEqual(
      await found({
        Action: ["ec2:RunInstances", "ec2:CreateSecurityGroup"],
        Resource: "arn:aws:ec2:us-east-1:111122223333:vpc/vpc-1",
      }),
      ["x statement 1: ec2:RunInstances is about none of its resources"],
    );
    assert.deepEqual(
      await found({
        Action: "logs:DescribeLogGroups",
        Resource: ["arn:aws:s3:::x", "*"],
      }),
      ["x statement 1: arn:aws:s3:::x is nothing that its actions are about"],
    );
    for (const key of ["ec2:Vpc", "aws:SauceVpc", "aws:ResourceTag/x"]) {
      assert.deepEqual(
        await found({
          Action: "sns:Publish",
          Resource: "*",
          Condition: { StringEquals: { [key]: "x" } },
        }),
        key === "aws:ResourceTag/x" ? [] : [`x statement 1: sns:Publish has no ${key}`],
        key,
      );
    }
  });
});
