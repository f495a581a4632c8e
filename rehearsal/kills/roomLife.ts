import { copyFileSync, rmSync } from "node:fs";

import type { Entry } from "../account/account";
import { endpointsOf } from "../account/accountEndpoints";
import type { Listening } from "../account/awsEndpoint";
import { INCIDENT_DEPLOYER } from "../cast";
import { ResidentHost } from "../language/residentHost";
import { type Stage } from "../stage";
import { outputsIn, resourcesIn, stateFile } from "../stackState";
import { type Advice, adviceIn, DELETE_TORN_FILE, RESTORE_STATE } from "./advice";
import { type Ended, EngineProcess, roomEnvironment } from "./engineProcess";
import { type KillPoint, type Phase, PHASES, type UsualChange } from "./killPoints";
import { wrongAtTheEnd, wrongIn } from "./remains";

/** How a killed phase went on. */
export interface Outcome {
  readonly point: KillPoint;

  /** Whether the command was killed: it may have ended before. */
  readonly killed: boolean;

  /** What was done because it was printed, beside the same command again. */
  readonly advice: readonly string[];

  /** What did not end well; none where it did. */
  readonly wrong: readonly string[];

  /** What drove the room. */
  readonly by: RoomLife["by"];
}

/** How often a command is run again after what it told to do. */
const MOST_ROUNDS = 6;

/** Subcommands that go on where they were killed. */
const AGAIN: readonly string[] = ["open", "evidence", "close"];

/** How long is waited for the moment to kill in, in milliseconds. */
const MOST_WAIT = 120_000;

/** A command that is begun, and begun again. */
export interface Begun {
  /** How it is called in what is told of it. */
  readonly name: string;
  readonly start: () => EngineProcess;
}

/** What a life is lived on. */
export interface LifeStage {
  readonly stage: Stage;
  readonly ticket: string;

  /** Name of the room's stack. */
  readonly stack: string;

  /** Environment of its commands. */
  readonly environment: NodeJS.ProcessEnv;
  readonly aws: Listening;

  /** What runs the program of commands that nobody kills. */
  readonly host: ResidentHost;
}

/**
 * A stage of its own for one life.
 *
 * @param foundation A stage with the audit stack; it stays as it is.
 * @param language Folder of the executable by which the engine runs the program.
 */
export async function lifeStage(
  foundation: Stage,
  ticket: string,
  language: string,
): Promise<LifeStage> {
  const stage = foundation.copy();
  stage.keepProvider();
  const aws = await endpointsOf(stage, INCIDENT_DEPLOYER);
  const environment = roomEnvironment(stage, aws, language);
  const host = await ResidentHost.start(language, stage.project, environment);
  return { stage, ticket, stack: ticket.toLowerCase(), environment, aws, host };
}

/** One room from its opening to its end, by commands in processes of their own, on its own stage. */
export abstract class RoomLife {
  /** What drives it. */
  public abstract readonly by: "pulumi" | "command";

  /** The instances that it had. */
  protected readonly workstations = new Set<string>();
  protected killed = false;

  /** Whether what a phase began is for the next one to end. */
  protected unfinished = false;

  /** Whether what a kill of the phase before left is for this one to heal. */
  private isHealing = false;
  private readonly outcomes: Outcome[] = [];
  private point: KillPoint | undefined;
  private advice: string[] = [];

  /** What was printed and is done since the last kill. */
  private readonly followed = new Set<string>();

  public constructor(protected readonly on: LifeStage) {}

  /** What a phase does. @returns why it cannot go on */
  protected abstract commandsOf(phase: Phase): Promise<string | undefined>;

  /** Has `npx clean-room mend` say what to do. @returns what it said */
  protected abstract mend(options: readonly string[]): Promise<string>;

  /** Lives it undisturbed. @returns what it changes. */
  public async usually(): Promise<UsualChange[]> {
    const usual: UsualChange[] = [];
    for (const phase of PHASES) {
      await this.on.stage.outside.noteChanges();
      const wrong = await this.play(phase);
      if (wrong.length > 0) {
        throw new Error(`${phase} does not even end well undisturbed: ${wrong.join("\n")}`);
      }
      const { noted = [] } = this.on.stage.account.read().state.faults;
      usual.push(...noted.map(({ act, type }) => ({ phase, act, type })));
    }
    return usual;
  }

