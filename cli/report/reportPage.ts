import { createHash } from "node:crypto";

import type { CaseReport, Check, Source, Verdict } from "./caseReport";
import { diskPicture } from "./diskPicture";
import { type Html, html } from "./html";
import { PAGE_STYLE } from "./pageStyle";
import { roomPicture } from "./roomPicture";
import { anchorOf, commandOf, sourcesOf, spelled } from "./sources";

/** What a verdict says of the whole case. */
const BANNER: Readonly<Record<Verdict, string>> = {
  sound: "Everything that was looked at is as it has to be.",
  unverified: "Nothing was found to be wrong. Some of it could not be verified: see why below.",
  wrong: "Something is wrong: see below what, and where.",
};

/**
 * The report as one page that needs nothing but itself: no script, no network. Whoever reads it can follow every claim
 * to what it is made of.
 */
export function reportPage(report: CaseReport): string {
  const digest = createHash("sha256").update(PAGE_STYLE).digest("base64");
  const policy = `default-src 'none'; style-src 'sha256-${digest}'; base-uri 'none'; form-action 'none'`;
  const { ticket, verdict, made, place, checks } = report;
  const head = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
`;
  const body = html`<title>Case ${ticket}</title>
<style>`;
  const rest = html`</style>
</head>
<body>
<h1>Case ${ticket}</h1>
<p class="quiet">Account ${place.account}, ${place.region}, vault <code>${place.vault}</code>. Asked ${made.at} by <code>${made.by}</code>, by the clock of that machine; program ${made.program}.</p>
<div class="banner ${verdict}">${BANNER[verdict]}</div>
<nav>${SECTIONS.map(([id, title]) => html`<a href="#${id}">${title}</a> `)}</nav>
${checks.map(checkPart)}
${SECTIONS.map(
  ([id, title, part]) =>
    html`<h2 id="${id}">${title}</h2>
      ${part(report)} `,
)}
</body>
</html>
`;
  return `${head}${body.text}${PAGE_STYLE}${rest.text}`;
}

/** What comes below the verdicts. */
const SECTIONS: readonly (readonly [string, string, (report: CaseReport) => Html])[] = [
  ["disks", "Disks", disksPart],
  ["timeline", "Timeline", timelinePart],
  ["records", "Records", recordsPart],
  ["rooms", "Rooms", roomsPart],
  ["people", "People and roles", peoplePart],
  ["results", "Results", resultsPart],
  ["sessions", "Sessions", sessionsPart],
  ["remains", "What is left", remainsPart],
  ["sources", "Sources", sourcesPart],
];

function checkPart({ title, verdict, said, findings }: Check): Html {
  const list =
    findings.length === 0
      ? undefined
      : html`<ul>
          ${findings.map(
            (finding) =>
              html`<li>
                <span class="${finding.verdict}">${finding.verdict}</span>: ${finding.said}
                ${links(finding.sources)}
              </li>`,
          )}
        </ul>`;
  return html`<div class="check ${verdict}">
    <span class="word">${verdict}</span> <strong>${title}.</strong>
    <span class="quiet">${said}</span>${list}
  </div> `;
}

function disksPart({ disks }: CaseReport): Html {
  return disks.length === 0
    ? nothing("No record of evidence.")
    : html`${disks.map(
        (disk) =>
          html`<h3>
              ${disk.snapshot}, of account ${disk.account}:
              <span class="${disk.verdict}">${disk.verdict}</span>
            </h3>
            <div class="scroll">${diskPicture(disk)}</div>
            ${table(
              ["step", "id", "verdict", "what is known", "sources"],
              disk.steps.map(({ what, id, verdict, said, sources }) => [
                what,
                code(id),
                word(verdict),
                said.join("; "),
                links(sources),
              ]),
            )}
            ${
              disk.readers.length === 0
                ? html`<p class="quiet">No event tells that anybody read it.</p>`
                : table(
                    ["who was at it", "what", "when", "by", "sources"],
                    disk.readers.map(({ who, what, at, clock, sources }) => [
                      code(who),
                      what,
                      at,
                      clock,
                      links(sources),
                    ]),
                  )
            }`,
      )}`;
}

function timelinePart({ timeline }: CaseReport): Html {
  return table(
    ["when", "by the clock of", "what", "who", "sources"],
    timeline.map(({ at, clock, said, who, sources }) => [
      at,
      clock,
      said,
      who === undefined ? "" : code(who),
      links(sources),
    ]),
  );
}

function recordsPart({ records }: CaseReport): Html {
  return table(
    ["event", "verdict", "written (S3)", "kept until", "signed", "record"],
    records.map(({ event, verdict, written, retainedUntil, held, said, source, ...each }) => [
      event,
      html`${word(verdict)} ${said.join(" ")}`,
      written,
      keptUntil(retainedUntil, held),
      `${signedBy(each)}${each.signature === undefined ? "" : `; put ${each.signature.put}`}`,
      links([source]),
    ]),
  );
}

function signedBy({
  signed,
  signature,
}: Pick<CaseReport["records"][number], "signed" | "signature">) {
  const { verifiedBy } = signature ?? {};
  return signed
    ? `verified${verifiedBy === undefined ? "" : ` by the earlier key ${verifiedBy}`}`
    : "unsigned or not verified";
}

function roomsPart(report: CaseReport): Html {
  const { rooms } = report;
  return html`${rooms.map((room) => html`<div class="scroll">${roomPicture(room, report)}</div>`)}
  ${roomsTable(rooms)}`;
}

function roomsTable(rooms: CaseReport["rooms"]): Html {
  return table(
    ["workstation", "slot", "image", "suspect", "ports", "its key", "record"],
    rooms.map(
      ({
        workstation = "none",
        workstations = [],
        slot,
        image = "none",
        suspect,
        link,
        ports,
        incidentKey,
        source,
      }) => [
        html`${code(workstation)}${workstations.map(
          ({ name, instance }) => html`, ${name}: ${code(instance)}`,
        )}`,
        slot,
        code(image),
        link === undefined ? suspect : `${suspect}; link: ${link}`,
        ports.join("; "),
        code(incidentKey),
        links([source]),
      ],
    ),
  );
}

function peoplePart({ people }: CaseReport): Html {
  return table(
    ["who", "what", "sources"],
    people.map(({ who, did, sources }) => [code(who), did.join("; "), links(sources)]),
  );
}

function resultsPart({ results }: CaseReport): Html {
  return table(
    [
      "object",
      "bytes",
      "written (S3)",
      "SHA-256 (its writer's)",
      "SHA-256 (S3's)",
      "kept until",
      "read by",
    ],
    results.map(({ source, size, written, sha256, s3Sha256, retainedUntil, held, readers }) => [
      html`${code(source.id)} ${links([source])}`,
      size,
      written,
      code(sha256 ?? "not said"),
      code(s3Sha256 ?? "none"),
      keptUntil(retainedUntil, held),
      html`${readers.map(
        ({ who, times, source: event }) => html`${code(who)}, ${times} times ${links([event])} `,
      )}`,
    ]),
  );
}

function sessionsPart({ sessions, recordings = [] }: CaseReport): Html {
  const told = table(
    ["who", "on", "from", "to", "session"],
    sessions.map(({ who, machine, from = "not said", to = "under way", source }) => [
      code(who),
      code(machine),
      from,
      to,
      links([source]),
    ]),
  );
  return recordings.length === 0
    ? told
    : html`${told}
        <p>
          Recordings of sessions that Session Manager tells of no more. Who had one, its name alone
          says, and root of a workstation of the slot can give a recording any name.
        </p>
        ${table(
          ["recording", "on", "begun", "last line", "source"],
          recordings.map(({ session, machine, begun, last = "none", source }) => [
            code(session),
            code(machine),
            begun,
            last,
            links([source]),
          ]),
        )}`;
}

function remainsPart({ remains }: CaseReport): Html {
  return table(
    ["what", "until", "sources"],
    remains.map(({ what, until, sources }) => [what, until, links(sources)]),
  );
}

function sourcesPart(report: CaseReport): Html {
  const { place, signingKey, earlierSigningKeys = [] } = report;
  const rows = sourcesOf(report).map(
    (source) =>
      html`<tr id="${anchorOf(source)}">
        <td>${source.kind}</td>
        <td>
          ${code(source.id)}${
            source.version === undefined
              ? undefined
              : html`<br /><span class="quiet">version</span> ${code(source.version)}`
          }
        </td>
        <td>${code(commandOf(source, place))}</td>
      </tr> `,
  );
  const keys = [...(signingKey === undefined ? [] : [signingKey]), ...earlierSigningKeys].map(
    ({ arn, publicKey, since }) =>
      html`<h3>
          The public key of <code>${arn}</code>${since === undefined ? "" : `, since ${since}`}
        </h3>
        <pre class="id">${publicKey}</pre> `,
  );
  return html`<p class="quiet">
      Each with the command by which an auditor looks it up again. An event of the trail's own log
      files is found there by its id.
    </p>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th>what</th>
            <th>id</th>
            <th>look it up</th>
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div>
    ${keys}`;
}

function keptUntil(until: string | undefined, held: boolean): string {
  return [until ?? "not said", ...(held ? ["legal hold"] : [])].join(", ");
}

function links(sources: readonly Source[]): Html {
  return html`${sources.map(
    (source) => html`<a href="#${anchorOf(source)}" title="${spelled(source)}">${source.kind}</a> `,
  )}`;
}

function word(verdict: Verdict): Html {
  return html`<strong class="${verdict}">${verdict}</strong>`;
}

function code(text: string): Html {
  return html`<code>${text}</code>`;
}

function nothing(words: string): Html {
  return html`<p class="quiet">${words}</p>`;
}

function table(
  heads: readonly string[],
  rows: readonly (readonly (Html | string | number)[])[],
): Html {
  return rows.length === 0
    ? nothing("None.")
    : html`<div class="scroll">
        <table>
          <thead>
            <tr>
              ${heads.map((head) => html`<th>${head}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${rows.map(
              (row) =>
                html`<tr>
                  ${row.map((cell) => html`<td>${cell}</td>`)}
                </tr> `,
            )}
          </tbody>
        </table>
      </div>`;
}
