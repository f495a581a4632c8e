import { basename } from "node:path";
import { isDeepStrictEqual } from "node:util";

import type { LocalWorkspace } from "@pulumi/pulumi/automation";
import { Command } from "commander";

import { Case } from "../../components/case";
import { Refusal } from "../../components/refusal";
import { isLostRace } from "../../components/room/slotClaims";
import { asText, parseSettings, SettingsError } from "../../settings";
import { awsCredentials } from "../../stacks/awsCredentials";
import { requireLogin } from "../login";
import type { Output } from "../output";
import { changeRoom } from "../room/changeRoom";
import { changesText } from "../room/deploymentOutcome";
import { findFoundation, type FoundationOfRooms } from "../room/foundationOfRooms";
import type { Person } from "../room/person";
import { requireTicket } from "../room/knownRoom";
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
import { closingReasons, requireSpelling } from "./fileReasons";
import { findMember } from "./findMember";
import { type MissingValue, roomSettings, type RoomSettings, type Sources } from "./roomSettings";
import { writeRoom } from "./writeRoom";

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

const GROUP = "clean-room:isolationSecurityGroup";

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
    let before = await this.lookAround();
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
      // The first try has made it.
      before = { ...before, hasStack: true };
      settings = await this.settings(before);
    }
  }

  private get output(): Output {
    return this.around.output;
  }

  private async lookAround(): Promise<Before> {
    const stacks = await this.around.stacks(this.options);
    const workspace = await stacks.workspace();
    const project = projectConfig(await workspace.projectSettings());
    const file = RoomFile.read(stacks.file(this.stack)).config;
    const noted = file["clean-room:ticket"] as string | number | undefined;
    requireSpelling(this.ticket, noted, basename(stacks.file(this.stack)));
    const auditStack =
      this.options.auditStack ??
      (file["clean-room:auditStack"] as string) ??
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
      findMember(before, {
        ticket: this.ticket,
        account: this.options.account,
        group: given["isolationSecurityGroup"] ?? file[GROUP] ?? project[GROUP],
        person,
      }),
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
      ...closingReasons(this.ticket, file),
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

  /** @returns whether another room came first in the slot. */
  private async deploy(before: Before, { config }: RoomSettings): Promise<boolean> {
    const { stacks, isDeployed } = before;
    const { output, stack, ticket } = this;
    const undo = await writeRoom({ ...before, ticket, stack, config, output });
    const { up } = await changeRoom(
      {
        stacks,
        stack,
        output,
        person: this.around.person(),
        yes: this.options.yes === true,
        question: (changes) =>
          `${isDeployed ? "The room is there, and not as its settings say" : "Nothing speaks against it"}; this up: ${changes}, in slot ${String(config["clean-room:slot"])} of account ${String(config["clean-room:accountId"])}.`,
        notDone: `The room of ${ticket} is not opened; nothing was changed`,
        again: `npx clean-room open ${ticket}`,
        undo,
      },
      isLostRace,
    );
    if (up?.reasons.some(isLostRace) === true) {
      return true;
    }
    output.say(
      up === undefined
        ? `The room of ${ticket} is open, as its settings say; nothing was changed.`
        : `The room of ${ticket} is open: ${changesText(up.changes)} in ${duration(up.milliseconds)}, ${duration(Date.now() - this.began)} since the command began.`,
    );
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
