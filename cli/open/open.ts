import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { isDeepStrictEqual } from "node:util";

import type { LocalWorkspace } from "@pulumi/pulumi/automation";
import { Command } from "commander";

import { exactly } from "../../components/aws/ids";
import { Case, TICKET } from "../../components/case";
import { Refusal } from "../../components/refusal";
import { asText, parseSettings, SettingsError } from "../../settings";
import { awsCredentials } from "../../stacks/awsCredentials";
import { requireLogin } from "../login";
import type { Output } from "../output";
import { changesText, countOf } from "../room/deploymentOutcome";
import { findFoundation, type FoundationOfRooms } from "../room/foundationOfRooms";
import { INTERRUPTED } from "../room/interruption";
import { isYes, type Person } from "../room/person";
import { duration } from "../room/progress";
import { projectConfig } from "../room/projectConfig";
import { RefusedDeployment } from "../room/refusedDeployment";
import { RoomFile } from "../room/roomFile";
import { findSlotClaims } from "../room/slotClaims";
import type { RoomStacks } from "../room/roomStacks";
import {
  type EngineOptions,
  type Surroundings,
  surroundings,
  withEngineOptions,
} from "../room/surroundings";
import { roomCard } from "./card";
import { memberFacts, type MemberFacts } from "./memberFacts";
import { type MissingValue, roomSettings, type RoomSettings, type Sources } from "./roomSettings";

/** The options of `clean-room open`. */
interface OpenOptions extends EngineOptions {
  readonly account?: string;
  readonly isolationGroup?: string;
  readonly suspect?: readonly string[];
  readonly reach?: string;
  readonly tools?: readonly string[];
  readonly responder?: readonly string[];
  readonly investigator?: readonly string[];
  readonly notification?: string;
  readonly slot?: string;
  readonly instanceType?: string;
  readonly auditStack?: string;
  readonly yes?: true;
}

/** By option, the setting that it says. */
const SETTING_OF = {
  isolationGroup: "isolationSecurityGroup",
  suspect: "suspectCidrs",
  reach: "reach",
  tools: "tools",
  responder: "responderRoles",
  investigator: "investigators",
  notification: "notification",
  slot: "slot",
  instanceType: "instanceType",
} as const satisfies Partial<Record<keyof OpenOptions, string>>;

/** Another room may come first in a slot; so often another one is taken. */
const MOST_SLOTS = 5;

/** Reads the command line. */
export function openCommand(around: Surroundings): Command {
  const list = (text: string) => text.split(",").map((each) => each.trim());
  const command = new Command("open")
    .description(
      "Opens the room of a ticket, or goes on where that was interrupted. What is not said by an option is taken from the room's file, from the config of Pulumi.yaml, from the member account's stack and from a free slot; what is still missing is asked at a terminal. Ends with 0 when the room is open, with 1 when it is not, with 130 after Ctrl-C.",
    )
    .argument("<ticket>", "the incident's ticket, such as INC-2026-0042")
    .option("--account <id>", "the account of the compromised instance")
    .option("--isolation-group <group>", "the isolation security group it is in, account/sg-…")
    .option("--suspect <ranges>", "its addresses, separated by commas: 10.20.30.40/32", list)
    .option("--reach <way>", "cidr, peering or same-vpc")
    .option("--tools <names>", "tools to open ports for, separated by commas", list)
    .option("--responder <roles>", "ARNs of the roles that hand evidence over", list)
    .option("--investigator <roles>", "ARNs of the roles that investigate", list)
    .option("--notification <addresses>", "who is told, an e-mail address or several")
    .option("--slot <slot>", "the workstation slot, such as us-east-1a-1")
    .option("--instance-type <type>", "the workstation's size")
    .option("--audit-stack <name>", "the foundation's stack")
    .option("--yes", "open it without asking")
    .action(async (ticket: string) => {
      await new Opening(ticket, command.opts<OpenOptions>(), around).run();
    });
  return withEngineOptions(command);
}

/** What of a room there is before it is opened. */
interface Before {
  readonly stacks: RoomStacks;
  readonly workspace: LocalWorkspace;
  readonly foundation: FoundationOfRooms;

  /** Whether the backend has its stack. */
  readonly hasStack: boolean;

  /** Whether the engine has something of it. */
  readonly isDeployed: boolean;
}

/** One room that is being opened. */
class Opening {
  private readonly began = Date.now();
  private readonly stack: string;

