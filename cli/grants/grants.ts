import { setTimeout } from "node:timers/promises";

import { Command } from "commander";

import type { Output } from "../output";
import { projectWorkspace } from "../projectWorkspace";
import { type RoomAws, roomAws } from "../room/roomAws";
import { roomByStack } from "../room/roomByStack";
import { columns } from "../columns";
import { Case } from "../../components/case";
import { findCaseRecords } from "../../components/evidence/records/caseRecords";
import { closingsInForce } from "../../components/evidence/records/closings";
import { memberAccounts } from "../../components/evidence/grants/roomGrants";
import { Refusal } from "../../components/refusal";
import type { ClientConfig, ReadWorkspace } from "../../stacks/incidentState";
import { type Decision, issuerOf, TransferGrants } from "./transferGrants";

/** Seconds between two looks: KMS may show a grant for a while after it was revoked. */
const SECONDS = 10;

/** Looks after which what is still there is not going by itself: five minutes. */
export const MOST_LOOKS = 30;

/** The options of `clean-room grants`. */
interface GrantsOptions {
  /** Name of the incident's stack. */
  readonly stack: string;
}

/**
 * Reads the command line.
 *
 * @param ownLooks Looks after which the room's own grants are there because no `up` removed them; more where one just did.
 */
export function grantsCommand(
  grantsOf: (stack: string) => Promise<TransferGrants>,
  { say, tell }: Output,
  wait: () => Promise<void>,
  ownLooks = 1,
): Command {
  const command = new Command("grants")
    .description("Shows and revokes what a closing room leaves granted on the transfer key.")
    .requiredOption("--stack <name>", "the incident's stack");
  command
    .command("list")
    .description(
      "show every grant on the transfer key, and what becomes of it; ends with 1 where one of the room is in no record",
    )
    .action(async () => {
      const grants = await grantsOf(command.opts<GrantsOptions>().stack);
      const decisions = await grants.decisions();
      table(decisions).forEach((line) => say(line));
      decisions.forEach((decision) => tell(factsOf(decision)));
      if (decisions.some(({ unrecorded }) => unrecorded)) {
        process.exitCode = 1;
      }
    });
  command
    .command("revoke")
    .description("revoke those that go with the room; ends with 1 when one is left")
    .action(async () => {
      const grants = await grantsOf(command.opts<GrantsOptions>().stack);
      let before = await grants.decisions();
      for (let looks = 1; looks < ownLooks && hasOwn(grants.room, before); looks += 1) {
        if (looks === 1) {
          say("KMS still shows the room's own grants, as it does for a while: looking again");
        }
        await wait();
        before = await grants.decisions();
      }
      requireClosing(grants.room, before);
      table(before).forEach((line) => say(line));
      await revokeEach(grants, going(before), { say, tell });
      let left = going(await grants.decisions());
      for (let looks = 1; left.length > 0 && looks < MOST_LOOKS; looks += 1) {
        await wait();
        left = going(await grants.decisions());
      }
      if (left.length === 0) {
        say(`no grant of ${grants.room.ticket} is left on the transfer key`);
      } else {
        table(left).forEach((line) => say(line));
        left.forEach((decision) => tell(factsOf(decision)));
        say(`${left.length} of ${grants.room.ticket} still there: run this again`);
        process.exitCode = 1;
      }
    });
  return command;
}

/**
 * Revokes one grant after the other. Whatever ends it before the last one, AWS or whoever is at the keyboard, what is
 * left is told: to run it again is safe, as a grant that is gone is revoked.
 */
async function revokeEach(
  grants: TransferGrants,
  decisions: readonly Decision[],
  { say, tell }: Output,
): Promise<void> {
  const left = decisions.map(({ grant }) => grant);
  const tellLeft = () =>
    say(
      `${left.length} of ${decisions.length} are not revoked: ${left.map(({ GrantId = "-" }) => GrantId).join(", ")}. Run this again: it goes on where it was`,
    );
  const interrupted = () => {
    tellLeft();
    process.exit(130);
  };
  process.once("SIGINT", interrupted).once("SIGTERM", interrupted);
  try {
    for (const grant of [...left]) {
      await grants.revoke(grant);
      left.shift();
      say(`revoked ${grant.GrantId}`);
      tell({ revoked: grant.GrantId });
    }
  } catch (error) {
    tellLeft();
    throw error;
  } finally {
    process.off("SIGINT", interrupted).off("SIGTERM", interrupted);
  }
}

