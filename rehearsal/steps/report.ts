import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

import type { CaseReport, Check } from "../../cli/report/caseReport";
import { type ReportSurroundings, reportCommand } from "../../cli/report/report";
import { auditorRoleName } from "../../components/names";
import { sha256 } from "../../components/sha256";
import type { Output } from "../../cli/output";
import type { Entry } from "../account/account";
import { REGION } from "../accounts";
import { Browser, findBrowser } from "../browser";
import type { Cast, StoryCast } from "../cast";
import { expect } from "../expectations";
import { runCommand } from "../runCommand";
import { inSandbox, type Observation, type StoryStep } from "../story";
import type { World } from "../world";

const COPY = "aws:ebs/snapshotCopy:SnapshotCopy";

/** The case of the room that was closed, told by somebody who may look only. */
export const REPORT: readonly StoryStep[] = [
  {
    part: "incident",
    name: "npx clean-room report, of the closed case",
    expected: "every claim with its source, nothing wrong; the page needs no network",
    run: tellCase,
  },
  ...inSandbox("what is in the vault is forged in the sandbox, where nothing is locked", {
    part: "incident",
    name: "npx clean-room report, of a record changed, forged or gone, a lock expired",
    expected: "each told as wrong, and what it is",
    run: tellForgeries,
  }),
];

/** What stays open: no member account took hashes, and no trail has log files to say what was written. */
const OPEN: readonly string[] = ["hashes", "missing", "reading"];

async function tellCase(cast: StoryCast): Promise<Observation> {
  const before = await reportOf(cast, cast.room.ticket);
  expect(
    before.said.some((line) => line.includes("clean-room-sign-record --parameters Key=records/")),
    `it does not say how a record is signed: ${before.said.join("\n")}`,
  );
  await cast.stage.outside.signRecords(String((await cast.audit.outputs())["vaultBucket"]));
  const { code, said, report, file } = await reportOf(cast, cast.room.ticket);
  expect(code === 3, `it ended with ${code}: ${said.join("\n")}`);
  const { checks, disks, timeline, records } = report;
  const open = checks.filter(({ verdict }) => verdict !== "sound").map(({ id }) => id);
  expect(
    open.every((id) => OPEN.includes(id)),
    `more is open than has to be: ${said.join("\n")}`,
  );
  const unread = checks.find(({ id }) => id === "reading")?.findings ?? [];
  const refused = unread.filter((each) => /AWS denies|Unmapped/.test(each.said));
  expect(refused.length === 0, `an auditor may not: ${refused.map(({ said }) => said).join("\n")}`);
  expect(disks.length > 0 && records.length > 4, `it tells too little: ${said.join("\n")}`);
  const unfounded = timeline.filter(({ sources }) => sources.length === 0);
  expect(unfounded.length === 0, `without a source: ${unfounded.map((each) => each.said).join()}`);
  const browser = findBrowser();
  if (browser === undefined) {
    return { result: `${records.length} records, ${disks.length} disks; no browser to look with` };
  }
  const window = await Browser.start(browser);
  try {
    for (const colours of ["light", "dark"] as const) {
      const { complaints, requests, broken } = await window.look(file, colours, {
        width: 1200,
        height: 900,
      });
      const wrong = [...complaints, ...requests, ...broken];
      expect(wrong.length === 0, `the browser complains: ${wrong.join("\n")}`);
    }
  } finally {
    await window.end();
  }
  return { result: `${records.length} records, ${disks.length} disks, looked at in ${browser}` };
}

/** What somebody does to a case, and which check tells of it. */
const FORGERIES: readonly (readonly [
  Check["id"],
  string,
  (entries: Entry[], ticket: string) => void,
])[] = [
  [
    "bytes",
    "a byte was changed",
    (entries, ticket) => {
      const properties = recordOf(entries, ticket, "evidence").properties;
      properties["content"] = String(properties["content"]).replace(
        "ownerCompared",
        "ownerCompareD",
      );
    },
  ],
  [
    "signatures",
    "not of these bytes by this key",
    (entries, ticket) => {
      const [one, other] = entries.filter(({ properties }) =>
        String(properties["key"]).startsWith(`signatures/${ticket}/`),
      );
      if (one !== undefined) {
        one.properties["contentBase64"] = other?.properties["contentBase64"];
      }
    },
  ],
  [
    "forms",
    "It is a record of INC-2026-9999",
    (entries, ticket) => {
      const { properties } = recordOf(entries, ticket, "evidence");
      const content = String(properties["content"]).replace(/INC-2026-\d+/, "INC-2026-9999");
      const key = String(properties["key"]);
      properties["content"] = content;
      properties["key"] = key.replace(/[0-9a-f]{64}/, sha256(content));
    },
  ],
  [
    "missing",
    "is not in the vault, and a record names it",
    (entries, ticket) =>
      entries.splice(entries.indexOf(recordOf(entries, ticket, "attachment")), 1),
  ],
  [
    "locks",
    "has expired",
    (entries) => {
      entries
        .filter(({ type, lockedUntil }) => type === COPY && lockedUntil !== undefined)
        .forEach((copy) => (copy.lockedUntil = "2020-01-01T00:00:00Z"));
    },
  ],
];

async function tellForgeries(cast: Cast): Promise<Observation> {
  const { stage, room } = cast;
  const { account } = stage;
  const before = account.read().state.entries;
  try {
    for (const [id, words, forge] of FORGERIES) {
      await account.change(({ state }) =>
        forge((state.entries = structuredClone(before)), room.ticket),
      );
      const { code, report } = await reportOf(cast, cast.room.ticket);
      const wrong = report.checks
        .filter(({ verdict }) => verdict === "wrong")
        .flatMap((check) => check.findings.map(({ said }) => `${check.id}: ${said}`));
      expect(
        code === 2 && wrong.some((line) => line.startsWith(`${id}: `) && line.includes(words)),
        `${id} is not told, it ended with ${code}: ${wrong.join("\n")}`,
      );
    }
  } finally {
    await account.change(({ state }) => {
      state.entries = before;
    });
  }
  return { result: `${FORGERIES.length} told` };
}

/** A record of the case, as the simulated account has it. */
function recordOf(entries: Entry[], ticket: string, event: string): Entry {
  const found = entries.find(
    ({ properties }) =>
      (properties["metadata"] as { event?: string } | undefined)?.event === event &&
      String(properties["key"]).startsWith(`records/${ticket}/`),
  );
  expect(found !== undefined, `there is no record of ${event}`);
  return found as Entry;
}

/** Runs the command as an auditor. */
export async function reportOf({ stage }: Pick<StoryCast, "stage">, ticket: string) {
  const file = join(stage.folder, "report.html");
  // Nothing is written over.
  rmSync(file, { force: true });
  const { code, said, told } = await runCommand(
    (output) => reportCommand(surroundingsOf(stage, output)),
    ...[ticket, "--out", file],
  );
  const page = readFileSync(file, "utf8");
  expect(page.includes(`Case ${ticket}`), "the page is not of the case");
  return { code, said, report: told[0] as CaseReport, file };
}

function surroundingsOf(stage: World, output: Output): ReportSurroundings {
  const auditor = auditorRoleName(REGION);
  const clients = stage.clientsOf(auditor);
  return {
    aws: (region) => ({
      ...clients({ region } as Parameters<typeof clients>[0]),
      cloudTrail: stage.trailOf(auditor),
    }),
    // The auditor's, whom the vault lets put nothing.
    storeAws: (region) => clients({ region } as Parameters<typeof clients>[0]),
    region: () => Promise.resolve(REGION),
    now: () => new Date(),
    output,
  };
}
