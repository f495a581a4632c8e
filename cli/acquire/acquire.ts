import { setTimeout } from "node:timers/promises";

import { CreateTagsCommand } from "@aws-sdk/client-ec2";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import {
  type CommandInvocationStatus,
  GetCommandInvocationCommand,
  type GetCommandInvocationCommandOutput,
  GetDocumentCommand,
  SendCommandCommand,
  type SendCommandCommandInput,
  type SendCommandCommandOutput,
  SSMClient,
} from "@aws-sdk/client-ssm";
import { fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import { Command, Option } from "commander";

import {
  ACQUIRED,
  ACQUIRED_OBJECTS,
  ACQUIRED_OF_WINDOWS,
  type Acquired,
  ACQUISITION_DOCUMENT,
  ACQUISITION_SECONDS,
  type AcquisitionPins,
  acquisitionPrefix,
  documentIn,
  partName,
} from "../../components/acquisition/acquisitionDocument";
import { ACQUISITION_RUNBOOK_PARAMETERS } from "../../components/acquisition/acquisitionNames";
import { bucketArn, iamArn } from "../../components/aws/arn";
import { answerOf, failureOf } from "../../components/aws/failure";
import { ACCOUNT_ID, exactly } from "../../components/aws/ids";
import { KNOWN_REGION, partitionOf, REGION_NAME } from "../../components/aws/partition";
import { Case, TICKET, TICKET_FORM } from "../../components/case";
import { CASE_ROLE_PATH, RESPONDER_ROLE_NAME, ROLE_PATH } from "../../components/names";
import { Refusal } from "../../components/refusal";
import { sha256 } from "../../components/sha256";
import { TICKET_TAG } from "../../components/tags";
import { awsCredentials } from "../../stacks/awsCredentials";
import { refuseAct } from "../awsRefusals";
import type { Output } from "../output";
import { printable } from "../printable";
import { findFoundationHere, type FoundationHere } from "../room/foundationHere";
import {
  AT_ONCE,
  ERRORS,
  ERRORS_FORM,
  EXECUTION,
  MOST_AT_ONCE,
  reasonsOfChoice,
} from "../contain/containOptions";
import {
  instancesInFile,
  type NamedInstance,
  namedTwice,
  readInstances,
} from "../room/namedInstances";
import { isYes } from "../room/person";
import { duration } from "../room/progress";
import { surroundings } from "../room/surroundings";
import { AcquiringMany, type ManySurroundings } from "./acquireMany";
import { type CarriedTool, type CarriedTools, findCarriedTools } from "./carriedTools";
import { pathOf, presign, type SigningCredentials } from "./presigned";
import {
  AcquisitionRecords,
  type EndedAcquisition,
  isComplete,
  isOf,
  RESUMED,
  saidIn,
  timeOf,
} from "./recordedAcquisition";
import { lookAtSuspect, type SentDocument, type SuspectMachine } from "./suspectMachine";

type Credentials = ReturnType<typeof fromTemporaryCredentials>;

/** What is around the command beside what all have. */
export interface AcquireSurroundings extends ManySurroundings {
  /** Credentials of a role that others assume. */
  readonly assume: (options: Parameters<typeof fromTemporaryCredentials>[0]) => Credentials;
}

interface AcquireOptions {
  readonly file?: string;
  readonly atOnce: string;
  readonly errors: string;
  readonly follow?: readonly string[];
  readonly account?: string;
  readonly region?: string;
  readonly only?: Exclude<Acquired, "all">;
  readonly notification?: string;
  readonly auditStack?: string;
  readonly print?: true;
  readonly resume?: string;
  readonly again?: true;
  readonly yes?: true;
}

/** How a command ends, as GetCommandInvocation says. */
const ENDS = ["Success", "Cancelled", "TimedOut", "Failed"];

const NOTHING = "Nothing was acquired";

/** How often a command is sent to a machine that was just tagged. */
const TRIES = 6;

/** Seconds that a command is waited for before its machine has it, and within which its end is told, in milliseconds. */
const DELIVERY_SECONDS = 300;
const LONGEST = (ACQUISITION_SECONDS + 2 * DELIVERY_SECONDS) * 1000;

/**
 * What is said where Systems Manager does not tell how far a command is: what goes on there does so all the same.
 *
 * @throws Refusal where these credentials will not be told any more.
 */
function whyNotFollowed(error: unknown): string {
  // It is there a moment after it was sent.
  if (isUnknown(error)) {
    return "Pending";
  }
  if (["expired", "denied"].includes(failureOf(error))) {
    throw new Refusal("The acquisition goes on, and is not followed any more", [
      `Once it has ended, what is missing is put and recorded by the command above, with --resume. ${answerOf(error)}`,
    ]);
  }
  return `not told, asked again: ${answerOf(error)}`;
}

function isUnknown(error: unknown): boolean {
  return (error as { readonly name?: string }).name === "InvocationDoesNotExist";
}

/** Reads the command line. */
export function acquireCommand(around: AcquireSurroundings): Command {
  const command = new Command("acquire")
    .description(
      "Acquires a running Linux of a member account into the vault, by Systems Manager: its memory by AVML, and its volatile state; a Windows by WinPmem, where the tools bucket has it; of several by one call of Systems Manager for all accounts and Regions. The machine gets no credentials but one signature for each object. Ends with 0 when everything is in the vault and recorded, else with 1. The instance is named i-…, <account>/i-… or <account>/<region>/i-….",
    )
    .argument("<ticket>", "the incident's ticket, whose room is open")
    .argument(
      "[instance...]",
      "the instance; of several, or with --file, the accounts' own runbooks acquire so many at a time",
    )
    .option("--account <id>", "the account of an instance that is named without one")
    .option("--region <name>", "the Region of one that is named without; else the foundation's")
    .option("--file <path>", "a file with more instances, one a line; - is standard input")
    .option(
      "--at-once <number>",
      "of several, how many of an account and Region at a time",
      AT_ONCE,
    )
    .option(
      "--errors <number>",
      "of how many failures in an account and Region no further one is begun, or per cent",
      ERRORS,
    )
    .option("--follow <execution...>", "start nothing: follow what was started of several before")
    .addOption(new Option("--only <what>", "only one of both").choices(ACQUIRED.slice(1)))
    .option("--notification <address>", "whom to tell; else as the foundation has it")
    .option("--audit-stack <name>", "the foundation's stack")
    .option("--print", "send nothing: with --json, print what aws ssm send-command takes by hand")
    .option(
      "--resume <command/second>",
      "send nothing: follow what was sent before, put what is missing of it, and record it",
    )
    .option("--again", "acquire anew what is recorded as acquired")
    .option("--yes", "do it without asking")
    .action(async (ticket: string, named: readonly string[]) => {
      const options = command.opts<AcquireOptions>();
      const asked = readAsked(ticket, named, options);
      const here = await findFoundationHere(options.auditStack, around);
      const instances = withRegion(asked.instances, here.foundation.region);
      const [suspect] = instances;
      if (suspect === undefined || asked.isMany) {
        const many = { ticket, instances, ...manyOf(options, here) };
        await new AcquiringMany(many, here, around).run();
        return;
      }
      await new Acquiring(ticket, suspect, options, here, around, asked.resumed).run();
    });
  return command;
}

/** @throws Refusal with every mistake there is */
function readAsked(ticket: string, named: readonly string[], options: AcquireOptions) {
  const { account, region, resume, notification, follow = [], print } = options;
  const typed = [...named, ...(options.file === undefined ? [] : instancesInFile(options.file))];
  const { instances, reasons } = readInstances(typed);
  const form = (value: string | undefined, pattern: string, what: string, required: string) =>
    value === undefined || exactly(pattern).test(value)
      ? []
      : [`${what} ${JSON.stringify(value)}; required: ${required}.`];
  const isMany = instances.length > 1 || options.file !== undefined || follow.length > 0;
  const atOnce = Number(options.atOnce);
  const mistakes = [
    ...form(ticket, TICKET, "The ticket", TICKET_FORM),
    ...reasons,
    ...form(account, ACCOUNT_ID, "--account", "12 digits"),
    ...form(region, REGION_NAME, "--region", KNOWN_REGION),
    ...form(resume, RESUMED, "--resume", "as the command that sent it has printed it"),
    ...follow.flatMap((id) => form(id, EXECUTION, "--follow", "the id of an execution")),
    ...(notification === undefined ||
    new RegExp(ACQUISITION_RUNBOOK_PARAMETERS.Notification.allowedPattern).test(notification)
      ? []
      : [`--notification ${JSON.stringify(notification)}; required: one e-mail address.`]),
    ...(Number.isInteger(atOnce) && atOnce >= 1 && atOnce <= MOST_AT_ONCE
      ? []
      : [`--at-once ${options.atOnce}; required: 1 to ${MOST_AT_ONCE}.`]),
    ...(ERRORS_FORM.test(options.errors)
      ? []
      : [`--errors ${options.errors}; required: a number, or per cent: 100%.`]),
    ...(isMany && (print === true || resume !== undefined)
      ? ["--print and --resume are of one instance; required: name one, or --follow <execution>."]
      : []),
    ...reasonsOfChoice(follow, typed, instances, account),
  ];
  if (mistakes.length > 0) {
    throw new Refusal(NOTHING, mistakes);
  }
  const [commandId, second] = resume?.split("/") ?? [];
  return {
    instances: instances.map(({ instanceId, accountId = account ?? "", region: of = region }) => ({
      instanceId,
      accountId,
      region: of,
    })),
    isMany,
    resumed:
      commandId === undefined || second === undefined
        ? undefined
        : { commandId, at: momentOf(second) },
  };
}

/** Each machine once. @throws Refusal where one is named in two places */
function withRegion(
  asked: readonly (Omit<NamedInstance, "region"> & { readonly region: string | undefined })[],
  foundations: string,
): readonly NamedInstance[] {
  const all = asked.map(({ region = foundations, ...each }) => ({ ...each, region }));
  const twice = namedTwice(all);
  if (twice.length > 0) {
    throw new Refusal(NOTHING, twice);
  }
  return [...new Map(all.map((each) => [each.instanceId, each])).values()];
}

/** What is asked for of several. */
function manyOf(options: AcquireOptions, { foundation }: FoundationHere) {
  return {
    acquired: options.only ?? ("all" as const),
    notification: options.notification ?? configuredNotification(foundation.config),
    atOnce: Number(options.atOnce),
    errors: options.errors,
    follow: options.follow ?? [],
    again: options.again === true,
    yes: options.yes === true,
    auditStack: options.auditStack,
  };
}

/** Whom the foundation's settings have told; empty where they are not here. */
function configuredNotification(config: Readonly<Record<string, unknown>>): string {
  const configured = config["clean-room:notification"];
  return (typeof configured === "string" ? configured.split(" ")[0] : undefined) ?? "";
}

/** The moment of such a second. */
function momentOf(second: string): Date {
  return new Date(second.replace(/(....)(..)(..T..)(..)/, "$1-$2-$3:$4:"));
}

/** One run of the command. */
class Acquiring {
  private readonly at: Date;
  private readonly prefix: string;
  private readonly responder: Credentials;
  private readonly intake: Credentials;
  private readonly caller: Credentials;

  public constructor(
    public readonly ticket: string,
    private readonly suspect: NamedInstance,
    private readonly options: AcquireOptions,
    private readonly here: FoundationHere,
    private readonly around: AcquireSurroundings,
    private readonly resumed: { readonly commandId: string; readonly at: Date } | undefined,
  ) {
    this.at = resumed?.at ?? around.now();
    this.prefix = acquisitionPrefix(ticket, suspect, this.at);
    this.caller = awsCredentials(here.awsValues);
    const { foundation } = here;
    const member = { region: foundation.region, accountId: suspect.accountId };
    // STS of the foundation's own Region: another partition has no other.
    const clientConfig = { region: foundation.region };
    this.responder = around.assume({
      clientConfig,
      masterCredentials: this.caller,
      params: {
        RoleArn: iamArn(member, `role${ROLE_PATH}${RESPONDER_ROLE_NAME}`),
        RoleSessionName: "clean-room-acquire",
      },
    });
    this.intake = around.assume({
      clientConfig,
      masterCredentials: this.responder,
      params: {
        RoleArn: iamArn(
          foundation,
          `role${CASE_ROLE_PATH}${new Case(ticket).uploadRole(suspect.accountId)}`,
        ),
        RoleSessionName: "clean-room-acquire",
        DurationSeconds: ACQUISITION_SECONDS,
        Policy: JSON.stringify(this.sessionPolicy()),
      },
    });
  }

  public async run(): Promise<void> {
    if (this.resumed !== undefined) {
      return this.resume(this.resumed.commandId);
    }
    const { output } = this.around;
    if (await this.isAcquired()) {
      return;
    }
    const { machine, tools } = await this.lookAtAll();
    const memory = `memory (${machine.memoryMiB} MiB, in ${machine.parts} parts of ${machine.partMiB} MiB)`;
    const what = { all: `${memory} and state`, memory, state: "state" }[this.what];
    output.say(
      `To go to s3://${this.here.foundation.vaultBucket}/${this.prefix}: ${this.named}, ${what}.`,
    );
    await this.requireYes();
    const { ec2 } = this.member;
    if (!machine.tagged) {
      const Tags = [
        { Key: TICKET_TAG, Value: new Case(this.ticket).tag },
        { Key: "notification", Value: this.notification },
      ];
      await ec2
        .send(new CreateTagsCommand({ Resources: [this.suspect.instanceId], Tags }))
        .catch(refuseAct(`${NOTHING}: ${this.suspect.instanceId} got no ticket`));
    }
    const input = {
      DocumentName: ACQUISITION_DOCUMENT,
      DocumentVersion: machine.document.version,
      InstanceIds: [this.suspect.instanceId],
      Comment: this.comment,
      // It is delivered at once, or not at all: its signatures end.
      TimeoutSeconds: DELIVERY_SECONDS,
      Parameters: await this.parameters(machine, tools),
    };
    if (this.options.print === true) {
      output.say(
        `As the responder, within the hour: aws ssm send-command --region ${this.suspect.region} --cli-input-json file://acquire.json. That file, readable by you alone, is what this command prints with --json: npx clean-room --json acquire … --print > acquire.json`,
      );
      output.tell(input);
      return;
    }
    const sent = await this.send(input, machine.tagged ? 1 : TRIES);
    const id = sent.Command?.CommandId ?? "";
    output.say(
      `Sent as ${id}. It goes on without this command; to follow it again, and to put and record what is missing of it: ${this.again} --resume ${id}/${this.second}`,
    );
    const ended = await this.follow(id);
    await this.tellEnd(ended, id, tools, machine.document, machine);
  }

  /** Follows what was sent before: the machine is not looked at, as it may be isolated by now. */
  private async resume(id: string): Promise<void> {
    const tools = await this.findTools();
    if ("reasons" in tools) {
      throw new Refusal("Nothing was recorded", tools.reasons);
    }
    const ended = await this.follow(id);
    const { DocumentName: name, Comment: comment, StandardOutputContent: said = "" } = ended;
    if (
      ended.CommandId !== undefined &&
      (name !== ACQUISITION_DOCUMENT || comment !== this.comment)
    ) {
      throw new Refusal("Nothing was recorded", [
        `${id} is a command of ${name} ("${comment}"); required: one of ${ACQUISITION_DOCUMENT}, of the ticket ${this.ticket}.`,
      ]);
    }
    const [, prefix = this.prefix] = / for (intake\/\S+\/)\.$/m.exec(said) ?? [];
    if (prefix !== this.prefix) {
      throw new Refusal("Nothing was recorded", [
        `${id} has put what it acquired below ${prefix}; required: the second of that.`,
      ]);
    }
    await this.tellEnd(ended, id, tools.tools, await this.sentDocument(ended.DocumentVersion));
  }

  /** The document that a command was sent by: it may have been deployed anew since. */
  private async sentDocument(version = ""): Promise<SentDocument> {
    const what = `The document ${ACQUISITION_DOCUMENT} in its version ${version}`;
    const { Content = "" } = await this.member.ssm
      .send(
        new GetDocumentCommand({
          Name: ACQUISITION_DOCUMENT,
          ...(version === "" ? {} : { DocumentVersion: version }),
        }),
      )
      .catch(refuseAct(`Nothing was recorded: ${what}`));
    const found = documentIn(Content);
    if (found === undefined) {
      throw new Refusal("Nothing was recorded", [`${what} is none that acquires.`]);
    }
    return { version, ...found };
  }

  /** Whether a record says that the vault has all that is asked for. Where records are not read, that is not known. */
  private async isAcquired(): Promise<boolean> {
    const { output } = this.around;
    if (this.options.again === true || this.options.print === true) {
      return false;
    }
    const known = await this.records.all().catch((error: unknown) => {
      if (!(error instanceof Refusal)) {
        throw error;
      }
      output.say(`What was acquired before is not known: ${error.reasons.join(" ")}`);
      return [];
    });
    const found = known.find((facts) => isOf(facts, this.suspect, this.what));
    if (found !== undefined) {
      output.say(
        `${this.named} was acquired: s3://${this.here.foundation.vaultBucket}/${found.prefix}, as its record says. To acquire it anew: --again.`,
      );
    }
    return found !== undefined;
  }

  private get records(): AcquisitionRecords {
    const { aws, foundation } = this.here;
    return new AcquisitionRecords(aws, foundation.vaultBucket, this.ticket, this.notification);
  }

  private get second(): string {
    return this.prefix.split("/").at(-2) ?? "";
  }

  private get comment(): string {
    return `Clean room ${this.ticket}`;
  }

  /** The command for this instance, as it can be pasted. */
  private get again(): string {
    const { only, auditStack } = this.options;
    return [
      `npx clean-room acquire ${this.ticket} ${this.named}`,
      ...(only === undefined ? [] : [`--only ${only}`]),
      ...(auditStack === undefined ? [] : [`--audit-stack ${auditStack}`]),
    ].join(" ");
  }

  /** Sends the command; where IAM does not know yet of the ticket that the machine was just given, it is tried again. */
  private async send(
    input: SendCommandCommandInput,
    tries: number,
  ): Promise<SendCommandCommandOutput> {
    const { ssm } = this.member;
    for (let left = tries - 1; left > 0; left -= 1) {
      try {
        return await ssm.send(new SendCommandCommand(input));
      } catch (error) {
        if (failureOf(error) !== "denied") {
          return refuseAct(NOTHING)(error);
        }
        await this.around.wait();
      }
    }
    return ssm.send(new SendCommandCommand(input)).catch(refuseAct(NOTHING));
  }

  public get what(): Acquired {
    return this.options.only ?? "all";
  }

  private get named(): string {
    const { accountId, region, instanceId } = this.suspect;
    return `${accountId}/${region}/${instanceId}`;
  }

  private get notification(): string {
    return this.options.notification ?? configuredNotification(this.here.foundation.config);
  }

  private get member() {
    return this.around.aws({ region: this.suspect.region, credentials: this.responder });
  }

  /** What the intake role is narrowed to, whatever it may beside: new objects of this acquisition. */
  private sessionPolicy(): object {
    const { vaultBucket, evidenceKeyArn, region } = this.here.foundation;
    return {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Action: "s3:PutObject",
          Resource: bucketArn(region, `${vaultBucket}/${this.prefix}*`),
        },
        { Effect: "Allow", Action: "kms:GenerateDataKey", Resource: evidenceKeyArn },
      ],
    };
  }

  /** @throws Refusal with every reason why it cannot be acquired */
  private async lookAtAll(): Promise<{ machine: SuspectMachine; tools: CarriedTools }> {
    const { accountId } = this.suspect;
    await this.responder().catch((error: unknown) => {
      throw new Refusal(NOTHING, [
        `You may not become the responder of account ${accountId}: responderPrincipals of its own stack names who may, and your role needs sts:AssumeRole on it. ${answerOf(error)}`,
      ]);
    });
    const room = this.intake().then(
      () => [],
      (error: unknown) => [
        `There is no open room of ${this.ticket} that account ${accountId} may upload for: open it, with its responder in responderRoles (docs/open-a-room.md). Capitals of a ticket count: npx clean-room list spells it. ${answerOf(error)}`,
      ],
    );
    const tools = await this.findTools();
    const pins = "reasons" in tools ? undefined : this.pinsOf(tools.tools);
    const { ticket, what } = this;
    const machine = await lookAtSuspect(this.suspect, { ticket, what, pins }, this.member);
    const reasons = [
      ...("reasons" in machine ? machine.reasons : []),
      ...("reasons" in tools ? tools.reasons : []),
      ...(await room),
      ...(this.isHere && this.notification === ""
        ? ["The foundation's settings name nobody: say whom to tell with --notification."]
        : []),
    ];
    if (reasons.length > 0 || "reasons" in machine || "reasons" in tools) {
      throw new Refusal(NOTHING, reasons);
    }
    return { machine, tools: tools.tools };
  }

  /** Whether the foundation's settings are here. */
  private get isHere(): boolean {
    return Object.keys(this.here.foundation.config).some((key) => key.startsWith("clean-room:"));
  }

  private async findTools(): ReturnType<typeof findCarriedTools> {
    const { config, stack } = this.here.foundation;
    return this.isHere
      ? findCarriedTools(config, this.here.aws.s3)
      : {
          reasons: [
            `The settings of ${stack}, which name the tools bucket, are not here: run this in the folder with Pulumi.${stack}.yaml.`,
          ],
        };
  }

  private pinsOf(tools: CarriedTools): AcquisitionPins {
    return { vault: this.host(this.here.foundation.vaultBucket), ...hashesOf(tools) };
  }

  private async requireYes(): Promise<void> {
    if (this.options.yes === true) {
      return;
    }
    const person = this.around.person();
    if (person === undefined) {
      throw new Refusal(NOTHING, ["Nobody can be asked here: say --yes."]);
    }
    if (!isYes(await person.ask("Go on? (yes/no) "))) {
      throw new Refusal(NOTHING, ["You said no."]);
    }
  }

  private host(bucket: string): string {
    const { region } = this.here.foundation;
    return `${bucket}.s3.${region}.${partitionOf(region).dnsSuffix}`;
  }

  private async parameters(
    { platform, partMiB, parts }: SuspectMachine,
    { avml, busybox, winpmem }: CarriedTools,
  ): Promise<Record<string, string[]>> {
    const { vaultBucket, region } = this.here.foundation;
    const host = this.host(vaultBucket);
    const [uploads, fetches] = await Promise.all([this.intake(), this.caller()]);
    // Their hour begins now, and not before somebody was asked: by AWS's clock, as this machine's may be wrong.
    const { expiration } = uploads as { readonly expiration?: Date };
    const at =
      expiration === undefined
        ? this.around.now()
        : new Date(expiration.getTime() - ACQUISITION_SECONDS * 1000);
    const signed = (credentials: SigningCredentials) => ({
      region,
      credentials,
      at,
      seconds: ACQUISITION_SECONDS,
    });
    const names = [
      ...(platform === "Windows" ? ACQUIRED_OF_WINDOWS : ACQUIRED_OBJECTS),
      ...Array.from({ length: parts }, (_, index) => partName(index + 1)),
    ];
    const queries = names.map((name) =>
      presign({
        ...signed(uploads),
        method: "PUT",
        host,
        key: this.prefix + name,
        headers: { "if-none-match": "*" },
      }),
    );
    const urlOf = ({ bucket, key }: CarriedTool) => {
      const { access, signature } = presign({
        ...signed(fetches),
        method: "GET",
        host: this.host(bucket),
        key,
      });
      return `https://${this.host(bucket)}/${pathOf(key)}?${access}&X-Amz-Signature=${signature}`;
    };
    const values = {
      Vault: `https://${host}`,
      Prefix: this.prefix,
      Access: queries[0]?.access ?? "",
      Signatures: queries.map(({ signature }) => signature).join(" "),
      PartMiB: `${partMiB}`,
      Acquire: this.what,
      // A machine is brought its own platform's programs: the others' have defaults.
      ...(platform === "Windows"
        ? winpmem && { WinpmemUrl: urlOf(winpmem), WinpmemSha256: winpmem.sha256 }
        : {
            ...{ AvmlUrl: urlOf(avml), AvmlSha256: avml.sha256 },
            ...{ BusyboxUrl: urlOf(busybox), BusyboxSha256: busybox.sha256 },
          }),
    };
    return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, [value]]));
  }

  /** @returns how it ended, or as what it was last known where nobody has said so when it has to have. */
  private async follow(id: string): Promise<Omit<GetCommandInvocationCommandOutput, "$metadata">> {
    const { output, wait, now } = this.around;
    const { ssm } = this.member;
    const until = now().getTime() + LONGEST;
    let told = "";
    const tell = (line: string) => {
      if (line !== told) {
        output.say(`${now().toISOString().slice(11, 19)} ${line}`);
        told = line;
      }
    };
    let last: CommandInvocationStatus = "Pending";
    do {
      await wait();
      const asked = { CommandId: id, InstanceId: this.suspect.instanceId };
      const found = await ssm
        .send(new GetCommandInvocationCommand(asked))
        .catch((error: unknown) => {
          if (this.resumed !== undefined && isUnknown(error)) {
            throw new Refusal("Nothing was recorded", [
              `Systems Manager knows no command ${id} of ${this.suspect.instanceId} in ${this.suspect.region}: it forgets one after 30 days.`,
            ]);
          }
          tell(whyNotFollowed(error));
        });
      if (found) {
        last = found.Status ?? "Pending";
        tell(last);
        if (ENDS.includes(last)) {
          return found;
        }
      }
    } while (now().getTime() < until);
    return { Status: last };
  }

  private async tellEnd(
    ended: Omit<GetCommandInvocationCommandOutput, "$metadata">,
    id: string,
    tools: CarriedTools,
    document: SentDocument,
    machine?: SuspectMachine,
  ): Promise<void> {
    const { output } = this.around;
    const { Status: status = "Pending", StandardOutputContent: said = "" } = ended;
    const ofMachine = saidIn(said);
    const manifestSha256 = ofMachine.manifest;
    const lines = `${said}\n${ended.StandardErrorContent ?? ""}`.split("\n").filter(Boolean);
    // Set off: what a suspect says is not this command's word.
    lines.forEach((line) => output.say(`  ${printable(line)}`));
    const { accountId, region, instanceId } = this.suspect;
    const record = {
      form: "clean-room/acquisition-command/1",
      ...{ ticket: this.ticket, accountId, region, instanceId, prefix: this.prefix },
      ...{
        document: ACQUISITION_DOCUMENT,
        documentVersion: document.version,
        commandId: id,
        acquired: this.what,
      },
      ...(machine === undefined
        ? {}
        : { memoryMiB: machine.memoryMiB, partMiB: machine.partMiB, parts: machine.parts }),
      // Where from, of what the document let run.
      tools: Object.fromEntries(
        Object.entries(tools).filter(
          ([name, { sha256: pinned }]) => document.tools[name as keyof CarriedTools] === pinned,
        ),
      ),
      ...{ askedAt: this.at.toISOString(), endedAt: this.around.now().toISOString() },
      ...{ status, responseCode: ended.ResponseCode, said, failed: ended.StandardErrorContent },
    };
    const text = JSON.stringify(record, undefined, 2);
    // Of one that has not ended nobody knows yet what it says; what is there stays as it is.
    const isNew = ENDS.includes(status) && (await this.putCommand(text));
    const acquisition: EndedAcquisition = {
      suspect: this.suspect,
      acquired: this.what,
      document: { version: document.version, sha256: document.sha256 },
      tools: document.tools,
      commandId: id,
      prefix: this.prefix,
      ...{ status, begun: timeOf(ended.ExecutionStartDateTime) },
      ended: timeOf(ended.ExecutionEndDateTime),
      said: ofMachine,
      commandFile: isNew ? sha256(text) : undefined,
    };
    const kept = await this.record(acquisition);
    output.tell({ ...record, manifestSha256, record: kept });
    const took = duration(this.around.now().getTime() - this.at.getTime());
    const complete = isComplete(acquisition);
    if (complete) {
      output.say(
        `Acquired, ${took}. Compare the hashes with what the vault has, on a workstation or as an investigator: docs/acquire.md.`,
      );
    } else {
      output.say(
        ENDS.includes(status)
          ? `Not everything was acquired (${status}), ${took}. What the vault has stays; the same command acquires anew, below another name.`
          : `It has not ended (${status}), ${took}, or nobody tells: to follow it again: ${this.again} --resume ${id}/${this.second}`,
      );
    }
    if (!complete || kept === undefined) {
      process.exitCode = 1;
    }
  }

  /** By this side, and not by the machine: what it said, as Systems Manager has it. @returns whether it was not there */
  private async putCommand(text: string): Promise<boolean> {
    const { vaultBucket, region } = this.here.foundation;
    const key = `${this.prefix}command.json`;
    try {
      await this.around.aws({ region, credentials: this.intake }).s3.send(
        new PutObjectCommand({
          Bucket: vaultBucket,
          Key: key,
          Body: text,
          ContentType: "application/json",
          IfNoneMatch: "*",
        }),
      );
      return true;
    } catch (error) {
      if ((error as Error).name === "PreconditionFailed") {
        return false;
      }
      return refuseAct(
        `s3://${vaultBucket}/${key} was not put: keep what is said above, or ${this.again} --resume …`,
      )(error);
    }
  }

  /** Records it once it has ended. @returns where; undefined where there is no record of it yet */
  private async record(ended: EndedAcquisition): Promise<string | undefined> {
    const { output } = this.around;
    if (!ENDS.includes(ended.status)) {
      return undefined;
    }
    try {
      const uri = await this.records.write(ended);
      output.say(`Recorded as ${uri}; the foundation signs it within a minute.`);
      return uri;
    } catch (error) {
      if (!(error instanceof Refusal)) {
        throw error;
      }
      output.say(
        `There is no record of it: ${error.reasons.join(" ")} Who opens rooms has it recorded: ${this.again} --resume ${ended.commandId}/${this.second}`,
      );
      return undefined;
    }
  }
}

/** The SHA-256 of each program. */
function hashesOf({ avml, busybox, winpmem }: CarriedTools) {
  return {
    ...{ avml: avml.sha256, busybox: busybox.sha256 },
    ...(winpmem === undefined ? {} : { winpmem: winpmem.sha256 }),
  };
}

/** The subcommand, as it is called. */
export function acquire(output: Output): Command {
  return acquireCommand({
    ...surroundings(output),
    assume: fromTemporaryCredentials,
    ssmIn: (_, config) => new SSMClient(config),
    wait: () => setTimeout(5000),
    now: () => new Date(),
  });
}
