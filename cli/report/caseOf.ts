import type { CaseFacts, SigningKey } from "./caseFacts";
import { type CaseReport, REPORT_FORM, type Source } from "./caseReport";
import { worst } from "./concluded";
import { custodiesOf, wayOf } from "./custody";
import { keepingChecks } from "./keepingChecks";
import { type KnownCase, knownCase, sourceOf, sourceOfRecording } from "./knownCase";
import { momentsOf } from "./moments";
import { peopleOf } from "./people";
import { recordChecks } from "./recordChecks";
import { remainsOf } from "./remains";

/** Makes the report of a case: the same facts make the same report. */
export function caseOf(facts: CaseFacts): CaseReport {
  const known = knownCase(facts);
  const { earlierSigningKeys = [], recordings = [] } = facts;
  const custodies = custodiesOf(known);
  const checks = [...recordChecks(known), ...keepingChecks(known, custodies)];
  return {
    form: REPORT_FORM,
    ticket: facts.ticket,
    made: { at: facts.askedAt.toISOString(), by: facts.askedBy, program: facts.program },
    place: { account: facts.accountId, region: facts.region, vault: facts.vaultBucket },
    verdict: worst(checks.map(({ verdict }) => verdict)),
    checks,
    people: peopleOf(known),
    rooms: roomsOf(known),
    records: recordsOf(known),
    disks: custodies.map((custody) => wayOf(known, custody)),
    timeline: momentsOf(known),
    results: resultsOf(known),
    sessions: facts.sessions.map(({ id, who, machine, from, to }) => ({
      who,
      machine,
      ...(from === undefined ? {} : { from: from.toISOString() }),
      ...(to === undefined ? {} : { to: to.toISOString() }),
      source: { kind: "session", id },
    })),
    ...(recordings.length === 0
      ? {}
      : {
          recordings: recordings.map((recording) => ({
            session: recording.session,
            machine: recording.machine,
            begun: recording.begun.toISOString(),
            ...(recording.last === undefined ? {} : { last: recording.last.toISOString() }),
            source: sourceOfRecording(recording),
          })),
        }),
    remains: remainsOf(known, custodies),
    ...(facts.signingKey === undefined ? {} : { signingKey: told(facts.signingKey) }),
    ...(earlierSigningKeys.length === 0
      ? {}
      : { earlierSigningKeys: earlierSigningKeys.map(told) }),
  };
}

function told({ arn, publicKey, since }: SigningKey): NonNullable<CaseReport["signingKey"]> {
  return { arn, publicKey, ...(since === undefined ? {} : { since: since.toISOString() }) };
}

/** Each room that the case had, as its last record says. */
function roomsOf({ records, read }: KnownCase): CaseReport["rooms"] {
  const byKey = new Map<string, CaseReport["rooms"][number]>();
  const inOrder = [...records].sort((a, b) => a.written.getTime() - b.written.getTime());
  for (const { key, source } of inOrder) {
    const record = read.get(key);
    if (record?.event !== "opening" && record?.event !== "room") {
      continue;
    }
    const {
      workstation,
      workstations,
      image,
      slot,
      isolationSecurityGroup,
      suspectCidrs,
      link,
      ports,
    } = record.facts.room;
    const { incidentKey } = record.facts.room;
    byKey.set(incidentKey, {
      ...(workstation === undefined ? {} : { workstation }),
      ...(workstations === undefined
        ? {}
        : { workstations: workstations.map(({ name, instance }) => ({ name, instance })) }),
      ...(image === undefined ? {} : { image }),
      slot,
      suspect: [isolationSecurityGroup, ...suspectCidrs].join(", "),
      ...(link === undefined ? {} : { link: `${link.mode} over ${link.connection}` }),
      ports: ports.map(
        ({ tool, direction, protocol, fromPort, toPort, suspect }) =>
          `${tool}: ${fromPort}${toPort === fromPort ? "" : `-${toPort}`}/${protocol} ${direction === "ingress" ? "from" : "to"} ${suspect}`,
      ),
      incidentKey,
      source,
    });
  }
  return [...byKey.values()];
}

function recordsOf({ records, signingKey }: KnownCase): CaseReport["records"] {
  return [...records]
    .sort((a, b) => a.written.getTime() - b.written.getTime())
    .map((record) => {
      const { source, written, newest, signed, signature, changed, forged, missigned, unread } =
        record;
      const verifiedBy = record.verifiedBy?.arn;
      const wrong = [changed, forged, missigned].flatMap((words) => words ?? []);
      const open = [unread, record.unsigned].flatMap((words) => words ?? []);
      return {
        source,
        event: changed === undefined ? (record.record?.event ?? "unknown") : "unknown",
        written: written.toISOString(),
        ...(newest.retainedUntil === undefined
          ? {}
          : { retainedUntil: newest.retainedUntil.toISOString() }),
        held: newest.held === true,
        signed,
        ...(signature?.at === undefined
          ? {}
          : {
              signature: {
                put: signature.at.toISOString(),
                ...(signature.by === undefined ? {} : { by: signature.by }),
                ...(verifiedBy === undefined || verifiedBy === signingKey?.arn
                  ? {}
                  : { verifiedBy }),
              },
            }),
        verdict: wrong.length > 0 ? "wrong" : open.length > 0 ? "unverified" : "sound",
        said: [...wrong, ...open],
      };
    });
}

function resultsOf({ objects, ofCase, events }: KnownCase): CaseReport["results"] {
  return objects
    .filter(({ key }) =>
      [ofCase.records, ofCase.signatures, ofCase.reports].every((each) => !key.startsWith(each)),
    )
    .map((object) => ({
      source: sourceOf(object),
      size: object.size,
      written: object.written.toISOString(),
      ...(object.claimedSha256 === undefined ? {} : { sha256: object.claimedSha256 }),
      ...(object.s3Sha256 === undefined ? {} : { s3Sha256: object.s3Sha256 }),
      ...(object.retainedUntil === undefined
        ? {}
        : { retainedUntil: object.retainedUntil.toISOString() }),
      held: object.held === true,
      readers: readersOf(object.key, events),
    }));
}

function readersOf(key: string, events: CaseFacts["events"]) {
  const reads = events.filter(
    ({ name, about, refused }) => name === "GetObject" && about === key && refused === undefined,
  );
  return [...new Set(reads.map(({ who }) => who))].map((who) => {
    const own = reads.filter((each) => each.who === who);
    const source: Source = { kind: "event", id: own[0]?.id ?? "" };
    return { who, times: own.length, source };
  });
}
