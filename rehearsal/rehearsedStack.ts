import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { LocalWorkspace, type PulumiFn, type Stack } from "@pulumi/pulumi/automation";
import { parse, stringify } from "yaml";

import { destructionCommand, roomOfStack } from "../cli/destruction/destruction";
import { mendCommand, type MendClients } from "../cli/mend/mend";
import { grantsCommand, grantsOfStack } from "../cli/grants/grants";
import type { StruckChange } from "./account/faultInjection";
import { criticalPath, pathText, type Placed } from "./criticalPath";
import { type Change, type Deployment, DeploymentRecorder } from "./deployment";
import { runCommand } from "./runCommand";
import { outputsIn, resourcesIn } from "./stackState";
import type { World } from "./world";
import { logicalName } from "../stacks/stateResources";

/** The content of a `Pulumi.<stack>.yaml`. */
export interface StackFile {
  readonly config: Readonly<Record<string, unknown>>;
}

/** How one run of the engine differs from the usual. */
export interface RunOptions {
  /** Settings that differ, by full key, for this run only. */
  readonly settings?: Readonly<Record<string, unknown>>;

  /** Whether the policy pack has its say. @default false */
  readonly policies?: boolean;

  /** Name of the role that deploys. @default the one that is to deploy this kind of stack */
  readonly as?: string;

  /** A program to run instead. */
  readonly program?: PulumiFn;
}

/**
 * One stack of a world. Nothing here throws because a deployment failed: read the answer. A command that AWS refuses
 * as planned, or that is killed as planned, is run again, and the answer is that of both.
 */
export class RehearsedStack {
  private constructor(
    private readonly stack: Stack,
    private readonly file: string,
    private readonly world: World,
    private readonly policyConfig: string | undefined,
    private role: string,
    /** The account that it is in, also once its file is gone. */
    private readonly accountId: string,
  ) {}

  static async create(
    name: string,
    file: StackFile,
    world: World,
    policyConfig?: string,
  ): Promise<RehearsedStack> {
    const { pulumi: pulumiCommand, program, project: workDir } = world;
    const path = join(workDir, `Pulumi.${name}.yaml`);
    writeFileSync(path, written(file));
    const role = deployerOf(file);
    const options = { envVars: { ...world.environmentOf(role) }, pulumiCommand };
    const stack = await (program === undefined
      ? LocalWorkspace.createStack({ stackName: name, workDir }, options)
      : LocalWorkspace.createStack(
          { stackName: name, projectName: "clean-room", program },
          { ...options, workDir },
        ));
    const accountId = String(file.config["clean-room:accountId"]);
    // After each deployment the Automation API starts the CLI three times to ask for what nobody reads here.
    stack.outputs = () => Promise.resolve({});
    stack.info = () => Promise.resolve(undefined);
    return new RehearsedStack(stack, path, world, policyConfig, role, accountId);
  }

  /** From now on a role of the Audit account works on this stack. @param role its name */
  workAs(role: string): void {
    this.role = role;
    this.stack.workspace.envVars = { ...this.world.environmentOf(role) };
  }

  /** Runs the CLI on this stack, as whoever works on it. */
  async cli(...args: readonly string[]): ReturnType<World["run"]> {
    const struck = this.struck().length;
    const environment = this.world.environmentOf(this.role);
    const run = () => this.world.run([...args, "--stack", this.name], environment);
    const first = await run();
    if (first.succeeded || !(await this.goOnAfter(struck))) {
      return first;
    }
    return run();
  }

  get name(): string {
    return this.stack.name;
  }

  /** Changes settings, by full key, for all later runs. */
  configure(settings: Readonly<Record<string, unknown>>): void {
    // The rest of the file is the engine's own, such as the salt of its encryption.
    const file = parse(readFileSync(this.file, "utf8")) as StackFile;
    writeFileSync(this.file, written({ ...file, config: { ...file.config, ...settings } }));
  }

  /** One setting, by full key. */
  setting(key: string): unknown {
    return (parse(readFileSync(this.file, "utf8")) as StackFile).config[key];
  }

  /** `pulumi preview` */
  preview(options: RunOptions = {}): Promise<Deployment> {
    return this.run(options, (onEvent) =>
      this.stack.preview({ onEvent, ...this.withPolicies(options), ...withProgram(options) }),
    );
  }

  /**
   * `pulumi up`. On the emulator what is read back of a bucket is not what AWS has: policies have their say before
   * anything of the stack is made.
   */
  async up(options: RunOptions = {}): Promise<Deployment> {
    if (options.policies === true && this.world.name === "emulator") {
      const isMade = resourcesIn(this.world, this.name).length > 0;
      const preview = await this.preview({ ...options, policies: !isMade });
      return preview.succeeded ? this.up({ ...options, policies: false }) : preview;
    }
    return this.run(options, (onEvent) =>
      this.stack.up({ onEvent, ...this.withPolicies(options), ...withProgram(options) }),
    );
  }

  /** `pulumi destroy --skip-preview` */
  destroyWithoutPreview(): Promise<Deployment> {
    return this.run({}, (onEvent) => this.stack.destroy({ onEvent }));
  }

  /** What a deployment's time went into, in a line. */
  async pathOf({ spans }: Deployment): Promise<string> {
    const state = await this.stack.exportStack();
    const { resources = [] } = state.deployment as { resources?: Placed[] };
    return pathText(criticalPath(spans, resources));
  }

  /** The stack's outputs, none of which is secret. */
  outputs(): Promise<Readonly<Record<string, unknown>>> {
    return Promise.resolve(outputsIn(this.world, this.name));
  }