  public constructor(
    private readonly ticket: string,
    private readonly options: OpenOptions,
    private readonly around: Surroundings,
  ) {
    requireTicket(ticket);
    this.stack = new Case(ticket).stack;
  }

  public async run(): Promise<void> {
    const before = await this.lookAround();
    let settings = await this.settings(before);
    for (let tried = 1; ; tried += 1) {
      const lost = await this.deploy(before, settings);
      if (!lost) {
        return;
      }
      if (this.options.slot !== undefined || tried === MOST_SLOTS) {
        throw new RefusedDeployment(
          [`Another room came first in slot ${String(settings.config["clean-room:slot"])}.`],
          [`Nothing of this one was made. The same command again takes another slot.`],
        );
      }
      this.around.output.say("Another room came first in that slot: taking another one.");
      settings = await this.settings({ ...before, hasStack: true });
    }
  }

  private get output(): Output {
    return this.around.output;
  }

  private async lookAround(): Promise<Before> {
    const stacks = await this.around.stacks(this.options);
    const workspace = await stacks.workspace();
    const project = projectConfig(await workspace.projectSettings());
    const auditStack =
      this.options.auditStack ??
      (RoomFile.read(stacks.file(this.stack)).config["clean-room:auditStack"] as string) ??
      (project["clean-room:auditStack"] as string) ??
      "audit";
    const foundation = await findFoundation(auditStack, workspace);
    const listed = (await stacks.list()).find(({ name }) => name === this.stack);
    const isDeployed = (listed?.resourceCount ?? 0) > 0;
    if (isDeployed && !RoomFile.isThere(stacks.file(this.stack))) {
      throw new Refusal(`The room of ${this.ticket} was opened elsewhere`, [
        `Its file ${basename(stacks.file(this.stack))} is not here. To go on with it here: npx clean-room take-over ${this.ticket}`,
      ]);
    }
    return { stacks, workspace, foundation, hasStack: listed !== undefined, isDeployed };
  }

  /** The room's settings, right as far as the settings' own forms say; what nothing says is asked. */
  private async settings(before: Before): Promise<RoomSettings> {
    const { stacks, workspace, foundation, isDeployed } = before;
    const file = RoomFile.read(stacks.file(this.stack)).config;
    const project = projectConfig(await workspace.projectSettings());
    // Who calls is asked first, with the credentials that the room is deployed with.
    const credentials = awsCredentials(asText({ ...project, ...file }));
    const aws = this.around.aws({ region: foundation.region, credentials });
    await requireLogin(aws.sts, foundation.accountId);
    const person = this.around.person();
    let given: Record<string, unknown> = Object.fromEntries(
      Object.entries(SETTING_OF).flatMap(([option, setting]) => {
        const value = this.options[option as keyof OpenOptions];
        return value === undefined ? [] : [[setting, value]];
      }),
    );
    const [claims, member] = await Promise.all([
      findSlotClaims(aws.ssm),
      this.member(before, { ...project, ...file }, given, person),
    ]);
    const sources = (): Sources => ({
      ticket: this.ticket,
      given,
      file,
      project,
      foundation,
      claims,
      member,
    });
    let settings = roomSettings(sources());
    if (person !== undefined) {
      for (const value of settings.missing) {
        const answer = await askFor(value, person);
        given = answer === undefined ? given : { ...given, [value.setting]: answer };
      }
      settings = roomSettings(sources());
    }
    const against = [
      ...(isDeployed ? differences(given, file, basename(stacks.file(this.stack))) : []),
      ...settings.reasons,
      ...settings.missing
        .filter(({ optional }) => !optional)
        .map(({ option, question, choices }) =>
          [
            `${question}: say it with ${option}`,
            ...(choices.length > 0 ? [`, one of ${choices.join(", ")}`] : []),
            ".",
          ].join(""),
        ),
      ...mistakesIn(settings, this.stack),
    ];
    if (against.length > 0) {
      throw new Refusal(`The room of ${this.ticket} is not opened; nothing was changed`, against);
    }
    return settings;
  }