function going(decisions: readonly Decision[]): readonly Decision[] {
  return decisions.filter(({ revoke }) => revoke);
}

/** Whether a grant is shown that the room's own `pulumi up` removes. */
function hasOwn(
  { closing, gone }: TransferGrants["room"],
  decisions: readonly Decision[],
): boolean {
  return closing && !gone && decisions.some(({ byThisRoom }) => byThisRoom);
}

/**
 * While a room is open its members hand snapshots over by these grants.
 *
 * @throws Refusal
 */
function requireClosing(
  { ticket, closing, gone }: TransferGrants["room"],
  decisions: readonly Decision[],
): void {
  const stack = new Case(ticket).stack;
  const own = decisions.filter(({ byThisRoom }) => byThisRoom).map(({ grant }) => grant.Name);
  if (!closing) {
    throw new Refusal(`The room of ${ticket} is open`, [
      `Close it first: pulumi config set closing true --stack ${stack}, then pulumi up --stack ${stack}, until it says that the closing is in the vault.`,
    ]);
  }
  if (own.length > 0 && !gone) {
    throw new Refusal(`The room of ${ticket} is open`, [
      `The room's own ${own.join(", ")} is still there. Run pulumi up --stack ${stack} first: it removes it. Where that has run, KMS takes some minutes to say so: run this again.`,
    ]);
  }
}

/** A line per grant, under a line of headings. */
function table(decisions: readonly Decision[]): string[] {
  if (decisions.length === 0) {
    return ["there is no grant on the transfer key"];
  }
  const rows = [
    ["", "issued by", "created", "grantee", "why", "grant"],
    ...decisions.map(({ grant, revoke, reason }) => [
      revoke ? "revoke" : "keep",
      issuerOf(grant) ?? "-",
      grant.CreationDate?.toISOString().slice(0, 19) ?? "-",
      grant.GranteePrincipal ?? grant.GranteeServicePrincipal ?? "-",
      reason,
      grant.GrantId ?? "-",
    ]),
  ];
  return columns(rows);
}

/** What a program is told of a grant. */
function factsOf({ grant, revoke, unrecorded, reason }: Decision): Record<string, unknown> {
  return {
    grant: grant.GrantId,
    issuedBy: issuerOf(grant),
    created: grant.CreationDate?.toISOString(),
    grantee: grant.GranteePrincipal ?? grant.GranteeServicePrincipal,
    revoke,
    unrecorded,
    reason,
  };
}

/**
 * The grants on the transfer key, as the room of an incident's stack sees them: by its configuration, the audit
 * stack's outputs and the vault's records, so that they are seen also when the room's state was lost. Refused as
 * {@link roomByStack} is.
 */
export async function grantsOfStack(
  stack: string,
  workspace: ReadWorkspace,
  clients: (config: ClientConfig) => Pick<RoomAws, "kms" | "s3" | "sts">,
): Promise<TransferGrants> {
  const { settings, outputs, aws, foundation } = await roomByStack(stack, workspace, clients, [
    "transferKeyArn",
    "vaultBucket",
  ]);
  const { ticket } = settings;
  const { transferKeyArn: keyArn, vaultBucket: bucket } = foundation;
  const { records } = await findCaseRecords(aws.s3, { bucket, ticket });
  const key = outputs["incidentKeyArn"]?.value as string | undefined;
  const recorded = [...records.values()].flatMap((record) => {
    switch (record.event) {
      case "opening":
      case "room":
        return record.facts.room.responderRoles;
      case "closing":
        return record.facts.grantsToBeRemoved.map(({ grantee }) => grantee);
      default:
        return [];
    }
  });
  const closings = closingsInForce(records, key);
  const members = [
    ...memberAccounts(settings),
    ...closings.flatMap(({ record }) => record.facts.grantsToBeRevoked),
  ];
  return new TransferGrants(aws.kms, {
    ticket,
    closing: (settings.closing || key === undefined) && closings.length > 0,
    gone: key === undefined,
    recorded,
    members: [...new Set(members)].sort(),
    keyArn,
  });
}

/** The subcommand, as it is called. */
export function grants(output: Output): Command {
  return grantsCommand(
    async (stack) => grantsOfStack(stack, await projectWorkspace(), roomAws),
    output,
    () => setTimeout(SECONDS * 1000),
  );
}