  /** `npx clean-room grants`: what it says, and what it ends with. */
  grants(command: "list" | "revoke"): ReturnType<typeof runCommand> {
    return runCommand(
      (output) =>
        grantsCommand(
          (stack) => grantsOfStack(stack, this.stack.workspace, this.clients()),
          output,
          () => Promise.resolve(),
        ),
      ...[command, "--stack", this.name],
    );
  }

  /** `npx clean-room destruction`: what it says, and what it ends with. */
  destruction(): ReturnType<typeof runCommand> {
    return runCommand(
      (output) =>
        destructionCommand(
          (stack) => roomOfStack(stack, this.stack.workspace, this.clients()),
          output,
        ),
      ...["--stack", this.name],
    );
  }

  /** `npx clean-room mend`: what it says, and what it ends with. */
  mend(...args: readonly string[]): ReturnType<typeof runCommand> {
    return runCommand(
      (output) => mendCommand(() => Promise.resolve(this.stack.workspace), this.clients(), output),
      ...["--stack", this.name, ...args],
    );
  }

  /** AWS's services, as whoever works on this stack asks them. */
  private clients(): MendClients {
    return this.world.clientsOf(this.role, this.accountId);
  }

  /** Changes one recorded output, as a later version of the stack would; runs `work`; restores it. */
  async withOutput<T>(name: string, value: unknown, work: () => Promise<T>): Promise<T> {
    const state = await this.stack.exportStack();
    const changed = structuredClone(state);
    const { resources } = changed.deployment as {
      resources: { type: string; outputs: Record<string, unknown> }[];
    };
    const root = resources.find(({ type }) => type === "pulumi:pulumi:Stack");
    if (root?.outputs[name] === undefined) {
      throw new Error(`the stack ${this.name} has no output ${name}`);
    }
    root.outputs[name] = value;
    await this.stack.importStack(changed);
    try {
      return await work();
    } finally {
      await this.stack.importStack(state);
    }
  }

  private withPolicies({ policies = false }: RunOptions) {
    if (!policies) {
      return {};
    }
    const { policyConfig } = this;
    return {
      policyPacks: [this.world.policyPack],
      ...(policyConfig === undefined ? {} : { policyPackConfigs: [policyConfig] }),
    };
  }

  private async run(
    { settings = {}, as }: RunOptions,
    work: (onEvent: DeploymentRecorder["take"]) => Promise<unknown>,
  ): Promise<Deployment> {
    const usual = readFileSync(this.file, "utf8");
    this.configure(settings);
    const { envVars } = this.stack.workspace;
    const struck = this.struck().length;
    this.stack.workspace.envVars = { ...this.world.environmentOf(as ?? this.role) };
    try {
      const first = await attempt(work);
      if (first.succeeded || !(await this.goOnAfter(struck))) {
        return first;
      }
      return together(first, this.struck().slice(struck), await attempt(work));
    } finally {
      this.stack.workspace.envVars = envVars;
      writeFileSync(this.file, usual);
    }
  }

  /** The planned faults after which a command is run again. */
  private struck(): StruckChange[] {
    return this.world.struck().filter(({ effect }) => effect === "refused" || effect === "killed");
  }

  /**
   * Makes the stack ready for the same command once more.
   *
   * The Automation API hears of an unhandled error in every program that runs in its process, so the fault of
   * one stack may be reported of the others as well.
   *
   * @param before How many faults had struck before it.
   * @returns whether a fault has struck since, of whatever stack.
   */
  private async goOnAfter(before: number): Promise<boolean> {
    const struck = this.struck().slice(before);
    const ofThis = struck.filter(({ urn }) => urn.startsWith(`urn:pulumi:${this.name}::`));
    if (ofThis.some(({ effect }) => effect === "killed")) {
      await this.stack.cancel();
    }
    return struck.length > 0;
  }
}

/** One run of the engine. */
async function attempt(
  work: (onEvent: DeploymentRecorder["take"]) => Promise<unknown>,
): Promise<Deployment> {
  const recorder = new DeploymentRecorder();
  try {
    await work(recorder.take);
    return recorder.end(true);
  } catch (error) {
    const deployment = recorder.end(false);
    return deployment.problems.length > 0
      ? deployment
      : { ...deployment, problems: [lastWords(error)] };
  }
}

/** Two runs as if they were one; of what the first was killed in, the engine knows by the second. */
function together(
  first: Deployment,
  struck: readonly StruckChange[],
  second: Deployment,
): Deployment {
  const untold = struck
    .filter(({ effect }) => effect === "killed")
    .map(({ act, type, urn }) => ({ op: act, type, name: logicalName(urn) }));
  const isUntold = (change: Change) =>
    untold.some(({ type, name }) => type === change.type && name === change.name);
  const changes = [
    ...first.changes,
    ...untold,
    ...second.changes.filter((each) => !isUntold(each)),
  ];
  return { ...second, changes };
}

/** The CLI reads YAML 1.1, where a time is a string in quotes only. */
function written(file: StackFile): string {
  return stringify(file, { version: "1.1" });
}

/** Name of the role that deploys a stack of this kind, unless it assumes another one. */
function deployerOf({ config }: StackFile): string {
  return config["clean-room:kind"] === "incident" ? "incident-deployer" : "foundation-deployer";
}

/** What the CLI said where the engine did not even start. */
function lastWords(error: unknown): string {
  const words = error instanceof Error ? error.message : String(error);
  return words.split("\n").find((line) => line.startsWith("error:")) ?? words;
}

function withProgram({ program }: RunOptions) {
  return program === undefined ? {} : { program };
}
