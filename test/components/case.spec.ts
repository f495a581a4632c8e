import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

import ts from "typescript";

import {
  Case,
  RECORDS_AND_REPORTS,
  TICKET,
  TICKET_FORM,
  VAULT_FOLDERS,
} from "../../components/case";
import { TICKET_TAG } from "../../components/tags";
import { tagSchema } from "../../policy-pack/tagRules";
import { ROOM_STACK } from "../../policy-pack/ticket";

const REPOSITORY = join(__dirname, "../..");

/** What the program is made of. The pack and the handover know nothing of it, and spell for themselves. */
const PROGRAM = ["components", "settings", "stacks", "cli"];

/** Where it is said how a case is spelled, and with which key it is tagged. */
const SPELLED = new Map([
  ["components/case.ts", /./],
  ["components/tags.ts", new RegExp(`^${TICKET_TAG}$`)],
  // A logical name, which open rooms have as well.
  ["components/access/caseRoles.ts", /^intake-$/],
  // A path of another system's.
  ["cli/report/irisExport.ts", /^\/manage\/cases\/add$/],
]);

/** What nobody else may spell: the vault's folders, the tag and its value, names of a case's key, role, grant, machine. */
const SPELLINGS = [
  /(^|[/^("'|])(cases|intake|records)(\/|\||\)\/)/,
  /quarantine/,
  new RegExp(TICKET_TAG),
  /alias\/clean-room\/($|\*)/,
  /^(investigator|intake|workstation)-$/,
  /^\^?clean-room\\?\/($|\()/,
];

describe("the case", () => {
  it("has one pattern for the folders of records and reports, which matches no other", () => {
    const pattern = new RegExp(`^${RECORDS_AND_REPORTS.replace("*", ".*")}$`);
    assert.deepEqual(
      Object.values(VAULT_FOLDERS).filter((folder) => pattern.test(folder)),
      [VAULT_FOLDERS.records, VAULT_FOLDERS.reports],
    );
  });

  it("is spelled by its own value, and by nothing else", () => {
    const spelled = PROGRAM.filter((folder) => existsSync(join(REPOSITORY, folder)))
      .flatMap(sources)
      .flatMap((file) =>
        textsOf(file)
          .filter((text) => SPELLINGS.some((spelling) => spelling.test(text)))
          .filter((text) => SPELLED.get(file)?.test(text) !== true)
          .map((text) => `${file}: ${text}`),
      );
    assert.deepEqual(spelled, []);
  });

  it("has a ticket of one form: the responder's script takes the same, and the policy pack every such tag", () => {
    const script = readFileSync(join(REPOSITORY, "handover/handover"), "utf8");
    assert.ok(script.includes(`$ticket =~ ^${TICKET}$ ]]`), `handover/handover has not ${TICKET}`);
    const [, most = ""] = /\{0,(\d+)\}/.exec(TICKET) ?? [];
    const longest = "A".repeat(Number(most) + 2);
    assert.match(longest, new RegExp(`^${TICKET}$`));
    assert.doesNotMatch(`${longest}A`, new RegExp(`^${TICKET}$`));
    assert.equal(ROOM_STACK, TICKET.replaceAll("A-Z", ""));
    assert.equal(tagSchema.properties.ticketPattern.default, `^${new Case(TICKET).tag}$`);
    const handover = readFileSync(join(REPOSITORY, "handover/handover"), "utf8");
    assert.ok(handover.includes(`[[ $ticket =~ ^${TICKET}$ ]]`), "the form in handover");
    assert.ok(handover.includes(`is no ticket: ${TICKET_FORM}.`), "what handover says of it");
    assert.ok(TICKET_FORM.startsWith(`1 to ${longest.length} `));
  });

  it("keeps the names that open rooms and records have", () => {
    const own = new Case("INC-2026-0042");
    assert.deepEqual(
      [
        own.stack,
        own.tag,
        own.results,
        own.diskHash("i-1", "vol-1"),
        own.uploads("222233334444"),
        own.record("0f"),
        own.keyAlias,
        own.workstation,
        own.workstationRole,
        own.investigatorRole,
        own.uploadRole("222233334444"),
        own.grantName("arn:aws:iam::222233334444:role/clean-room/forensics-responder"),
      ],
      [
        "inc-2026-0042",
        "quarantine:INC-2026-0042",
        "cases/INC-2026-0042/",
        "cases/INC-2026-0042/intake/i-1/vol-1.json",
        "intake/222233334444/INC-2026-0042/",
        "records/INC-2026-0042/0f.json",
        "alias/clean-room/inc-2026-0042",
        "clean-room-INC-2026-0042",
        "workstation-INC-2026-0042",
        "investigator-INC-2026-0042",
        "intake-INC-2026-0042-222233334444",
        "clean-room/INC-2026-0042/222233334444/role/clean-room/forensics-responder",
      ],
    );
  });
});

function sources(folder: string): string[] {
  return readdirSync(join(REPOSITORY, folder)).flatMap((name) => {
    const path = `${folder}/${name}`;
    return statSync(join(REPOSITORY, path)).isDirectory()
      ? sources(path)
      : path.endsWith(".ts")
        ? [path]
        : [];
  });
}

/** The strings of a source, and the pieces of its templates: no comments, no descriptions for readers, no imports. */
function textsOf(file: string): string[] {
  const texts: string[] = [];
  const visit = (node: ts.Node): void => {
    if (
      ts.isImportDeclaration(node) ||
      (ts.isPropertyAssignment(node) && node.name.getText() === "description")
    ) {
      return;
    }
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node)) {
      texts.push(node.text);
    } else if (ts.isTemplateMiddleOrTemplateTail(node)) {
      texts.push(node.text);
    } else if (ts.isRegularExpressionLiteral(node)) {
      texts.push(node.text);
    }
    ts.forEachChild(node, visit);
  };
  const text = readFileSync(join(REPOSITORY, file), "utf8");
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true));
  return texts;
}
