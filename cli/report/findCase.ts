import { Case } from "../../components/case";
import type { CustodyRecord } from "../../components/evidence/records/recordSchema";
import { findAccountEvents } from "./accountEvents";
import type { CaseFacts, EventFact, ObjectVersion } from "./caseFacts";
import { findInEc2 } from "./factsInEc2";
import { findKeys, findSigningKey } from "./factsInKms";
import { findSessions } from "./factsInSystemsManager";
import { knownCase } from "./knownCase";
import { Reading } from "./reading";
import type { ReportAws } from "./reportAws";
import { findVaultEvents } from "./vaultEvents";
import { findVersions } from "./vaultVersions";

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
  const below = (prefixes: readonly string[]) =>
    findVersions(aws.s3, { bucket: vaultBucket, ofCase, prefixes }, reading);
  const own = await below([ofCase.records, ofCase.signatures, ofCase.results]);
  const named = namesOf(recordsIn(search, own));
  // A member account may upload into a case whose room names it.
  const versions = [
    ...own,
    ...(await below(named.accounts.map((account) => ofCase.uploads(account)))),
  ];
  const { locks, snapshots, volumes, machines } = await findInEc2(
    aws.ec2,
    ticket,
    named.snapshots,
    reading,
  );
  const first = Math.min(...versions.map(({ written }) => written.getTime()), askedAt.getTime());
  const everyMachine = unique([...named.machines, ...machines.map(({ id }) => id)]);
  const [signingKey, keys, sessions] = await Promise.all([
    findSigningKey(aws.kms, reading),
    findKeys(aws.kms, named.keys, reading),
    findSessions(aws.ssm, everyMachine, { from: new Date(first), to: askedAt }, reading),
  ]);
  const ofVault: readonly EventFact[] =
    trailBucket === undefined
      ? []
      : await reading.of(`The trail's log files in ${trailBucket}`, [], () =>
          findVaultEvents(aws.s3, {
            ...search,
            trailBucket,
            from: new Date(first),
            to: askedAt,
          }),
        );
  if (trailBucket === undefined) {
    reading.note(
      "The trail's log files",
      "They were not to be read, or their bucket is not known.",
    );
  } else if (ofVault.length === 0 && versions.length > 0) {
    reading.note(
      "The trail's log files",
      `Those in ${trailBucket} have no event of this case: who wrote and read what is not known. CloudTrail delivers within minutes.`,
    );
  }
  const ofAccount = await reading.of("The account's event history", [], () =>
    findAccountEvents(aws.cloudTrail, [
      ...snapshots.map(({ id }) => id),
      ...volumes.map(({ id }) => id),
      ...named.machines,
      ...named.incidentKeys,
    ]),
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
    sessions,
    signingKey,
    unread: reading.unread,
  };
}

/** What the records of a case say, as far as they are read. */
function recordsIn(search: CaseSearch, versions: readonly ObjectVersion[]) {
  const nothing = { snapshots: [], locks: [], volumes: [], machines: [], keys: [], events: [] };
  const { read } = knownCase({ ...search, ...nothing, versions, sessions: [], unread: [] });
  return [...read.values()];
}

/** What records name. */
interface Named {
  readonly accounts: readonly string[];
  readonly snapshots: readonly string[];
  readonly machines: readonly string[];
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
    machines: unique(rooms.flatMap(({ workstation }) => workstation ?? [])),
    keys: unique([
      ...rooms.map(({ evidenceKey }) => evidenceKey),
      ...evidence.map(({ preserved }) => preserved.key),
      ...incidentKeys,
    ]),
    incidentKeys,
  };
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort();
}
