import assert from "node:assert/strict";

import { deploy } from "../support/deployment";
import { auditConfig, ec2Of, memberConfig } from "../support/examples";

const STACK = "member-222233334444";

describe("A stack of which nothing is known, and whose things are there", () => {
  const role = (tags: object) => ({
    "aws:iam/getRole:getRole": () => ({ arn: "arn", name: "forensics-responder", tags }),
  });
  const arn = "arn:aws:iam::111122223333:policy/clean-room/clean-room-case-boundary-us-east-1";
  const policy = (tags: Record<string, string>) =>
    ec2Of({
      made: [
        {
          type: "aws:iam/policy:Policy",
          id: arn,
          arn,
          tags,
          state: "available",
          properties: {},
        },
      ],
    });

  it("is not made a second time beside what an earlier version made", async () => {
    await assert.rejects(
      deploy(STACK, memberConfig(), { answers: role({ notification: "ir@example.edu" }) }),
      /its state has nothing.*docs\/interrupted\.md.*aws iam tag-role --role-name forensics-responder/s,
    );
    await assert.rejects(
      deploy("audit", auditConfig(), { ec2: policy({}) }),
      /its state has nothing.*docs\/interrupted\.md.*aws iam tag-policy/s,
    );
  });

  it("goes on where that is its own, which its tag says", async () => {
    const tag = `${STACK}/us-east-1::iam/role::roles-responder`;
    const { resources } = await deploy(STACK, memberConfig(), {
      answers: role({ "clean-room": tag }),
    });
    assert.ok(resources.length > 0);
    const boundary = "audit/us-east-1::iam/policy::case-boundary";
    const audit = await deploy("audit", auditConfig({ image: "off" }), {
      ec2: policy({ "clean-room": boundary }),
    });
    assert.ok(audit.resources.length > 0);
  });
});
