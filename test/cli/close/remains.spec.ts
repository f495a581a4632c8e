import assert from "node:assert/strict";

import { ListObjectsV2Command } from "@aws-sdk/client-s3";

import { findRemains } from "../../../cli/close/remains";
import { recordStatements } from "../../../components/access/incidentDeployer/recordStatements";
import { asText, parseSettings } from "../../../settings/parseSettings";
import { FOUNDATION_OUTPUTS, incidentConfig, STACK, TICKET } from "../../support/examples";

/** What the policy of an incident deployer lets the vault be listed below, as StringLike compares it. */
function listed(prefix: string): boolean {
  const access = { vaultArn: "arn:aws:s3:::vault", evidenceKeyArn: "key", region: "us-east-1" };
  const patterns = recordStatements(access as never).flatMap(
    ({ Condition }) =>
      (Condition as Record<string, Record<string, string[]>> | undefined)?.["StringLikeIfExists"]?.[
        "s3:prefix"
      ] ?? [],
  );
  assert.ok(patterns.length > 0);
  return patterns.some((pattern) => new RegExp(`^${pattern.split("*").join(".*")}$`).test(prefix));
}

describe("What is left of a closed room", () => {
  it("is looked up with no right in the vault that an incident deployer lacks", async () => {
    const asked: string[] = [];
    const s3 = {
      send: (command: unknown) => {
        assert.ok(command instanceof ListObjectsV2Command);
        const { Prefix = "" } = command.input;
        asked.push(Prefix);
        return listed(Prefix)
          ? Promise.resolve({ Contents: [{ Key: `${Prefix}1` }] })
          : Promise.reject(Object.assign(new Error("Access Denied"), { name: "AccessDenied" }));
      },
    };
    const empty = { send: () => Promise.resolve({}) };
    const { kept } = await findRemains({
      ticket: TICKET,
      settings: parseSettings({
        project: "clean-room",
        stack: STACK,
        values: asText(incidentConfig()),
      }),
      aws: { ec2: empty, iam: empty, kms: empty, s3, ssm: empty, sts: empty, tagging: empty },
      foundation: FOUNDATION_OUTPUTS,
    } as never);
    assert.deepEqual(asked.sort(), [`cases/${TICKET}/intake/`, `records/${TICKET}/`]);
    assert.match(kept.join("\n"), /1 records: [^]*1 hashes of disks: /);
  });
});