  /** Lives it with these kills, one for a phase at most, up to the first that does not end well. */
  public async live(points: readonly KillPoint[]): Promise<readonly Outcome[]> {
    for (const phase of PHASES) {
      this.point = points.find((each) => each.phase === phase);
      const { point } = this;
      this.isHealing = this.unfinished && this.killed;
      this.killed = false;
      this.advice = [];
      this.followed.clear();
      await this.on.stage.outside.noteChanges();
      // As long as a phase and what heals it take, no index of tags is told of what it makes.
      await this.on.stage.outside.holdTagIndex();
      const wrong = await this.play(phase);
      await this.on.stage.outside.have({ tagIndex: undefined });
      await this.on.stage.outside.endFaults();
      if (point !== undefined) {
        this.outcomes.push({ point, killed: this.killed, advice: this.advice, wrong, by: this.by });
      }
      if (wrong.length > 0) {
        break;
      }
    }
    return this.outcomes;
  }

  /** Removes everything that was made for it on this machine. */
  public end(): void {
    this.on.host.end();
    this.on.aws.end();
    this.on.stage.clear();
  }

  /** @returns what is wrong after it. */
  private async play(phase: Phase): Promise<readonly string[]> {
    const failed = await this.commandsOf(phase);
    if (failed !== undefined) {
      return [failed];
    }
    if (this.unfinished) {
      return [];
    }
    const entries = this.entries();
    entries
      .filter(({ type }) => type === "aws:ec2/instance:Instance")
      .forEach(({ id }) => this.workstations.add(id));
    const wrong = wrongIn(entries, this.known());
    return phase === "destroy"
      ? [...new Set([...wrong, ...wrongAtTheEnd(entries, [...this.workstations], 2)])]
      : wrong;
  }

  /** The workstation has read its disks. */
  private async hashDisks(): Promise<void> {
    const bucket = String(this.foundationOutputs()["vaultBucket"]);
    const [machine = "i-unknown"] = this.workstations;
    for (const { type, id, tags } of this.entries()) {
      if (type === "aws:ebs/volume:Volume" && "source-snapshot" in tags) {
        const name = `cases/${this.on.ticket}/intake/${machine}/${id}.json`;
        await this.on.stage.outside.putObject(bucket, name);
      }
    }
  }

  /** Whether a kill of this phase is still to come. */
  protected get isDue(): boolean {
    return this.point !== undefined && !this.killed;
  }

  /** The members have handed over a disk each. @returns handover's entries */
  protected async handOver(
    accounts: readonly (readonly [account: string, device: string])[],
  ): Promise<{ snapshot: string; account: string; device: string }[]> {
    const key = String(this.foundationOutputs()["transferKeyArn"]);
    const entries = [];
    for (const [account, device] of accounts) {
      const snapshot = await this.on.stage.outside.shareSnapshot(account, 8, key);
      entries.push({ snapshot, account, device });
    }
    return entries;
  }

  /** The copies are locked, and the workstation has read its disks. */
  protected async lockAndHash(): Promise<void> {
    for (const { type, id } of this.entries()) {
      if (type === "aws:ebs/snapshotCopy:SnapshotCopy") {
        await this.on.stage.outside.lockCopy(id, "2036-11-21T00:00:00Z");
      }
    }
    await this.hashDisks();
  }

  /** Runs a command; killed, again, after what is printed until it ends well. @returns why it does not. */
  protected async run(command: Begun): Promise<string | undefined> {
    let ended = await this.runOrKill(command);
    for (let round = 1; !ended.succeeded; round += 1) {
      // Undisturbed, nothing has to be healed.
      if (!(this.killed || this.isHealing) || round > MOST_ROUNDS) {
        return `${command.name}: ${lastWords(ended.output)}`;
      }
      const done = this.followed.size;
      for (const advice of ended.output === "" ? [] : adviceIn(ended.output)) {
        await this.follow(advice);
      }
      if (ended.output !== "" && this.followed.size === done) {
        return `${command.name}, and no advice: ${lastWords(ended.output)}`;
      }
      ended = await this.runOrKill(command);
    }
    return undefined;
  }

