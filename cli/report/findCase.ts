import { SESSION_LOG_GROUP } from "../../components/access/sessionDocument";
import { Case } from "../../components/case";
import type { CustodyRecord } from "../../components/evidence/records/recordSchema";
import { workstationsOf } from "../../components/evidence/records/roomForm";
import type { WrittenRecords } from "../logs/recordedStreams";
import { findAccountEvents } from "./accountEvents";
import type { CaseFacts, EventFact, ObjectVersion } from "./caseFacts";
import { findInEc2 } from "./factsInEc2";
import { findKeys, findSigningKeys } from "./factsInKms";
import { findRecordings } from "./factsInCloudWatchLogs";
import { findSessions } from "./factsInSystemsManager";
import { knownCase } from "./knownCase";
import { Reading } from "./reading";
import type { ReportAws } from "./reportAws";
import { findVaultEvents } from "./vaultEvents";
import { ByteBudget, findVersions } from "./vaultVersions";

const DAY = 24 * 60 * 60 * 1000;

/** Which case is looked up, and where. */
export interface CaseSearch extends Pick<
  CaseFacts,
  "ticket" | "askedBy" | "askedAt" | "program" | "accountId" | "region" | "vaultBucket"
> {
  /** Bucket of the trail's log files; undefined where they are not to be read, or it is not known. */
  readonly trailBucket: string | undefined;
}

/**
 * Looks up all that AWS has of a case. What it does not tell is noted and left out.
 *
 * @throws NotLoggedIn where the credentials end meanwhile.
 */
export async function findCase(aws: ReportAws, search: CaseSearch): Promise<CaseFacts> {
  const { ticket, vaultBucket, trailBucket, askedAt } = search;
  const reading = new Reading();
  const ofCase = new Case(ticket);
  const budget = new ByteBudget();
  const below = (prefixes: readonly string[]) =>
    findVersions(aws.s3, { bucket: vaultBucket, ofCase, prefixes, budget }, reading);
  const own = await below([ofCase.records, ofCase.signatures, ofCase.results, ofCase.reports]);
  const written = recordsIn(search, own);
  const named = namesOf([...written.records.values()]);
  // A member account may upload into a case whose room names it.
  const versions = [
    ...own,
    ...(await below(named.accounts.map((account) => ofCase.uploads(account)))),
  ];
  budget.tell(reading);
  const { locks, snapshots, volumes, machines } = await findInEc2(
    aws.ec2,
    ticket,
    named.snapshots,
    reading,
  );
  const [signing, keys] = await Promise.all([
    findSigningKeys(aws.kms, reading),
    findKeys(aws.kms, named.keys, reading),
  ]);
  // What was first may be what is gone: a copy or a key may be older than whatever is left in the vault.
  const earliest = earliestOf(askedAt, [
    ...versions.map(({ written }) => written),
    ...snapshots.map(({ begun }) => begun),
    ...keys.flatMap(({ arn, created }) => (named.incidentKeys.includes(arn) ? created : [])),
  ]);
  const everyMachine = unique([...named.machines, ...machines.map(({ id }) => id)]);
  const time = { from: earliest, to: askedAt };
  const sessions = await findSessions(aws.ssm, everyMachine, named.logGroups, time, reading);
  const recordings = await findRecordings(aws.logs, written, sessions, time, reading);
  const trailFrom = trailBucket === undefined ? undefined : new Date(earliest.getTime() - DAY);
  const ofVault: readonly EventFact[] =
    trailBucket === undefined || trailFrom === undefined
      ? []
      : await findVaultEvents(
          aws.s3,
          { ...search, trailBucket, from: trailFrom, to: askedAt },
          reading,
        );
  if (trailBucket === undefined) {
    reading.note(
      { what: "The trail's log files", opens: ["missing"] },
      "They were not to be read, or their bucket is not known.",
    );
  } else if (ofVault.every(({ about }) => about === vaultBucket) && versions.length > 0) {
    reading.note(
      { what: "The trail's log files", opens: ["missing"] },
      `Those in ${trailBucket} have no event of this case: who wrote and read what is not known. CloudTrail delivers within minutes.`,
    );
  }
  const ofAccount = await findAccountEvents(
    aws.cloudTrail,
    [
      ...snapshots.map(({ id }) => id),
      ...volumes.map(({ id }) => id),
      ...named.machines,
      ...named.incidentKeys,
    ],
    reading,
  );
  const { trailBucket: _, ...of } = search;
  return {
    ...of,
    versions,
    snapshots,
    locks,
    volumes,
    machines,
    keys,
    events: [...ofVault, ...ofAccount],
    trailFrom,
    sessions,
    recordings,
    signingKey: signing.today,
    earlierSigningKeys: signing.earlier,
    unread: reading.unread,
  };
}

/** What the records of a case say, as far as they are read, and when each was first written. */
function recordsIn(search: CaseSearch, versions: readonly ObjectVersion[]): WrittenRecords {
  const nothing = { snapshots: [], locks: [], volumes: [], machines: [], keys: [], events: [] };
  const { read, records } = knownCase({
    ...search,
    ...nothing,
    versions,
    sessions: [],
    unread: [],
  });
  return { records: read, written: new Map(records.map(({ key, written }) => [key, written])) };
}

/** What records name. */
interface Named {
  readonly accounts: readonly string[];
  readonly snapshots: readonly string[];
  readonly machines: readonly string[];

  /** Log groups that the rooms' sessions are recorded in. */
  readonly logGroups: readonly string[];
  readonly keys: readonly string[];
  readonly incidentKeys: readonly string[];
}

function namesOf(records: readonly CustodyRecord[]): Named {
  const rooms = records.flatMap((record) =>
    record.event === "opening" || record.event === "room" ? [record.facts.room] : [],
  );
  const evidence = records.flatMap((record) => (record.event === "evidence" ? record.facts : []));
  const incidentKeys = unique([
    ...rooms.map(({ incidentKey }) => incidentKey),
    ...records.flatMap((record) => (record.event === "destruction" ? record.facts.key : [])),
  ]);
  return {
    accounts: unique([
      ...rooms.flatMap(({ responderRoles }) =>
        responderRoles.flatMap((role) => role.split(":")[4] ?? []),
      ),
      ...evidence.map(({ source }) => source.account),
    ]),
    snapshots: unique(evidence.map(({ preserved }) => preserved.snapshot)),
    machines: unique(rooms.flatMap(workstationsOf)),
    logGroups: unique(rooms.map(({ recordings = SESSION_LOG_GROUP }) => recordings)),
    keys: unique([
      ...rooms.map(({ evidenceKey }) => evidenceKey),
      ...evidence.map(({ preserved }) => preserved.key),
      ...incidentKeys,
    ]),
    incidentKeys,
  };
}

/** The first of times; of a case of years there are more than a function takes arguments. */
function earliestOf(last: Date, times: readonly (Date | undefined)[]): Date {
  return times.reduce<Date>((first, at) => (at !== undefined && at < first ? at : first), last);
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort();
}
