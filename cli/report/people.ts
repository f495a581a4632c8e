import { recordSignerRoleName } from "../../components/names";
import type { CaseReport, Source } from "./caseReport";
import type { KnownCase } from "./knownCase";

/** Who has to do with a case, in what part, and where that is said. */
export function peopleOf(known: KnownCase): CaseReport["people"] {
  const people = new Map<string, { did: Set<string>; sources: Source[] }>();
  const note = (who: string, did: string, source: Source) => {
    const person = people.get(who) ?? { did: new Set(), sources: [] };
    // One place that says so is enough for each thing.
    if (!person.did.has(did)) {
      person.did.add(did);
      person.sources.push(source);
    }
    people.set(who, person);
  };
  for (const { key, source } of known.records) {
    const record = known.read.get(key);
    if (record !== undefined && "deployedBy" in record.facts) {
      const did = { opening: "opened the room", closing: "closed the room" };
      note(
        record.facts.deployedBy,
        record.event === "opening" || record.event === "closing"
          ? did[record.event]
          : "opened the room again",
        source,
      );
    }
    if (record?.event === "acquisition") {
      note(record.facts.recordedBy, "had a live acquisition recorded", source);
    }
    if (record?.event === "opening" || record?.event === "room") {
      const { investigators, responderRoles } = record.facts.room;
      investigators.forEach((who) => note(who, "may work as investigator", source));
      responderRoles.forEach((who) => note(who, "may hand evidence over", source));
    }
  }
  for (const { who, machine, id } of known.sessions) {
    note(who, `had a session on ${machine}`, { kind: "session", id });
  }
  // The runbook that signs has a session for each record; where it is asked again, S3 has the signature already.
  const signer = `:assumed-role/${recordSignerRoleName(known.region)}`;
  for (const { who, name, id, refused } of known.events) {
    const [account, session] = who.split(`${signer}/`);
    const isSigner = session !== undefined;
    if (!(isSigner && refused === "PreconditionFailed")) {
      note(
        isSigner ? `${account}${signer}` : who,
        `${name}${refused === undefined ? "" : ", refused"}`,
        {
          kind: "event",
          id,
        },
      );
    }
  }
  return [...people].map(([who, { did, sources }]) => ({ who, did: [...did], sources }));
}
