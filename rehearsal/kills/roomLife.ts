import { copyFileSync, rmSync } from "node:fs";

import { AUDIT_ACCOUNT, MEMBER_ACCOUNT, OTHER_MEMBER_ACCOUNT, REGION } from "../accounts";
import type { Entry } from "../account/account";
import { endpointsOf } from "../account/accountEndpoints";
import type { Listening } from "../account/answerThisProcess";
import { callerAnswers } from "../account/callerIdentity";
import { INCIDENT_DEPLOYER, roomFile } from "../cast";
import type { RehearsedStack } from "../rehearsedStack";
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
}

/** How often a command is run again after what it told to do. */
const MOST_ROUNDS = 6;

/** How long is waited for the moment to kill in, in milliseconds. */
const MOST_WAIT = 120_000;

/** One room from its opening to its end, by commands of the CLI in processes of their own, on its own stage. */
export class RoomLife {
  private static lastMend: Promise<void> = Promise.resolve();

  private readonly outcomes: Outcome[] = [];
  private readonly workstations = new Set<string>();
  private point: KillPoint | undefined;
  private killed = false;
  private advice: string[] = [];

  private constructor(
    private readonly stage: Stage,
    private readonly ticket: string,
    private readonly stack: RehearsedStack,
    private readonly aws: Listening,
    private readonly language: string,
  ) {}

  /**
   * A room that is not open yet.
   *
   * @param foundation A stage with the audit stack; it stays as it is.
   * @param language Folder of the executable by which the engine runs the program.
   */
  public static async prepare(
    foundation: Stage,
    ticket: string,
    language: string,
  ): Promise<RoomLife> {
    const stage = foundation.copy();
    const file = roomFile(ticket, `${REGION}a-1`);
    const stack = await stage.stack(ticket.toLowerCase(), file);
    const caller = callerAnswers(AUDIT_ACCOUNT, INCIDENT_DEPLOYER);
    const aws = await endpointsOf(stage, caller);
    return new RoomLife(stage, ticket, stack, aws, language);
  }

  /** Lives it undisturbed. @returns what it changes. */
  public async usually(): Promise<UsualChange[]> {
    const usual: UsualChange[] = [];
    for (const phase of PHASES) {
      await this.stage.outside.noteChanges();
      const wrong = await this.play(phase);
      if (wrong.length > 0) {
        throw new Error(`${phase} does not even end well undisturbed: ${wrong.join("\n")}`);
      }
      const { noted = [] } = this.stage.account.read().state.faults;
      usual.push(...noted.map(({ act, type }) => ({ phase, act, type })));
    }
    return usual;
  }

  /** Lives it with these kills, one for a phase at most, up to the first that does not end well. */
  public async live(points: readonly KillPoint[]): Promise<readonly Outcome[]> {
    for (const phase of PHASES) {
      this.point = points.find((each) => each.phase === phase);
      const { point } = this;
      this.killed = false;
      this.advice = [];
      await this.stage.outside.noteChanges();
      // As long as a phase and what heals it take, no index of tags is told of what it makes.
      await this.stage.outside.holdTagIndex();
      const wrong = await this.play(phase);
      await this.stage.outside.updateTagIndex();
      await this.stage.outside.endFaults();
      if (point !== undefined) {
        this.outcomes.push({ point, killed: this.killed, advice: this.advice, wrong });
      }
      if (wrong.length > 0) {
        break;
      }
    }
    return this.outcomes;
  }

  /** Removes everything that was made for it on this machine. */
  public end(): void {
    this.aws.end();
    this.stage.clear();
  }