  /** The member account of the compromised instance, by its stack. */
  private async member(
    { workspace, stacks, foundation }: Before,
    known: Readonly<Record<string, unknown>>,
    given: Readonly<Record<string, unknown>>,
    person: Person | undefined,
  ): Promise<MemberFacts | undefined> {
    const group = given["isolationSecurityGroup"] ?? known["clean-room:isolationSecurityGroup"];
    const named = this.options.account ?? /^(\d{12})\//.exec(String(group))?.[1];
    const prepared = (await stacks.list()).flatMap(
      ({ name }) => /^member-(\d{12})$/.exec(name)?.[1] ?? [],
    );
    if (named !== undefined) {
      if (this.options.account !== undefined && !prepared.includes(named) && group === undefined) {
        throw new Refusal(`The room of ${this.ticket} is not opened; nothing was changed`, [
          `Account ${named} has no stack member-${named} in this backend${prepared.length > 0 ? `; prepared are ${prepared.join(", ")}` : ""}. Prepare it (docs/member-accounts.md), or say --isolation-group and --responder.`,
        ]);
      }
      return prepared.includes(named)
        ? memberFacts(await workspace.stackOutputs(`member-${named}`), foundation.region)
        : undefined;
    }
    if (group !== undefined || prepared.length === 0) {
      return undefined;
    }
    let [account] = prepared;
    if (prepared.length > 1) {
      if (person === undefined) {
        throw new Refusal(`The room of ${this.ticket} is not opened; nothing was changed`, [
          `In which account is the compromised instance? Say it with --account, one of ${prepared.join(", ")}.`,
        ]);
      }
      account = await person.ask(`Account of the compromised instance (${prepared.join(", ")}): `);
      if (!prepared.includes(account)) {
        throw new Refusal(`The room of ${this.ticket} is not opened; nothing was changed`, [
          `${account} has no stack here; prepared are ${prepared.join(", ")}.`,
        ]);
      }
    }
    return memberFacts(await workspace.stackOutputs(`member-${account}`), foundation.region);
  }

  /** @returns whether another room came first in the slot. */
  private async deploy(before: Before, { config }: RoomSettings): Promise<boolean> {
    const { stacks, isDeployed } = before;
    const { output, stack, ticket } = this;
    const undo = await this.writeFile(before, config);
    let begun = false;
    try {
      const preview = await stacks.run("preview", stack, output);
      preview.warnings.forEach((warning) => output.say(`warning: ${warning}`));
      if (preview.interrupted) {
        this.interrupted("Nothing was made.");
        return false;
      }
      if (preview.reasons.length > 0) {
        throw new RefusedDeployment(preview.reasons, [this.logged(stacks)]);
      }
      const count = countOf(preview.changes);
      if (count > 0) {
        output.say(
          `${isDeployed ? "The room is there, and not as its settings say" : "Nothing speaks against it"}; this up: ${changesText(preview.changes)}, in slot ${String(config["clean-room:slot"])} of account ${String(config["clean-room:accountId"])}.`,
        );
        await this.requireYes();
        begun = true;
        const up = await stacks.run("up", stack, output, {
          total: count,
          message: `npx clean-room open ${ticket}`,
        });
        if (up.reasons.some((reason) => /was taken by another room in this moment/.test(reason))) {
          return true;
        }
        if (up.interrupted) {
          this.interrupted(`What is made stays. Go on with: npx clean-room open ${ticket}`);
          return false;
        }
        if (up.reasons.length > 0) {
          throw new RefusedDeployment(up.reasons, [
            `What is made stays. The same command again goes on there: npx clean-room open ${ticket}`,
            this.logged(stacks),
          ]);
        }
        up.warnings
          .filter((warning) => !preview.warnings.includes(warning))
          .forEach((warning) => output.say(`warning: ${warning}`));
        output.say(
          `The room of ${ticket} is open: ${changesText(up.changes)} in ${duration(up.milliseconds)}, ${duration(Date.now() - this.began)} since the command began.`,
        );
      } else {
        output.say(`The room of ${ticket} is open, as its settings say; nothing was changed.`);
      }
      begun = true;
      const outputs = await before.workspace.stackOutputs(stack);
      roomCard({ ticket, config, outputs }).forEach((line) => output.say(line));
      output.tell({
        opened: ticket,
        stack,
        slot: config["clean-room:slot"],
        instance: outputs["instanceId"]?.value as unknown,
        seconds: Math.round((Date.now() - this.began) / 1000),
      });
      return false;
    } finally {
      if (!begun) {
        await undo();
      }
    }
  }

