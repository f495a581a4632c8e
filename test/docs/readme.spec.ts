import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { parse } from "yaml";

import { withTables } from "../../docs/readmeTables";
import { parseAccounts } from "../../cli/members/accountsFile";
import { requireSettings } from "../../cli/members/memberSettings";
import { asText, parseSettings } from "../../settings";

describe("README.md", () => {
  const readme = readFileSync(join(__dirname, "../../README.md"), "utf8");

  it("has the tables that follow from the code; npm run docs writes them", () => {
    assert.equal(withTables(readme), readme);
  });

  it("gives the policy pack its configuration for the audit stack, and for no other", () => {
    const commands = readme.split("\n").filter((line) => /pulumi .*--policy-pack /.test(line));
    const configured = commands.filter((line) =>
      line.includes("--policy-pack policy-pack --policy-pack-config policy-pack/clean-room.json"),
    );
    assert.ok(commands.length > configured.length && configured.length > 0);
    assert.deepEqual(
      configured,
      commands.filter((line) => line.includes("--stack audit")),
    );
  });

  const [member = "", opening = "", evidence = ""] = [
    ...readme.matchAll(/```yaml\n(.*?)```/gs),
  ].map(([, block]) => block);

  it("prepares a member account with settings that are right", () => {
    const { config } = parse(member) as { config: Record<string, unknown> };
    const values = asText(config);
    const stack = "member-222233334444";
    const settings = parseSettings({ project: "clean-room", stack, values });
    assert.equal(settings.kind, "member");
  });

  it("opens a room, and adds evidence, with settings that are right", () => {
    const { config } = parse(opening + evidence) as { config: Record<string, unknown> };
    const values = asText(config);
    const settings = parseSettings({ project: "clean-room", stack: "inc-2026-0042", values });
    assert.ok(settings.kind === "incident");
    assert.equal(settings.evidence.length, 1);
  });

  it("describes many accounts with a file that is right", () => {
    const blocks = [...readme.matchAll(/```yaml\n(.*?)```/gs)].map(([, block = ""]) => block);
    const file = blocks.find((block) => block.includes("\naccounts:\n")) ?? "";
    const accounts = parseAccounts("accounts.yaml", file);
    const [payroll, other] = accounts;
    assert.equal(payroll?.assumeRole?.split(":")[4], payroll?.accountId);
    assert.deepEqual(other?.settings["tools"], ["velociraptor"]);
    requireSettings(accounts, "clean-room");
  });
});
