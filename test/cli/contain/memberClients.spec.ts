import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { SSMClient } from "@aws-sdk/client-ssm";

import { MemberClients } from "../../../cli/contain/memberClients";
import type { FoundationHere } from "../../../cli/room/foundationHere";

describe("Clients of Systems Manager in member accounts", () => {
  it("are in the machine's Region by tokens of STS in the foundation's, as the Audit account need not have an opt-in Region", async () => {
    const asked: (string | undefined)[] = [];
    const sts = createServer((request, response) => {
      asked.push(/Credential=\w+\/\d+\/([^/]+)/.exec(request.headers.authorization ?? "")?.[1]);
      response.end(
        "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>OF-ROLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>",
      );
    });
    await new Promise<void>((resolve) => sts.listen(0, "127.0.0.1", resolve));
    const before = process.env["AWS_ENDPOINT_URL_STS"];
    process.env["AWS_ENDPOINT_URL_STS"] = `http://127.0.0.1:${(sts.address() as AddressInfo).port}`;
    try {
      const here = {
        foundation: { region: "us-west-2" },
        awsValues: { "aws:accessKey": "OFSTACK", "aws:secretKey": "s" },
      } as unknown as FoundationHere;
      const clients = new MemberClients(here, (_, config) => new SSMClient(config));
      const client = clients.in({ accountId: "222233334444", region: "ap-east-1" }) as SSMClient;
      assert.equal((await client.config.credentials()).accessKeyId, "OF-ROLE");
      assert.deepEqual([await client.config.region(), asked], ["ap-east-1", ["us-west-2"]]);
    } finally {
      Reflect.deleteProperty(process.env, "AWS_ENDPOINT_URL_STS");
      Object.assign(process.env, before === undefined ? {} : { AWS_ENDPOINT_URL_STS: before });
      sts.close();
      sts.closeAllConnections();
    }
  });
});
