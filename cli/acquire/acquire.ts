import { setTimeout } from "node:timers/promises";

import { CreateTagsCommand } from "@aws-sdk/client-ec2";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import {
  type CommandInvocationStatus,
  GetCommandInvocationCommand,
  type GetCommandInvocationCommandOutput,
  SendCommandCommand,
  type SendCommandCommandInput,
  type SendCommandCommandOutput,
} from "@aws-sdk/client-ssm";
import { fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import { Command, Option } from "commander";

import {
  ACQUIRED,
  ACQUIRED_OBJECTS,
  type Acquired,
  ACQUISITION_DOCUMENT,
  ACQUISITION_SECONDS,
  acquisitionPrefix,
  partName,
} from "../../components/acquisition/acquisitionDocument";
import { bucketArn, iamArn } from "../../components/aws/arn";
import { answerOf, failureOf } from "../../components/aws/failure";
import { ACCOUNT_ID, exactly } from "../../components/aws/ids";
import { KNOWN_REGION, partitionOf, REGION_NAME } from "../../components/aws/partition";
import { Case, TICKET, TICKET_FORM } from "../../components/case";
import { CASE_ROLE_PATH, RESPONDER_ROLE_NAME, ROLE_PATH } from "../../components/names";
import { Refusal } from "../../components/refusal";
import { TICKET_TAG } from "../../components/tags";
import { awsCredentials } from "../../stacks/awsCredentials";
import { refuseAct } from "../awsRefusals";
import type { Output } from "../output";
import { printable } from "../printable";
import { findFoundationHere, type FoundationHere } from "../room/foundationHere";
import { type NamedInstance, readInstances } from "../room/namedInstances";
import { isYes } from "../room/person";
import { duration } from "../room/progress";
import { type Surroundings, surroundings } from "../room/surroundings";
import { type CarriedTool, type CarriedTools, findCarriedTools } from "./carriedTools";
import { pathOf, presign, type SigningCredentials } from "./presigned";
import { lookAtSuspect, type SuspectMachine } from "./suspectMachine";

type Credentials = ReturnType<typeof fromTemporaryCredentials>;

/** What is around the command beside what all have. */
export interface AcquireSurroundings extends Surroundings {
  /** Credentials of a role that others assume. */
  readonly assume: (options: Parameters<typeof fromTemporaryCredentials>[0]) => Credentials;

  /** Passes the time between two looks. */
  readonly wait: () => Promise<void>;
  readonly now: () => Date;
}

interface AcquireOptions {
  readonly account?: string;
  readonly region?: string;
  readonly only?: Exclude<Acquired, "all">;
  readonly notification?: string;
  readonly auditStack?: string;
  readonly print?: true;
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
  if ((error as { readonly name?: string }).name === "InvocationDoesNotExist") {
    return "Pending";
  }
  if (["expired", "denied"].includes(failureOf(error))) {
    throw new Refusal("The acquisition goes on, and is not followed any more", [
      `Nobody puts command.json: keep what the command above says once it has ended. ${answerOf(error)}`,
    ]);
  }
  return `not told, asked again: ${answerOf(error)}`;
}

/** Reads the command line. */
export function acquireCommand(around: AcquireSurroundings): Command {
  const command = new Command("acquire")
    .description(
      "Acquires a running Linux of a member account into the vault, by Systems Manager: its memory by AVML, and its volatile state. The machine gets no credentials but one signature for each object. Ends with 0 when everything is in the vault, else with 1. The instance is named i-…, <account>/i-… or <account>/<region>/i-….",
    )
    .argument("<ticket>", "the incident's ticket, whose room is open")
    .argument("<instance>", "the instance")
    .option("--account <id>", "the account of an instance that is named without one")
    .option("--region <name>", "the Region of one that is named without; else the foundation's")
    .addOption(new Option("--only <what>", "only one of both").choices(ACQUIRED.slice(1)))
    .option("--notification <address>", "whom to tell; else as the foundation has it")
    .option("--audit-stack <name>", "the foundation's stack")
    .option("--print", "send nothing: with --json, print what aws ssm send-command takes by hand")
    .option("--yes", "do it without asking")
    .action(async (ticket: string, typed: string) => {
      const options = command.opts<AcquireOptions>();
      const asked = readAsked(ticket, typed, options);
      const here = await findFoundationHere(options.auditStack, around);
      const { accountId, region = here.foundation.region, instanceId } = asked;
      const suspect = { accountId, region, instanceId };
      await new Acquiring(ticket, suspect, options, here, around).run();
    });
  return command;
}

/** @throws Refusal with every mistake there is */
function readAsked(ticket: string, typed: string, { account, region }: AcquireOptions) {
  const { instances, reasons } = readInstances([typed]);
  const form = (value: string | undefined, pattern: string, what: string, required: string) =>
    value === undefined || exactly(pattern).test(value)
      ? []
      : [`${what} ${JSON.stringify(value)}; required: ${required}.`];
  const [instance] = instances;
  const accountId = instance?.accountId ?? account;
  const mistakes = [
    ...form(ticket, TICKET, "The ticket", TICKET_FORM),
    ...reasons,
    ...form(account, ACCOUNT_ID, "--account", "12 digits"),
    ...form(region, REGION_NAME, "--region", KNOWN_REGION),
    ...(instance !== undefined && accountId === undefined
      ? [`${typed} without its account; required: <account>/${typed}, or --account.`]
      : []),
  ];
  if (instance === undefined || accountId === undefined || mistakes.length > 0) {
    throw new Refusal(NOTHING, mistakes);
  }
  return { instanceId: instance.instanceId, accountId, region: instance.region ?? region };
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
  ) {
    this.at = around.now();
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
    const { output } = this.around;
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
      DocumentVersion: machine.documentVersion,
      InstanceIds: [this.suspect.instanceId],
      Comment: `Clean room ${this.ticket}`,
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
      `Sent as ${id}. It goes on without this command; to follow it: aws ssm get-command-invocation --region ${this.suspect.region} --command-id ${id} --instance-id ${this.suspect.instanceId}`,
    );
    const ended = await this.follow(id);
    await this.tellEnd(ended, id, machine, tools);
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
    const configured = this.here.foundation.config["clean-room:notification"];
    return (
      this.options.notification ??
      (typeof configured === "string" ? configured.split(" ")[0] : undefined) ??
      ""
    );
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
    const { config, stack } = this.here.foundation;
    const isHere = Object.keys(config).some((key) => key.startsWith("clean-room:"));
    const tools = isHere
      ? await findCarriedTools(config, this.here.aws.s3)
      : {
          reasons: [
            `The settings of ${stack}, which name the tools bucket, are not here: run this in the folder with Pulumi.${stack}.yaml.`,
          ],
        };
    const pins =
      "reasons" in tools
        ? undefined
        : {
            vault: this.host(this.here.foundation.vaultBucket),
            avml: tools.tools.avml.sha256,
            busybox: tools.tools.busybox.sha256,
          };
    const { ticket, what } = this;
    const machine = await lookAtSuspect(this.suspect, { ticket, what, pins }, this.member);
    const reasons = [
      ...("reasons" in machine ? machine.reasons : []),
      ...("reasons" in tools ? tools.reasons : []),
      ...(await room),
      ...(isHere && this.notification === ""
        ? ["The foundation's settings name nobody: say whom to tell with --notification."]
        : []),
    ];
    if (reasons.length > 0 || "reasons" in machine || "reasons" in tools) {
      throw new Refusal(NOTHING, reasons);
    }
    return { machine, tools: tools.tools };
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
    { partMiB, parts }: SuspectMachine,
    { avml, busybox }: CarriedTools,
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
      ...ACQUIRED_OBJECTS,
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
      AvmlUrl: urlOf(avml),
      AvmlSha256: avml.sha256,
      BusyboxUrl: urlOf(busybox),
      BusyboxSha256: busybox.sha256,
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
        .catch((error: unknown) => tell(whyNotFollowed(error)));
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
    { memoryMiB, partMiB, parts, documentVersion }: SuspectMachine,
    tools: CarriedTools,
  ): Promise<void> {
    const { output } = this.around;
    const { Status: status, StandardOutputContent: said = "" } = ended;
    const [, manifestSha256] = /Manifest: SHA-256 ([0-9a-f]{64})\./.exec(said) ?? [];
    const lines = `${said}\n${ended.StandardErrorContent ?? ""}`.split("\n").filter(Boolean);
    // Set off: what a suspect says is not this command's word.
    lines.forEach((line) => output.say(`  ${printable(line)}`));
    const { accountId, region, instanceId } = this.suspect;
    const record = {
      form: "clean-room/acquisition-command/1",
      ...{ ticket: this.ticket, accountId, region, instanceId, prefix: this.prefix },
      ...{ document: ACQUISITION_DOCUMENT, documentVersion, commandId: id, acquired: this.what },
      ...{ memoryMiB, partMiB, parts, tools },
      ...{ askedAt: this.at.toISOString(), endedAt: this.around.now().toISOString() },
      ...{ status, responseCode: ended.ResponseCode, said, failed: ended.StandardErrorContent },
    };
    const { vaultBucket, region: vaultRegion } = this.here.foundation;
    const key = `${this.prefix}command.json`;
    // By this side, and not by the machine: what it said, as Systems Manager has it.
    await this.around
      .aws({ region: vaultRegion, credentials: this.intake })
      .s3.send(
        new PutObjectCommand({
          Bucket: vaultBucket,
          Key: key,
          Body: JSON.stringify(record, undefined, 2),
          ContentType: "application/json",
          IfNoneMatch: "*",
        }),
      )
      .catch(refuseAct(`s3://${vaultBucket}/${key} was not put: keep what is said above`));
    output.tell({ ...record, manifestSha256 });
    const took = duration(this.around.now().getTime() - this.at.getTime());
    if (status === "Success" && manifestSha256 !== undefined) {
      output.say(
        `Acquired, ${took}. Compare the hashes with what the vault has, on a workstation or as an investigator: docs/acquire.md.`,
      );
    } else {
      process.exitCode = 1;
      output.say(
        `Not everything was acquired (${status}), ${took}. What the vault has stays; the same command acquires anew, below another name.`,
      );
    }
  }
}

/** The subcommand, as it is called. */
export function acquire(output: Output): Command {
  return acquireCommand({
    ...surroundings(output),
    assume: fromTemporaryCredentials,
    wait: () => setTimeout(5000),
    now: () => new Date(),
  });
}
