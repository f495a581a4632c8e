import { join } from "node:path";

import { DeleteParameterCommand } from "@aws-sdk/client-ssm";
import type { Workspace } from "@pulumi/pulumi/automation";
import { Command } from "commander";

import { refuseAct } from "../awsRefusals";
import { requireLogin } from "../login";
import type { Output } from "../output";
import { projectWorkspace } from "../projectWorkspace";
import { reasonOf } from "../reasonOf";
import { type RoomAws, roomAws } from "../room/roomAws";
import { findCaseRecords } from "../../components/evidence/records/caseRecords";
import { closingsInForce } from "../../components/evidence/records/closings";
import { Refusal } from "../../components/refusal";
import { FOUNDATION } from "../../stacks/foundation";
import { inOwnAccount } from "../../stacks/linkInState";
import { findMade } from "../../stacks/madeForRoom";
import type { IncidentSettings } from "../../settings/parseSettings";
import {
  type ClientConfig,
  readStackSettings,
  type ReadWorkspace,
} from "../../stacks/incidentState";
import { awsCredentials } from "../../stacks/awsCredentials";
import { regionsOf } from "../../stacks/ownership";
import { type EngineState, readEngineState } from "./engineState";
import { type Finding, findings } from "./findings";
import { foundationFindings } from "./foundationFindings";
import { findOwned } from "./ownedInAws";
import { restore, type RestorationSource, writeStackFile } from "./restoration";
import { findClaimedSlots, type RoomClients, throughSdk } from "./roomInAws";

/** What a workspace is asked and told. */
export type MendWorkspace = ReadWorkspace &
  Pick<Workspace, "exportStack" | "importStack" | "workDir">;

/** What AWS is asked by, wherever a stack's provider would ask it. */
export type MendClients = (config: ClientConfig) => RoomAws;

/** The options of `clean-room mend`. */
interface MendOptions {
  readonly stack: string;
  readonly yes?: true;
  readonly restore?: true;
  readonly auditStack: string;
}

/** Reads the command line. */
export function mendCommand(
  workspaceOf: () => Promise<MendWorkspace>,
  clients: MendClients,
  output: Output,
): Command {
  const command = new Command("mend")
    .description(
      "Compares what AWS and the vault have of a room, or AWS of an audit or a member stack, with what the engine knows of, and says what settles each difference; ends with 1 where something is left. Changes nothing without --yes.",
    )
    .requiredOption("--stack <name>", "the stack")
    .option(
      "--yes",
      "do what hurts nothing: clear pending operations that are settled, give up a slot without a room",
    )
    .option("--restore", "write the file of a stack whose settings are lost, from its records")
    .option("--audit-stack <name>", "with --restore: the audit stack of the room", "audit")
    .action(async () => {
      const options = command.opts<MendOptions>();
      const workspace = await workspaceOf();
      if (options.restore === true) {
        await restoreFile(options, workspace, clients, output);
      } else {
        await mendStack(options, workspace, clients, output);
      }
    });
  return command;
}

async function mendStack(
  { stack, yes }: MendOptions,
  workspace: MendWorkspace,
  clients: MendClients,
  output: Output,
): Promise<void> {
  // Where the state is lost, that is told, whether the settings are there or not.
  const state = await readEngineState(stack, workspace).catch((error: unknown) => {
    throw withoutStack(stack, error);
  });
  const { settings, clientConfig } = await readStackSettings(stack, workspace).catch(
    (error: unknown) => {
      throw withoutStack(stack, error);
    },
  );
  const aws = clients(clientConfig);
  await requireLogin(aws.sts, settings.accountId);
  const found =
    settings.kind === "incident"
      ? await roomFindings(
          stack,
          settings,
          state,
          await vaultOf(settings.auditStack, workspace),
          aws,
        )
      : foundationFindings({
          of: { ...settings, stack: bareName(stack) },
          ...state,
          made: await findOwned(
            { ...settings, stack: bareName(stack) },
            regionsOf(settings),
            (region) => clients({ ...clientConfig, region }),
          ),
        });
  const { say, tell } = output;
  let left = 0;
  for (const finding of found) {
    say(finding.what);
    if (yes === true && finding.act !== undefined) {
      const settled = await settle(finding.act, stack, workspace, aws);
      say(`  ${settled}`);
      tell({ found: finding.what, settled });
    } else {
      tell({ found: finding.what, commands: finding.commands });
      finding.commands.forEach((line) => say(`  ${line}`));
      left += finding.commands.length > 0 ? 1 : 0;
    }
  }
  const subject = settings.kind === "incident" ? settings.ticket : stack;
  if (left > 0) {
    say(`${left} left to do for ${subject}`);
    process.exitCode = 1;
  } else {
    say(`nothing is left to do for ${subject}`);
  }
}

