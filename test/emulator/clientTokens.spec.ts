import assert from "node:assert/strict";

import type { AwsAnswer, AwsRequest } from "./awsRequest";
import { ClientTokens } from "./clientTokens";

const ARN = "arn:aws:imagebuilder:us-east-1:123456789012:component/disk/1.0.0/1";
const THERE: AwsAnswer = {
  status: 400,
  headers: {},
  body: Buffer.from(`{"message":"The resource '${ARN}' already exists."}`),
};

function create(clientToken: string): AwsRequest {
  return {
    method: "PUT",
    url: "/CreateComponent",
    headers: {
      authorization: "AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/imagebuilder/aws4_request",
    },
    body: Buffer.from(JSON.stringify({ clientToken })),
    caller: "arn:aws:iam::123456789012:role/foundation-deployer",
    account: "123456789012",
    region: "us-east-1",
  };
}

describe("The emulator's run, as Image Builder", () => {
  it("answers the same create, sent again because its answer was lost, with what was made", async () => {
    const tokens = new ClientTokens();
    await assert.rejects(
      tokens.answer(create("one"), () => Promise.reject(new Error("connection reset"))),
    );
    const { status, body } = await tokens.answer(create("one"), () => Promise.resolve(THERE));
    const { componentBuildVersionArn } = JSON.parse(body.toString()) as Record<string, string>;
    assert.deepEqual([status, componentBuildVersionArn], [200, ARN]);
  });

  it("refuses another create of what is there", async () => {
    const tokens = new ClientTokens();
    const pass = () => Promise.resolve(THERE);
    await tokens.answer(create("one"), pass);
    assert.equal((await tokens.answer(create("two"), pass)).status, 400);
  });
});
