import assert from "node:assert/strict";

import { DescribeLogStreamsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { DescribeSessionsCommand } from "@aws-sdk/client-ssm";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";

import { findSessionReader } from "../../../cli/logs/sessionReader";

const ROLE = "arn:aws:iam::111122223333:role/clean-room/auditor";
const PLACES = [
  { workstation: "i-1", logGroup: "/clean-room/sessions/us-east-1a-1", since: new Date(0) },
];

/** Whoever is denied these. */
function clients(...denied: readonly object[]) {
  const send = (command: object) =>
    denied.some((each) => command instanceof (each as typeof Object))
      ? Promise.reject(
          Object.assign(new Error("You are not allowed."), { name: "AccessDeniedException" }),
        )
      : Promise.resolve(
          command instanceof AssumeRoleCommand
            ? {
                Credentials: {
                  AccessKeyId: "ASIA",
                  SecretAccessKey: "secret",
                  SessionToken: command.input.RoleArn,
                },
              }
            : {},
        );
  return { logs: { send }, ssm: { send }, sts: { send } };
}

const AUDITORS = clients();

async function readerOf(own: ReturnType<typeof clients>, auditorRoleArn?: string) {
  const room = {
    ticket: "INC-2026-0042",
    aws: own,
    foundation: { auditorRoleArn },
    clientConfig: { region: "us-east-1" },
  };
  return findSessionReader(room as never, () => AUDITORS as never, PLACES);
}

describe("Who reads what sessions were recorded as", () => {
  it("is whoever asks, where AWS lets them", async () => {
    const own = clients(AssumeRoleCommand);
    const { aws, environment, said } = await readerOf(own, ROLE);
    assert.deepEqual(
      { isOwn: aws === (own as unknown), environment, said },
      {
        isOwn: true,
        environment: {},
        said: [],
      },
    );
  });

  it("is the auditor's role, which is said, where AWS lets them take it", async () => {
    for (const denied of [[DescribeSessionsCommand], [DescribeLogStreamsCommand]]) {
      const { aws, environment, said } = await readerOf(clients(...denied), ROLE);
      assert.equal(aws, AUDITORS);
      assert.equal(environment["AWS_SESSION_TOKEN"], ROLE);
      assert.match(
        said.join(),
        /^These credentials lack \S+: read as .*role\/clean-room\/auditor\.$/,
      );
    }
  });

  it("is told where it is neither: no session is left out in silence", async () => {
    await assert.rejects(
      readerOf(clients(DescribeSessionsCommand, AssumeRoleCommand), ROLE),
      /lack ssm:DescribeSessions\. .*role\/clean-room\/auditor may, and could not be taken; who may take it stands in auditors/,
    );
    await assert.rejects(
      readerOf(clients(DescribeSessionsCommand)),
      /has no role of auditors, which may: name .* in auditors of the audit stack/,
    );
    const { said } = await readerOf(clients(DescribeLogStreamsCommand, AssumeRoleCommand), ROLE);
    assert.match(
      said.join(),
      /^Recordings are not listed for you\. .*logs:DescribeLogStreams.*auditors/,
    );
  });
});