/** What is left to do about a room. @param bucket The vault */
export async function roomFindings(
  stack: string,
  settings: IncidentSettings,
  { resources: state, pending, isGuarded }: EngineState,
  bucket: string,
  aws: Omit<ReturnType<MendClients>, "sts">,
): Promise<readonly Finding[]> {
  const claimed = await findClaimedSlots(aws, settings.ticket);
  const own = inOwnAccount(state);
  const [inAws, { records, forged }] = await Promise.all([
    findMade(aws.ec2, throughSdk(aws), settings, claimed, own),
    findCaseRecords(aws.s3, { bucket, ticket: settings.ticket }),
  ]);
  const recordedKeys = new Set(
    [...records.values()].flatMap(({ event, facts }) =>
      event === "opening" || event === "room" ? facts.room.incidentKey : [],
    ),
  );
  const closedKeys = new Set(
    closingsInForce(records).map(({ record }) => record.facts.destruction.key),
  );
  const { region } = settings;
  return [
    ...forged.map((key) => ({
      what: `s3://${bucket}/${key} is not what its name says, and counts for nothing: look at its versions`,
      commands: [
        `aws s3api list-object-versions --region ${region} --bucket ${bucket} --prefix ${key}`,
      ],
    })),
    ...findings({
      stack,
      region,
      state: own,
      pending,
      isGuarded,
      ...inAws,
      recordedKeys,
      closedKeys,
    }),
  ];
}

/** Does what a finding offers. @returns what was done */
async function settle(
  act: NonNullable<Finding["act"]>,
  stack: string,
  workspace: MendWorkspace,
  { ssm }: RoomClients,
): Promise<string> {
  if ("giveUp" in act) {
    await ssm
      .send(new DeleteParameterCommand({ Name: act.giveUp }))
      .catch(refuseAct(`The claim ${act.giveUp} was not given up`));
    return `${act.giveUp} is given up`;
  }
  // An import takes no operation along that was pending.
  await workspace.importStack(stack, await workspace.exportStack(stack));
  return "it is noted no more";
}

async function restoreFile(
  { stack, auditStack }: MendOptions,
  workspace: MendWorkspace,
  clients: MendClients,
  { say, tell }: Output,
): Promise<void> {
  const bucket = await vaultOf(auditStack, workspace);
  const outputs = await workspace.stackOutputs(auditStack);
  const region = FOUNDATION.region.parse(outputs["region"]?.value);
  const accountId = FOUNDATION.accountId.parse(outputs["accountId"]?.value);
  const aws = clients({ region, credentials: awsCredentials({}) });
  await requireLogin(aws.sts, accountId);
  const source: RestorationSource = { stack, auditStack, bucket, clients: aws };
  const restoration = await restore(source);
  const file = join(workspace.workDir, `Pulumi.${bareName(stack)}.yaml`);
  writeStackFile(file, restoration);
  say(`${file} is written`);
  tell({ written: file, cautions: restoration.cautions });
  restoration.cautions.forEach((caution) => say(`  ${caution}`));
  say(`Read it; where the state is lost as well: pulumi stack init ${stack}. Then:`);
  say(`  npx clean-room mend --stack ${stack}`);
}

/** The vault of an audit stack. @throws Refusal where it has none. */
async function vaultOf(auditStack: string, workspace: MendWorkspace): Promise<string> {
  const bucket: unknown = (await workspace.stackOutputs(auditStack))["vaultBucket"]?.value;
  if (typeof bucket !== "string") {
    throw new Refusal(`The stack ${auditStack} has no vault`, [
      "It was never deployed, or it is not the audit stack.",
    ]);
  }
  return bucket;
}

/** A stack's name without its organisation and project. */
function bareName(stack: string): string {
  return stack.split("/").at(-1) ?? stack;
}

/** What to do where the backend or the project folder has no such stack any more. */
function withoutStack(stack: string, error: unknown): unknown {
  const words = reasonOf(error);
  if (/no stack named/.test(words)) {
    return new Refusal(`The stack ${stack} has no state`, [
      `Where it had one: docs/interrupted.md, "A state that is gone". To rebuild the room from its ticket: pulumi stack init ${stack}, then this again.`,
    ]);
  }
  if (/clean-room:kind/.test(words)) {
    return new Refusal(`The stack ${stack} has no settings`, [
      `Is this its project folder? Where its file is lost: npx clean-room mend --stack ${stack} --restore, with the audit stack's name where it is not audit: --audit-stack.`,
    ]);
  }
  return error;
}

/** The subcommand, as it is called. */
export function mend(output: Output): Command {
  return mendCommand(projectWorkspace, roomAws, output);
}
