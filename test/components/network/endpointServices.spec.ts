import assert from "node:assert/strict";

import { EC2Client } from "@aws-sdk/client-ec2";

import {
  chooseServices,
  findEndpointServices,
  type OfferedService,
} from "../../../components/network/endpointServices";

const LOGIN = ["logs", "ssm", "ssmmessages"];
const offer = (...names: string[]): OfferedService[] =>
  names.map((name) => ({ name, types: [name.endsWith("s3") ? "Gateway" : "Interface"] }));

describe("Services of the endpoints", () => {
  it("have the names that AWS gives them in the Region", () => {
    const region = "cn-north-1";
    const { interfaces, s3Gateway } = chooseServices(
      offer(
        "cn.com.amazonaws.cn-north-1.ssm",
        "com.amazonaws.cn-north-1.ssmmessages",
        "cn.com.amazonaws.cn-north-1.ssmmessages",
        "com.amazonaws.cn-north-1.logs",
        "com.amazonaws.cn-northwest-1.kms",
        "cn.com.amazonaws.cn-north-1.kms",
        "com.amazonaws.cn-north-1.s3",
      ),
      region,
      [...LOGIN, "kms"],
    );
    assert.deepEqual(interfaces, {
      logs: "com.amazonaws.cn-north-1.logs",
      ssm: "cn.com.amazonaws.cn-north-1.ssm",
      ssmmessages: "com.amazonaws.cn-north-1.ssmmessages",
      kms: "cn.com.amazonaws.cn-north-1.kms",
    });
    assert.equal(s3Gateway, "com.amazonaws.cn-north-1.s3");
  });

  it("that are not there are refused, all at once", () => {
    const region = "us-east-1";
    assert.throws(
      () =>
        chooseServices(
          // Neither another Region's, nor one whose name only ends alike, nor a gateway.
          [
            ...offer("com.amazonaws.us-east-1.ssm", "com.amazonaws.eu-west-1.logs"),
            { name: "com.amazonaws.us-east-1.xkms", types: ["Interface"] },
            { name: "com.amazonaws.us-east-1.dynamodb", types: ["Gateway"] },
            { name: "com.amazonaws.us-east-1.s3", types: ["Interface"] },
          ],
          region,
          ["ssm", "logs", "kms", "dynamodb"],
        ),
      ({ message }: Error) =>
        message.includes("interfaceEndpoints: logs, kms, dynamodb are no services") &&
        message.includes("S3 has no gateway endpoint"),
    );
  });

  it("are read to the last page; where EC2 does not say they have the usual names", async () => {
    const pages = [
      ["com.amazonaws.us-east-1.s3", "com.amazonaws.us-east-1.kms"],
      ["com.amazonaws.us-east-1.logs"],
    ];
    const telling = {
      send: ({ input }: { input: { NextToken?: string } }) => {
        const page = Number(input.NextToken ?? 0);
        return Promise.resolve({
          ServiceDetails: offer(...(pages[page] ?? [])).map(({ name, types }, index) => ({
            ServiceName: name,
            Owner: index === 0 ? "amazon" : "111122223333",
            ServiceType: types.map((ServiceType) => ({ ServiceType })),
          })),
          NextToken: page + 1 < pages.length ? `${page + 1}` : "",
        });
      },
    } as unknown as EC2Client;
    const usual = {
      interfaces: { logs: "com.amazonaws.us-east-1.logs" },
      s3Gateway: "com.amazonaws.us-east-1.s3",
    };
    assert.deepEqual(await findEndpointServices(telling, "us-east-1", ["logs"]), usual);
    // It is another account's, whatever its name.
    await assert.rejects(findEndpointServices(telling, "us-east-1", ["kms"]), /kms is no service/);

    const denying = (name: string) =>
      ({
        send: () => Promise.reject(Object.assign(new Error(name), { name })),
      }) as unknown as EC2Client;
    assert.deepEqual(
      await findEndpointServices(denying("UnauthorizedOperation"), "us-east-1", ["logs"]),
      usual,
    );
    await assert.rejects(
      findEndpointServices(denying("ExpiredToken"), "us-east-1", ["logs"]),
      /Log in first/,
    );
  });
});
