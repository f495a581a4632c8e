import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

import { KMSClient } from "@aws-sdk/client-kms";
import { STSClient } from "@aws-sdk/client-sts";
import { LocalWorkspace } from "@pulumi/pulumi/automation";
import { Command } from "commander";

import { fromShell } from "../commands/fromShell";
import { requireLogin, type Sts } from "../commands/login";
import { memberAccounts } from "../components/evidence/grantName";
import { Refusal } from "../components/refusal";
import {
  type ClientConfig,
  readIncidentState,
  type ReadWorkspace,
  withoutRoom,
} from "../stacks/incidentState";
import { type Decision, issuerOf, TransferGrants } from "./transferGrants";

/** Seconds between two looks: KMS may show a grant for a while after it was revoked. */
const SECONDS = 10;

/** Looks after which what is still there is not going by itself: five minutes. */
const MOST_LOOKS = 30;

/** The options of `npm run grants`. */
interface GrantsOptions {
  /** Name of the incident's stack. */
  readonly stack: string;
}

/** Reads the command line. */
export function grantsCommand(
  grantsOf: (stack: string) => Promise<TransferGrants>,
  say: (line: string) => void,
  wait: () => Promise<void>,
): Command {
  const command = new Command("grants")
    .description("Shows and revokes what a closing room leaves granted on the transfer key.")
    .requiredOption("--stack <name>", "the incident's stack");
  command
    .command("list")
    .description("show every grant on the transfer key, and what becomes of it")
    .action(async () => {
      const grants = await grantsOf(command.opts<GrantsOptions>().stack);
      table(await grants.decisions()).forEach((line) => say(line));
    });
  command
    .command("revoke")
    .description("revoke those that go with the room; ends with 1 when one is left")
    .action(async () => {
      const grants = await grantsOf(command.opts<GrantsOptions>().stack);
      const before = await grants.decisions();
      requireClosing(grants.room, before);
      table(before).forEach((line) => say(line));
      for (const { grant } of going(before)) {
        await grants.revoke(grant);
        say(`revoked ${grant.GrantId}`);
      }
      let left = going(await grants.decisions());
      for (let looks = 1; left.length > 0 && looks < MOST_LOOKS; looks += 1) {
        await wait();
        left = going(await grants.decisions());
      }
      if (left.length === 0) {
        say(`no grant of ${grants.room.ticket} is left on the transfer key`);
      } else {
        table(left).forEach((line) => say(line));
        say(`${left.length} of ${grants.room.ticket} still there: run this again`);
        process.exitCode = 1;
      }
    });
  return command;
}

function going(decisions: readonly Decision[]): readonly Decision[] {
  return decisions.filter(({ revoke }) => revoke);
}

/**
 * While a room is open its members hand snapshots over by these grants.
 *
 * @throws Refusal
 */
function requireClosing(
  { ticket, closing }: TransferGrants["room"],
  decisions: readonly Decision[],
): void {
  const stack = ticket.toLowerCase();
  const own = decisions.filter(({ byThisRoom }) => byThisRoom).map(({ grant }) => grant.Name);
  if (!closing) {
    throw new Refusal(`The room of ${ticket} is open`, [
      `Close it first: pulumi config set closing true --stack ${stack}, then pulumi up --stack ${stack}.`,
    ]);
  }
  if (own.length > 0) {
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
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

/**
 * The grants on the transfer key of an incident's stack, by its outputs and its configuration.
 *
 * @param stack The stack's name, or `organisation/project/stack`.
 * @throws Refusal where nobody is logged in, it is no incident's stack or has no room.
 */
export async function grantsOfStack(
  stack: string,
  workspace: ReadWorkspace,
  clients: (config: ClientConfig) => {
    readonly sts: Sts;
    readonly kms: Pick<KMSClient, "send">;
  },
): Promise<TransferGrants> {
  const { settings, outputs, clientConfig } = await readIncidentState(stack, workspace);
  const { sts, kms } = clients(clientConfig);
  await requireLogin(sts, settings.accountId);
  const keyArn = outputs["transferKeyArn"]?.value as string | undefined;
  if (keyArn === undefined) {
    throw withoutRoom(stack, "grants are revoked between the closing pulumi up and pulumi destroy");
  }
  const { ticket, closing } = settings;
  const room = { ticket, closing, members: memberAccounts(settings), keyArn };
  return new TransferGrants(kms, room);
}

if (require.main === module) {
  void fromShell(
    grantsCommand(
      async (stack) =>
        grantsOfStack(
          stack,
          await LocalWorkspace.create({ workDir: join(__dirname, "..") }),
          (config) => ({ sts: new STSClient(config), kms: new KMSClient(config) }),
        ),
      (line) => console.log(line),
      () => setTimeout(SECONDS * 1000),
    ),
  );
}
