import type { Workspace } from "@pulumi/pulumi/automation";

import { Refusal } from "../../components/refusal";
import type { FoundationOfRooms } from "../room/foundationOfRooms";
import type { Person } from "../room/person";
import type { RoomStacks } from "../room/roomStacks";
import { memberFacts, type MemberFacts } from "./memberFacts";

/** What is known of a compromised instance's account. */
export interface Wanted {
  readonly ticket: string;

  /** The account, where somebody said it. */
  readonly account: string | undefined;

  /** The isolation security group, where something says it: with its account in front, or without. */
  readonly group: unknown;

  /** Who can be asked. */
  readonly person: Person | undefined;
}

/**
 * The member account of the compromised instance, by its stack: the one that was said, the isolation group's, the only one
 * that is prepared, or the one that somebody names when asked.
 *
 * @returns undefined where a group is named whose account has no stack here, or none has.
 * @throws Refusal where it is not known which one it is.
 */
export async function findMember(
  {
    stacks,
    workspace,
    foundation: { region },
  }: {
    readonly stacks: Pick<RoomStacks, "list">;
    readonly workspace: Pick<Workspace, "stackOutputs">;
    readonly foundation: Pick<FoundationOfRooms, "region">;
  },
  { ticket, account, group, person }: Wanted,
): Promise<MemberFacts | undefined> {
  const prepared = (await stacks.list()).flatMap(
    ({ name }) => /^member-(\d{12})$/.exec(name)?.[1] ?? [],
  );
  const refused = (reason: string) =>
    new Refusal(`The room of ${ticket} is not opened; nothing was changed`, [reason]);
  const notPrepared = (named: string) =>
    refused(
      `Account ${named} has no stack member-${named} in this backend; prepared are: ${prepared.join(", ") || "none"}. Prepare it (docs/member-accounts.md), or say --isolation-group and --responder.`,
    );
  const facts = async (named: string) =>
    memberFacts(await workspace.stackOutputs(`member-${named}`), region);
  const named = account ?? /^(\d{12})\//.exec(String(group))?.[1];
  if (named !== undefined && prepared.includes(named)) {
    return facts(named);
  }
  if (named !== undefined || group !== undefined) {
    if (group === undefined) {
      throw notPrepared(String(named));
    }
    return undefined;
  }
  const [only, ...more] = prepared;
  if (only === undefined || more.length === 0) {
    return only === undefined ? undefined : facts(only);
  }
  if (person === undefined) {
    throw refused(
      `In which account is the compromised instance? Say it with --account, one of ${prepared.join(", ")}.`,
    );
  }
  const answer = await person.ask(`Account of the compromised instance (${prepared.join(", ")}): `);
  if (!prepared.includes(answer)) {
    throw notPrepared(answer);
  }
  return facts(answer);
}