  /** @returns what is wrong after it. */
  private async play(phase: Phase): Promise<readonly string[]> {
    const failed = await this.commandsOf(phase);
    if (failed !== undefined) {
      return [failed];
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

  /** @returns why it cannot go on. */
  private async commandsOf(phase: Phase): Promise<string | undefined> {
    const { stack, stage } = this;
    switch (phase) {
      case "open":
        return this.run("up", "--yes", "--skip-preview");
      case "evidence": {
        const outputs = this.foundationOutputs();
        const key = String(outputs["transferKeyArn"]);
        const evidence = [];
        for (const [account, device] of [
          [MEMBER_ACCOUNT, "/dev/sdf"],
          [OTHER_MEMBER_ACCOUNT, "/dev/sdg"],
        ] as const) {
          const snapshot = await stage.outside.shareSnapshot(account, 8, key);
          evidence.push({ snapshot, account, device });
        }
        stack.configure({ "clean-room:evidence": evidence });
        return this.run("up", "--yes", "--skip-preview");
      }
      case "tools":
        stack.configure({ "clean-room:tools": ["encase", "lime", "velociraptor", "ssh"] });
        return this.run("up", "--yes", "--skip-preview");
      case "closing":
        for (const { type, id } of this.entries()) {
          if (type === "aws:ebs/snapshotCopy:SnapshotCopy") {
            await stage.outside.lockCopy(id, "2036-11-21T00:00:00Z");
          }
        }
        await this.hashDisks();
        stack.configure({ "clean-room:closing": true });
        // The record first; the same command again lifts the protection.
        for (const _ of [1, 2]) {
          const failed = await this.run("up", "--yes", "--skip-preview");
          if (failed !== undefined) {
            return failed;
          }
        }
        return undefined;
      case "destroy":
        return (await this.run("destroy", "--yes")) ?? (await this.recordDestruction());
    }
  }

  /** The workstation has read its disks. */
  private async hashDisks(): Promise<void> {
    const bucket = String(this.foundationOutputs()["vaultBucket"]);
    const [machine = "i-unknown"] = this.workstations;
    for (const { type, id, tags } of this.entries()) {
      if (type === "aws:ebs/volume:Volume" && "source-snapshot" in tags) {
        const name = `cases/${this.ticket}/intake/${machine}/${id}.json`;
        await this.stage.outside.putObject(bucket, name);
      }
    }
  }

  private async recordDestruction(): Promise<string | undefined> {
    try {
      const { said, code } = await this.stack.destruction();
      return code === 0
        ? undefined
        : `npx clean-room destruction ended with ${code}: ${said.join("\n")}`;
    } catch (error) {
      return `npx clean-room destruction: ${error instanceof Error ? error.message : String(error)}`;
    }
  }

  /** Runs a command; killed, again, after what is printed until it ends well. @returns why it does not. */
  private async run(...args: string[]): Promise<string | undefined> {
    let ended = await this.runOrKill(args);
    for (let round = 1; !ended.succeeded; round += 1) {
      // Undisturbed, nothing has to be healed.
      if (!this.killed || round > MOST_ROUNDS) {
        return `pulumi ${args[0]}: ${lastWords(ended.output)}`;
      }
      const done = this.advice.length;
      for (const advice of ended.output === "" ? [] : adviceIn(ended.output)) {
        await this.follow(advice);
      }
      if (ended.output !== "" && this.advice.length === done) {
        return `pulumi ${args[0]}, and no advice: ${lastWords(ended.output)}`;
      }
      ended = await this.start(args).ended;
    }
    return undefined;
  }

  /** Does what was printed, once for one kill. */
  private async follow(advice: Advice): Promise<void> {
    const text = advice.join(" ");
    if (this.advice.includes(text)) {
      return;
    }
    const [program, what, ...rest] = advice;
    const stack = ["--stack", this.stack.name];
    if (advice === DELETE_TORN_FILE) {
      rmSync(`${stateFile(this.stage, this.stack.name)}.attrs`, { force: true });
    } else if (advice === RESTORE_STATE) {
      const file = stateFile(this.stage, this.stack.name);
      copyFileSync(`${file}.bak`, file);
    } else if (program === "npx" && rest[0] === "mend") {
      await this.mend(rest.includes("--yes") ? ["--yes"] : []);
    } else if (program === "pulumi" && what !== undefined) {
      if (what === "state" || what === "config") {
        const named = rest.includes("--stack") || rest.includes("-s") ? [] : stack;
        const yes = what === "state" ? ["--yes"] : [];
        await this.start([what, ...rest, ...named, ...yes], []).ended;
      } else if (what === "refresh") {
        await this.start([what, "--yes", "--skip-preview"]).ended;
      } else if (what === "cancel" || what === "destroy") {
        await this.start([what, "--yes"]).ended;
      } else {
        // The command that was killed is run again anyhow.
        return;
      }
    } else {
      return;
    }
    this.advice.push(text);
  }

  /** Asks what to do, and does what that prints; one life at a time, as it works in this process. */
  private async mend(options: readonly string[]): Promise<void> {
    const mended = RoomLife.lastMend.then(async () => {
      Object.assign(process.env, this.aws.environment);
      return this.stack.mend(...options).then(
        ({ said }) => said.join("\n"),
        (error: Error) => error.message,
      );
    });
    RoomLife.lastMend = mended.then(() => undefined);
    const said = await mended;
    for (const advice of adviceIn(said)) {
      if (advice.join(" ") !== `npx clean-room mend --stack ${this.stack.name}`) {
        await this.follow(advice);
      }
    }
  }

  private async runOrKill(args: string[]): Promise<Ended> {
    const { point } = this;
    if (point === undefined || this.killed) {
      return this.start(args).ended;
    }
    if (point.when === "window") {
      const { act, type, number } = point;
      const fault = { effect: "held", act, type, stack: this.stack.name, number } as const;
      // A second command of the phase goes on counting.
      if (this.faults().planned.length === 0) {
        await this.stage.outside.plan(fault);
      }
    }
    const command = this.start(args);
    if (await this.moment(point, command)) {
      command.kill();
      this.killed = true;
      await command.ended;
      this.stage.account.removeLock();
      await this.stage.outside.endFaults();
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

  private start(args: readonly string[], stack = ["--stack", this.stack.name]): EngineProcess {
    const { stage } = this;
    return new EngineProcess(stage.pulumi.command, [...args, ...stack], {
      cwd: stage.project,
      env: roomEnvironment(stage, this.aws, this.language),
    });
  }

  private faults() {
    return this.stage.account.read().state.faults;
  }

  /** What AWS has for the room. */
  private entries(): Entry[] {
    return this.stage.account
      .read()
      .state.entries.filter(
        ({ urn, tags, id }) =>
          urn?.startsWith(`urn:pulumi:${this.stack.name}::`) === true ||
          tags["incident-response"] === `quarantine:${this.ticket}` ||
          id.includes(`/${this.ticket}/`),
      );
  }

  /** What the engine knows of. */
  private known() {
    return resourcesIn(this.stage, this.stack.name);
  }

  private foundationOutputs(): Readonly<Record<string, unknown>> {
    return outputsIn(this.stage, "audit");
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
