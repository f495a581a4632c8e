import { mkdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

import {
  LocalWorkspace,
  type PulumiCommand,
  type PulumiFn,
  Stack,
  type StackSummary,
} from "@pulumi/pulumi/automation";

import { DetachedPulumi } from "../detachedPulumi";
import { listedStacks } from "../listedStacks";
import type { Output } from "../output";
import { reasonOf } from "../reasonOf";
import { type DeploymentOutcome, OutcomeRecorder } from "./deploymentOutcome";
import { Interruption } from "./interruption";
import { requireDefaultOrganisation } from "./organisation";
import { Progress } from "./progress";
import { anotherRun } from "./stackLock";

/** Where rooms are deployed from. */
export interface RoomStacksOptions {
  /** Folder of the Pulumi project, with its stacks' files. */
  readonly folder: string;
  readonly pulumi: PulumiCommand;

  /** Folder of the policy pack. @default none */
  readonly policyPack?: string;

  /** File that configures it. */
  readonly policyPackConfig?: string;

  /** Folder for a log per stack; made if it is not there. */
  readonly logs: string;

  /** More environment variables of the CLI. */
  readonly environment?: Readonly<Record<string, string>>;

  /** A program that runs in this process. @default the project's */
  readonly program?: PulumiFn;
}

/** What the engine is asked to do. `remains` is what a destroy would leave: it looks and destroys nothing. */
export type EngineAct = "preview" | "up" | "preview of destroy" | "destroy";

/** How a run of the engine is told of. */
export interface RunOptions {
  /** How many resources are expected to change. */
  readonly total?: number;

  /** What else is waited for. */
  readonly aside?: () => Promise<readonly string[]>;

  /** What the backend's history says of it. */
  readonly message?: string;

  /** A file that is read in place of the stack's own. */
  readonly configFile?: string;

  /** Whether the engine asks AWS first how each thing is, and goes on from that. */
  readonly refresh?: true;
}

/** What came of it, and how long it took. */
export interface Ran extends DeploymentOutcome {
  readonly milliseconds: number;

  /** Whether somebody asked this process to end meanwhile. */
  readonly interrupted: boolean;
}

/**
 * The stacks of the project, as the commands about rooms drive them: the same that `pulumi` drives, in the same backend,
 * with the same files. A run of the engine is a process of the CLI that Ctrl-C does not reach by itself.
 */
export class RoomStacks {
  public constructor(private readonly options: RoomStacksOptions) {
    mkdirSync(options.logs, { recursive: true });
  }

  /** Folder of the project. */
  public get folder(): string {
    return this.options.folder;
  }

  /** Version of the CLI; undefined where it does not say. */
  public get version(): string | undefined {
    return this.options.pulumi.version?.toString();
  }

  /** Path of a stack's file. */
  public file(stack: string): string {
    return join(this.options.folder, `Pulumi.${stack.split("/").at(-1)}.yaml`);
  }

  /** Path of the file with everything that the engine printed of a stack. */
  public log(stack: string): string {
    return join(this.options.logs, `${stack.split("/").at(-1)}.log`);
  }

  /** A workspace to ask. @param secretsProvider Of stacks that are made by it. @default the backend's own */
  public workspace(secretsProvider?: string): Promise<LocalWorkspace> {
    return this.open("stacks", "ask", secretsProvider);
  }

  /**
   * Every stack that the backend has of the project.
   *
   * @throws Refusal where all are of an organisation that is not the default one
   */
  public async list(): Promise<readonly StackSummary[]> {
    const stacks = await listedStacks(await this.workspace());
    requireDefaultOrganisation(stacks);
    return stacks;
  }

  /** Has the engine do something, and tells how it comes on. @throws Refusal where another run is at work */
  public async run(
    act: EngineAct,
    stack: string,
    output: Output,
    { total, aside, message, configFile, refresh }: RunOptions = {},
  ): Promise<Ran> {
    const log = this.log(stack);
    const before = sizeOf(log);
    const recorder = new OutcomeRecorder();
    const progress = new Progress(output, act, total, aside);
    const interruption = new Interruption(output.say);
    const opened = await Stack.select(stack, await this.open(stack, "deploy"));
    const common = {
      onEvent: (event: Parameters<OutcomeRecorder["take"]>[0]) => {
        recorder.take(event);
        progress.take(event);
      },
      signal: interruption.signal,
      ...(message === undefined ? {} : { message }),
      ...(configFile === undefined ? {} : { configFile }),
      ...(refresh === undefined ? {} : { refresh }),
    };
    progress.start();
    let lastWords: string | undefined;
    try {
      await interruption.during(async () => {
        switch (act) {
          case "preview":
            return opened.preview({ ...common, ...this.policies() });
          case "up":
            return opened.up({ ...common, ...this.policies() });
          case "preview of destroy":
            return opened.previewDestroy(common);
          case "destroy":
            return opened.destroy(common);
        }
      });
    } catch (error) {
      lastWords = reasonOf(error);
    }
    const milliseconds = progress.end();
    const outcome = recorder.outcome(lastWords);
    if (lastWords !== undefined) {
      // What the engine tells, it tells this run alone; the log's last words may be another run's.
      const printed = `${lastWords}\n${textFrom(log, before)}`;
      const other = anotherRun(stack, outcome.reasons.join("\n"), printed);
      if (other !== undefined) {
        throw other;
      }
    }
    return { ...outcome, milliseconds, interrupted: interruption.came };
  }

  private policies() {
    const { policyPack, policyPackConfig } = this.options;
    return policyPack === undefined
      ? {}
      : {
          policyPacks: [policyPack],
          ...(policyPackConfig === undefined ? {} : { policyPackConfigs: [policyPackConfig] }),
        };
  }

  private open(
    stack: string,
    purpose: "deploy" | "ask",
    secretsProvider?: string,
  ): Promise<LocalWorkspace> {
    const { folder, pulumi, environment = {}, program } = this.options;
    return LocalWorkspace.create({
      workDir: folder,
      pulumiCommand: new DetachedPulumi(pulumi, this.log(stack), purpose),
      envVars: { ...environment, PULUMI_SKIP_UPDATE_CHECK: "true" },
      ...(program === undefined ? {} : { program }),
      ...(secretsProvider === undefined ? {} : { secretsProvider }),
    });
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

function textFrom(file: string, offset: number): string {
  return sizeOf(file) === 0 ? "" : readFileSync(file).subarray(offset).toString("utf8");
}
