import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

import { parse } from "yaml";

import { parseAccounts } from "../../cli/members/accountsFile";
import { requireSettings } from "../../cli/members/memberSettings";
import { pagesWithTables } from "../../docs/tables";
import { asText, parseSettings } from "../../settings/parseSettings";
import { page, PAGES, ROOT, yamlOf } from "./pages";

describe("The documentation", () => {
  it("has the tables that follow from the code; npm run docs writes them", () => {
    for (const [name, text] of Object.entries(pagesWithTables())) {
      assert.equal(page(`docs/${name}`), text);
    }
  });

  it("begins with one page, of at most 150 lines, that leads to every other", () => {
    const readme = page("README.md");
    assert.ok(readme.split("\n").length <= 150);
    for (const path of PAGES.keys()) {
      assert.ok(path === "README.md" || readme.includes(`](${path})`), path);
    }
  });

  it("has no link that leads nowhere", () => {
    for (const [path, text] of PAGES) {
      for (const [, target = ""] of text.replace(/`[^`\n]*`/g, "").matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^https?:/.test(target)) {
          continue;
        }
        const [file = "", anchor] = target.split("#");
        const linked = file === "" ? path : normalize(join(dirname(path), file));
        assert.ok(existsSync(join(ROOT, linked)), `${path}: ${target}`);
        assert.ok(
          anchor === undefined || anchorsOf(page(linked)).has(anchor),
          `${path}: ${target}`,
        );
      }
    }
  });

  it("gives the policy pack its configuration for the audit stack, and for no other", () => {
    const commands = [...PAGES.values()]
      .flatMap((text) => text.split("\n"))
      .filter((line) => /pulumi .*--policy-pack /.test(line) && line.includes("--stack"));
    const configured = commands.filter((line) =>
      line.includes("--policy-pack policy-pack --policy-pack-config policy-pack/clean-room.json"),
    );
    assert.ok(commands.length > configured.length && configured.length > 0);
    assert.deepEqual(
      configured,
      commands.filter((line) => line.includes("--stack audit")),
    );
  });

  it("prepares a member account with settings that are right", () => {
    const [member = ""] = yamlOf(page("docs/member-accounts.md"));
    const { config } = parse(member) as { config: Record<string, unknown> };
    const values = asText(config);
    const stack = "member-222233334444";
    const settings = parseSettings({ project: "clean-room", stack, values });
    assert.equal(settings.kind, "member");
  });

  it("opens a room, and adds evidence, with settings that are right", () => {
    const [opening = ""] = yamlOf(page("docs/open-a-room.md"));
    const [evidence = ""] = yamlOf(page("docs/evidence.md"));
    const { config } = parse(opening + evidence) as { config: Record<string, unknown> };
    const values = asText(config);
    const settings = parseSettings({ project: "clean-room", stack: "inc-2026-0042", values });
    assert.ok(settings.kind === "incident");
    assert.equal(settings.evidence.length, 1);
  });

  it("describes many accounts with a file that is right", () => {
    const file = yamlOf(page("docs/member-accounts.md")).find((block) =>
      block.includes("\naccounts:\n"),
    );
    const accounts = parseAccounts("accounts.yaml", file ?? "");
    const [payroll, other] = accounts;
    assert.equal(payroll?.assumeRole?.split(":")[4], payroll?.accountId);
    assert.deepEqual(other?.settings["tools"], ["velociraptor"]);
    requireSettings(accounts, "clean-room");
  });
});

/** The anchors of a page's headings, as code hosts make them. */
function anchorsOf(text: string): Set<string> {
  return new Set(
    [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
      heading
        .toLowerCase()
        .replace(/[^a-z0-9 _-]/g, "")
        .replaceAll(" ", "-"),
    ),
  );
}
