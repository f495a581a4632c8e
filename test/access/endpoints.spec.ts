import assert from "node:assert/strict";

import {
  endpointDomains,
  interfaceEndpointPolicy,
  s3EndpointPolicy,
} from "../../components/network/endpointPolicies";
import { ROLES } from "../support/parties";
import { EVERYTHING, isAllowed } from "../support/simulator";

const OWN = "111122223333";
const FOREIGN = "999988887777";

/** A request through an endpoint whose caller's own policies and the resource's allow everything. */
function pass(
  endpointPolicy: object,
  action: string,
  resource: string,
  {
    principal = ROLES.workstation,
    owner = OWN,
    context = { "aws:ResourceAccount": owner },
  }: { principal?: string; owner?: string; context?: Record<string, string> } = {},
): Promise<boolean> {
  return isAllowed({
    principal,
    action,
    resource,
    owner,
    context,
    identity: [EVERYTHING],
    resourcePolicy: {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: "*", Action: "*", Resource: "*" }],
    },
    endpointPolicy,
  });
}

describe("The S3 endpoint's policy", () => {
  const policy = s3EndpointPolicy("us-east-1", OWN);

  it("passes writing to the vault", async () => {
    assert.equal(await pass(policy, "s3:PutObject", "arn:aws:s3:::vault/cases/INC-1/a"), true);
  });

  it("stops stolen data on its way to a foreign bucket", async () => {
    const to = { owner: FOREIGN };
    assert.equal(await pass(policy, "s3:PutObject", "arn:aws:s3:::attacker/a", to), false);
  });

  it("stops credentials that malware brings along", async () => {
    const by = { principal: ROLES.outsider };
    assert.equal(await pass(policy, "s3:PutObject", "arn:aws:s3:::vault/a", by), false);
  });

  it("passes reading the agent's updates, not writing there", async () => {
    const update = "arn:aws:s3:::amazon-ssm-us-east-1/latest/agent.deb";
    const aws = { owner: FOREIGN };
    assert.equal(await pass(policy, "s3:GetObject", update, aws), true);
    assert.equal(await pass(policy, "s3:PutObject", update, aws), false);
    assert.equal(await pass(policy, "s3:GetObject", "arn:aws:s3:::other/a", aws), false);
  });

  it("passes no deletion", async () => {
    assert.equal(await pass(policy, "s3:DeleteObject", "arn:aws:s3:::vault/a"), false);
  });
});

describe("An interface endpoint's policy", () => {
  const parameter = (account: string) => `arn:aws:ssm:us-east-1:${account}:parameter/x`;

  it("passes this account's principals to this account's resources", async () => {
    const policy = interfaceEndpointPolicy("ssm", OWN);
    assert.equal(await pass(policy, "ssm:GetParameter", parameter(OWN)), true);
  });

  it("stops foreign principals and foreign resources", async () => {
    const policy = interfaceEndpointPolicy("ssm", OWN);
    const by = { principal: ROLES.outsider };
    assert.equal(await pass(policy, "ssm:GetParameter", parameter(OWN), by), false);
    const of = { owner: FOREIGN };
    assert.equal(await pass(policy, "ssm:GetParameter", parameter(FOREIGN), of), false);
  });

  // The agent and the investigator's plugin ask these at every login.
  const LOGIN: readonly [string, string, string][] = [
    [
      "ssm",
      "UpdateInstanceInformation",
      `arn:aws:ec2:us-east-1:${OWN}:instance/i-0123456789abcdef0`,
    ],
    ["ssmmessages", "CreateControlChannel", "*"],
    ["ssmmessages", "OpenControlChannel", "*"],
    ["ssmmessages", "CreateDataChannel", "*"],
    ["ssmmessages", "OpenDataChannel", "*"],
    ["ec2messages", "GetMessages", "*"],
    ["logs", "DescribeLogGroups", "*"],
    [
      "logs",
      "DescribeLogStreams",
      `arn:aws:logs:us-east-1:${OWN}:log-group:/clean-room/sessions:log-stream:x`,
    ],
  ];
  for (const [service, name, resource] of LOGIN) {
    it(`passes ${service}:${name} of this account's principals, whether AWS says whose it is or not`, async () => {
      const policy = interfaceEndpointPolicy(service, OWN);
      const action = `${service}:${name}`;
      assert.equal(await pass(policy, action, resource), true);
      assert.equal(await pass(policy, action, resource, { context: {} }), true);
      const by = { principal: ROLES.outsider, context: {} };
      assert.equal(await pass(policy, action, resource, by), false);
    });
  }

  it("asks for the owner of what is written and read", async () => {
    const elsewhere = {
      owner: FOREIGN,
      context: { "aws:ResourceAccount": FOREIGN },
    };
    const stream = `arn:aws:logs:us-east-1:${FOREIGN}:log-group:/x:log-stream:y`;
    const logs = interfaceEndpointPolicy("logs", OWN);
    assert.equal(await pass(logs, "logs:PutLogEvents", stream, elsewhere), false);
    const key = `arn:aws:kms:us-east-1:${FOREIGN}:key/0f1e2d3c-0000-4000-8000-000000000000`;
    const kms = interfaceEndpointPolicy("kms", OWN);
    assert.equal(await pass(kms, "kms:Encrypt", key, elsewhere), false);
    assert.equal(await pass(kms, "kms:Encrypt", key, { owner: FOREIGN, context: {} }), false);
  });
});

describe("The names a room may look up", () => {
  it("follow the Region's partition", () => {
    assert.deepEqual(endpointDomains("cn-north-1", ["kms"]), [
      "kms.cn-north-1.amazonaws.com.cn",
      "s3.cn-north-1.amazonaws.com.cn",
      "*.s3.cn-north-1.amazonaws.com.cn",
    ]);
  });
});