  /**
   * Writes what the room's file does not say yet, and makes its stack where there is none.
   *
   * @returns what takes that back, as long as nothing is deployed by this command.
   */
  private async writeFile(
    { stacks, foundation, hasStack }: Before,
    config: RoomSettings["config"],
  ): Promise<() => Promise<void>> {
    const path = stacks.file(this.stack);
    const before = RoomFile.isThere(path) ? readFileSync(path) : undefined;
    const workspace = await stacks.workspace(await this.secretsProvider(stacks, foundation.stack));
    if (!hasStack) {
      await workspace.createStack(this.stack);
    }
    // The engine has written to it.
    const file = RoomFile.read(path);
    if (before === undefined) {
      file.head(
        ` Written by npx clean-room open ${this.ticket}. To change the room, change it here and run: npx clean-room open ${this.ticket}`,
      );
    }
    for (const [key, value] of Object.entries(config)) {
      if (!isDeepStrictEqual(file.config[key], value)) {
        file.set(key, value);
      }
    }
    file.write();
    return async () => {
      if (!hasStack) {
        await workspace.removeStack(this.stack);
      }
      if (before === undefined) {
        rmSync(path, { force: true });
      } else {
        writeFileSync(path, before);
      }
    };
  }

  /** A room's secrets are kept as its foundation's are. */
  private async secretsProvider(
    stacks: RoomStacks,
    auditStack: string,
  ): Promise<string | undefined> {
    const workspace = await stacks.workspace();
    const name = auditStack.split("/").at(-1) ?? auditStack;
    return workspace.stackSettings(name).then(
      ({ secretsProvider }) => secretsProvider,
      // Its file is not here.
      () => undefined,
    );
  }

  private async requireYes(): Promise<void> {
    if (this.options.yes === true) {
      return;
    }
    const person = this.around.person();
    if (person === undefined) {
      throw new Refusal(`The room of ${this.ticket} is not opened; nothing was changed`, [
        "Nobody can be asked here: say --yes.",
      ]);
    }
    if (!isYes(await person.ask("Open it? (yes/no) "))) {
      throw new Refusal(`The room of ${this.ticket} is not opened; nothing was changed`, [
        "You said no.",
      ]);
    }
  }

  private interrupted(said: string): void {
    this.output.say(said);
    process.exitCode = INTERRUPTED;
  }

  private logged(stacks: RoomStacks): string {
    return `Everything that the engine printed: ${stacks.log(this.stack)}`;
  }
}

/** @throws Refusal where a ticket has not the form of one. */
export function requireTicket(ticket: string): void {
  if (!exactly(TICKET).test(ticket)) {
    throw new Refusal(`${ticket} is no ticket`, [
      "A ticket is 1 to 32 letters, digits and hyphens, no hyphen first or last, such as INC-2026-0042.",
    ]);
  }
}

/** What the settings' own forms say against them. */
function mistakesIn({ config, missing }: RoomSettings, stack: string): readonly string[] {
  const told = new Set(missing.map(({ setting }) => `clean-room:${setting}`));
  try {
    parseSettings({ project: "clean-room", stack, values: asText(config) });
    return [];
  } catch (error) {
    if (!(error instanceof SettingsError)) {
      throw error;
    }
    // Of what is missing the option is told.
    return error.reasons.filter(
      (reason) =>
        !told.has(reason.split("\n")[0] ?? "") &&
        !/^clean-room:slot\n    found: +nothing/.test(reason),
    );
  }
}

/** A room that is there is changed in its file, where everybody sees it. */
function differences(
  given: Readonly<Record<string, unknown>>,
  file: Readonly<Record<string, unknown>>,
  name: string,
): string[] {
  return Object.entries(given).flatMap(([setting, value]) => {
    const noted = file[`clean-room:${setting}`];
    return noted === undefined || isDeepStrictEqual(noted, value)
      ? []
      : `The room is there, with ${setting} ${JSON.stringify(noted)}, and ${JSON.stringify(value)} was said: change ${setting} in ${name}, then run this again without that option.`;
  });
}

async function askFor(
  { setting, question, choices, optional }: MissingValue,
  person: Person,
): Promise<unknown> {
  const among = choices.length > 0 ? ` (${choices.join(", ")})` : "";
  const answer = await person.ask(`${question}${among}: `);
  if (answer === "") {
    return optional ? [] : undefined;
  }
  return setting === "isolationSecurityGroup"
    ? answer
    : answer.split(",").map((each) => each.trim());
}

/** The subcommand, as it is called. */
export function open(output: Output): Command {
  return openCommand(surroundings(output));
}