  /** Does what was printed, once for one kill. */
  private async follow(advice: Advice): Promise<void> {
    const text = advice.join(" ");
    if (this.followed.has(text)) {
      return;
    }
    const [program, what, ...rest] = advice;
    const { stage, stack: name } = this.on;
    const stack = ["--stack", name];
    if (advice === DELETE_TORN_FILE) {
      rmSync(`${stateFile(stage, name)}.attrs`, { force: true });
    } else if (advice === RESTORE_STATE) {
      const file = stateFile(stage, name);
      copyFileSync(`${file}.bak`, file);
    } else if (program === "npx" && rest[0] === "mend") {
      const said = await this.mend(rest.includes("--yes") ? ["--yes"] : []);
      for (const each of adviceIn(said)) {
        if (each.join(" ") !== `npx clean-room mend --stack ${name}`) {
          await this.follow(each);
        }
      }
    } else if (program === "npx" && AGAIN.includes(rest[0] ?? "")) {
      // It is run again anyhow.
    } else if (program === "pulumi" && what !== undefined) {
      if (what === "state" || what === "config") {
        const named = rest.includes("--stack") || rest.includes("-s") ? [] : stack;
        const yes = what === "state" ? ["--yes"] : [];
        await this.pulumi([what, ...rest, ...named, ...yes], []).ended;
      } else if (what === "refresh") {
        await this.pulumi([what, "--yes", "--skip-preview"]).ended;
      } else if (what === "cancel" || what === "destroy") {
        await this.pulumi([what, "--yes"]).ended;
      } else {
        // The command that was killed is run again anyhow.
        return;
      }
    } else {
      return;
    }
    this.followed.add(text);
    this.advice.push(text);
  }

  /** Runs a command, which is killed where a kill is due. */
  protected async runOrKill({ start }: Begun): Promise<Ended> {
    const { point } = this;
    if (point === undefined || this.killed) {
      return start().ended;
    }
    if (point.when === "window") {
      const { act, type, number } = point;
      const fault = { effect: "held", act, type, stack: this.on.stack, number } as const;
      // A second command of the phase goes on counting.
      if (this.faults().planned.length === 0) {
        await this.on.stage.outside.plan(fault);
      }
    }
    const command = start();
    if (await this.moment(point, command)) {
      command.kill();
      this.killed = true;
      this.followed.clear();
      await command.ended;
      this.on.stage.account.removeLock();
      await this.on.stage.outside.endFaults();
      return { succeeded: false, output: "" };
    }
    return command.ended;
  }

  /** Waits for the moment to kill in. @returns false where the command ends before. */
  private async moment(point: KillPoint, command: EngineProcess): Promise<boolean> {
    let ended = false;
    void command.ended.then(() => (ended = true));
    const deadline = Date.now() + MOST_WAIT;
    while (Date.now() < deadline && !ended) {
      const { struck, noted = [] } = this.faults();
      if (point.when === "window" && struck.some(({ effect }) => effect === "held")) {
        return true;
      }
      if (point.when === "time" && noted.length >= point.changes) {
        await pause(point.milliseconds);
        return !ended;
      }
      await pause(10);
    }
    return false;
  }

  /** Environment of the next command: one that is to be killed is served by nobody who lives on. */
  protected get environment(): NodeJS.ProcessEnv {
    const { environment, host, stage } = this.on;
    return this.isDue
      ? environment
      : { ...stage.environmentOf(INCIDENT_DEPLOYER), ...environment, ...host.environment };
  }

  /** A command of the CLI. */
  protected pulumi(args: readonly string[], stack = ["--stack", this.on.stack]): EngineProcess {
    const { project, pulumi } = this.on.stage;
    const plainly = ["--non-interactive", "--color", "never"];
    return new EngineProcess(pulumi.command, [...args, ...stack, ...plainly], {
      cwd: project,
      env: this.environment,
    });
  }

  private faults() {
    return this.on.stage.account.read().state.faults;
  }

  /** What AWS has for the room. */
  protected entries(): Entry[] {
    return this.on.stage.account
      .read()
      .state.entries.filter(
        ({ urn, tags, id }) =>
          urn?.startsWith(`urn:pulumi:${this.on.stack}::`) === true ||
          tags["incident-response"] === `quarantine:${this.on.ticket}` ||
          id.includes(`/${this.on.ticket}/`),
      );
  }

  /** What the engine knows of. */
  private known() {
    return resourcesIn(this.on.stage, this.on.stack);
  }

  protected foundationOutputs(): Readonly<Record<string, unknown>> {
    return outputsIn(this.on.stage, "audit");
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** What went wrong, of what a command printed. */
function lastWords(output: string): string {
  const lines = output.split("\n").map((line) => line.trim());
  const errors = lines.filter((line) => /error:|Exception|Duplicate|Exists|protected/.test(line));
  return [...new Set(errors.length > 0 ? errors : lines.slice(-5))].slice(0, 4).join(" | ");
}
