import { Command } from "commander";

import { Refusal } from "../../components/refusal";
import { asText } from "../../settings/parseSettings";
import { ACCOUNT_ID, exactly } from "../../components/aws/ids";
import { awsCredentials } from "../../stacks/awsCredentials";
import { requireLogin } from "../login";
import type { Output } from "../output";
import { isYes } from "../room/person";
import { projectConfig } from "../room/projectConfig";
import { RoomFile } from "../room/roomFile";
import type { RoomStacks } from "../room/roomStacks";
import { READING, type Surroundings, surroundings } from "../room/surroundings";
import { ProjectFile } from "./projectFile";
import { pulumiLogin } from "./pulumiLogin";
import {
  backendUrl,
  secretsProviderOf,
  STATE_STEPS,
  type StateBackend,
  stateReasons,
  stateSteps,
} from "./stateBackend";
import { findState, makeState } from "./stateInAws";
import { stacksElsewhere } from "./stacksElsewhere";

/** The options of `clean-room init`. */
interface InitOptions {
  readonly account?: string;
  readonly region?: string;
  readonly bucket?: string;
  readonly profile?: string;
  readonly auditStack: string;
  readonly dryRun?: true;
  readonly yes?: true;
}

/** Reads the command line. */
export function initCommand(around: Surroundings): Command {
  const command = new Command("init")
    .description(
      "Makes what a team keeps its stacks' state in: a bucket of the Audit account with every version, closed and encrypted, and its key, which encrypts the stacks' secrets too; and writes where that is into Pulumi.yaml. Looks first, makes only what is lacking, asks once. Ends with 0 when all is there, with 1 when it is not, with 130 after Ctrl-C.",
    )
    .option("--account <id>", "the Audit account; of the audit stack's file where that is here")
    .option("--region <region>", "where; of the audit stack's file where that is here")
    .option("--bucket <name>", "the bucket's name, by default clean-room-state-<account>-<region>")
    .option("--profile <name>", "the AWS profile to make it with")
    .option("--audit-stack <name>", "the foundation's stack", "audit")
    .option("--dry-run", "look and say what would be made, and make nothing")
    .option("--yes", "make it without asking")
    .action(async () => {
      await makeBackend(command.opts<InitOptions>(), around);
    });
  return command;
}

async function makeBackend(options: InitOptions, around: Surroundings): Promise<void> {
  const { output } = around;
  const stacks = await around.stacks(READING);
  const project = new ProjectFile(stacks.folder);
  const { backend, config } = await placeOf(options, stacks);
  const { region, accountId } = backend;
  const aws = around.aws({ region, credentials: awsCredentials(asText(config)) });
  await requireLogin(aws.sts, accountId);
  const url = backendUrl(backend);
  const [found, elsewhere] = await Promise.all([
    findState(aws, backend),
    stacksElsewhere(stacks, project, url),
  ]);
  const against = [...stateReasons(backend, found), ...elsewhere];
  if (against.length > 0) {
    throw new Refusal("The backend is not made; nothing was changed", against);
  }
  const steps = stateSteps(backend, found);
  const todo = [
    ...steps.map((step) => STATE_STEPS[step]),
    ...(project.backend === url ? [] : [`write ${url} into Pulumi.yaml, for everybody who has it`]),
  ];
  if (todo.length === 0) {
    output.say(`All is there: ${url}.`);
  } else {
    output.say(`In account ${accountId}, ${region}, for the bucket ${backend.bucket}:`);
    todo.forEach((each) => output.say(`  ${each}`));
  }
  if (options.dryRun === true) {
    output.say("Nothing was changed: --dry-run.");
    output.tell({ backend: url, steps });
    return;
  }
  if (todo.length > 0) {
    await requireYes(options, around);
  }
  const keyArn = await makeState(aws, backend, found, steps, (step, key) => {
    output.say(`done: ${STATE_STEPS[step]}${step === "key" ? `: ${key}` : ""}`);
    output.tell({ done: step, ...(step === "key" ? { key } : {}) });
  });
  if (project.backend !== url) {
    project.setBackend(url);
  }
  nextSteps(backend, keyArn, options.auditStack).forEach((line) => output.say(line));
  output.tell({ backend: url, key: keyArn, secretsProvider: secretsProviderOf(keyArn, backend) });
}

/** Where the backend is to be, by options, by the audit stack's file and by the project's. */
async function placeOf(
  { account, region, bucket, profile, auditStack }: InitOptions,
  stacks: RoomStacks,
): Promise<{
  readonly backend: StateBackend;
  readonly config: Readonly<Record<string, unknown>>;
}> {
  const settings = await stacks.workspace().then((workspace) => workspace.projectSettings());
  const noted: Readonly<Record<string, unknown>> = {
    ...projectConfig(settings),
    ...RoomFile.read(stacks.file(auditStack)).config,
  };
  // Without quotes YAML takes an account for a number.
  const text = asText(noted);
  const accountId = account ?? text["clean-room:accountId"] ?? "";
  const place = region ?? text["aws:region"] ?? "";
  const missing = [
    ...(exactly(ACCOUNT_ID).test(accountId)
      ? []
      : [
          `Which account is the Audit account? Say it with --account, 12 digits; found: ${JSON.stringify(accountId)}.`,
        ]),
    ...(/^[a-z]{2}(-[a-z]+)+-\d$/.test(place)
      ? []
      : [
          `In which Region? Say it with --region, such as us-east-1; found: ${JSON.stringify(place)}.`,
        ]),
    ...(bucket === undefined || /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(bucket)
      ? []
      : [
          `--bucket is no bucket's name: 3 to 63 small letters, digits and -; found: ${JSON.stringify(bucket)}.`,
        ]),
  ];
  if (missing.length > 0) {
    throw new Refusal("The backend is not made; nothing was changed", missing);
  }
  const ofAws = Object.entries(noted).filter(([key]) => key.startsWith("aws:"));
  return {
    backend: {
      accountId,
      region: place,
      bucket: bucket ?? `clean-room-state-${accountId}-${place}`,
    },
    config: {
      ...Object.fromEntries(ofAws),
      ...(profile === undefined ? {} : { "aws:profile": profile }),
    },
  };
}

async function requireYes({ yes }: InitOptions, around: Surroundings): Promise<void> {
  const heading = "The backend is not made; nothing was changed";
  if (yes === true) {
    return;
  }
  const person = around.person();
  if (person === undefined) {
    throw new Refusal(heading, ["Nobody can be asked here: say --yes."]);
  }
  if (!isYes(await person.ask("Make this? (yes/no) "))) {
    throw new Refusal(heading, ["You said no."]);
  }
}

/** What to do with it, to be pasted. */
function nextSteps(backend: StateBackend, keyArn: string, auditStack: string): string[] {
  const url = backendUrl(backend);
  const { url: first, giveUp } = pulumiLogin(url) ?? { url, giveUp: "" };
  return [
    "",
    ...(first === url
      ? []
      : [`In this shell ${first} is asked before what Pulumi.yaml says: ${giveUp}.`]),
    "Commit Pulumi.yaml: every clone uses this backend then. Pulumi locks a stack by a file in it, .pulumi/locks/, while it is changed.",
    "What a role needs to use it: docs/foundation.md, State for a team. Next, the foundation:",
    `  pulumi stack init ${auditStack} --secrets-provider '${secretsProviderOf(keyArn, backend)}'`,
    `  pulumi up --stack ${auditStack} --policy-pack policy-pack --policy-pack-config policy-pack/clean-room.json`,
  ];
}

/** The subcommand, as it is called. */
export function init(output: Output): Command {
  return initCommand(surroundings(output));
}
