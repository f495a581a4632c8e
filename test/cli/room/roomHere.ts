import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { stringify } from "yaml";

import { projectConfig } from "../../../cli/room/projectConfig";
import { RoomFile } from "../../../cli/room/roomFile";
import type { EngineAct, Ran, RunOptions } from "../../../cli/room/roomStacks";
import type { Surroundings } from "../../../cli/room/surroundings";
import { asText } from "../../../settings/parseSettings";
import { FOUNDATION_OUTPUTS, incidentConfig, STACK } from "../../support/examples";
import { VaultInMemory } from "../../support/vaultInMemory";

/** How a run of the engine ends where nothing is said of it. */
const DONE: Ran = {
  changes: new Map(),
  steps: [],
  reasons: [],
  warnings: [],
  milliseconds: 0,
  interrupted: false,
};

/**
 * The room of INC-2026-0042, whose file is here. The engine and AWS are stood in for: that they do so is shown by the
 * rehearsal and the emulator.
 */
export class RoomHere {
  /** What the engine was asked to do. */
  public readonly acts: EngineAct[] = [];
  public readonly vault = new VaultInMemory(FOUNDATION_OUTPUTS.vaultBucket);

  /** What the engine has of it. */
  public resources: object[] = [];

  /** `config:` of the project's file. */
  public project: Readonly<Record<string, unknown>> = {};

  /** How a run of the engine ends. */
  public engine: (act: EngineAct, options: RunOptions) => Partial<Ran> = () => ({});
  private readonly path: string;

  public constructor(config: Readonly<Record<string, unknown>> = incidentConfig()) {
    this.path = join(mkdtempSync(join(tmpdir(), "room-here-")), `Pulumi.${STACK}.yaml`);
    this.text = stringify({ config });
  }

  /** Its file. */
  public get text(): string {
    return readFileSync(this.path, "utf8");
  }

  public set text(text: string) {
    writeFileSync(this.path, text);
  }

  /** What commands find around them; nobody can be asked. */
  public get around(): Omit<Surroundings, "output"> {
    const empty = { send: () => Promise.resolve({}) };
    const sts = {
      send: () => Promise.resolve({ Arn: "arn:aws:sts::111122223333:assumed-role/deployer/me" }),
    };
    return {
      stacks: () => Promise.resolve(this.stacks),
      aws: () => ({ ...aws(empty), sts, s3: this.vault.client }) as never,
      person: () => undefined,
    };
  }

  private get stacks() {
    const settings = { name: "clean-room", runtime: "nodejs", config: this.project };
    const workspace = {
      projectSettings: () => Promise.resolve(settings),
      getAllConfig: (stack: string) =>
        Promise.resolve(
          stack === STACK
            ? valuesOf(
                asText({
                  ...projectConfig(settings as never),
                  ...RoomFile.read(this.path).config,
                }),
              )
            : {},
        ),
      stackOutputs: (stack: string) =>
        Promise.resolve(
          valuesOf(
            stack === STACK
              ? { instanceId: "i-0123456789abcdef0", next: "Next: …" }
              : FOUNDATION_OUTPUTS,
          ),
        ),
      exportStack: () => Promise.resolve({ version: 3, deployment: { resources: this.resources } }),
    };
    return {
      workspace: () => Promise.resolve(workspace),
      list: () => Promise.resolve([{ name: STACK, resourceCount: 1 }]),
      file: () => this.path,
      log: () => "the log",
      run: (act: EngineAct, _stack: string, _output: unknown, options: RunOptions = {}) => {
        this.acts.push(act);
        return Promise.resolve({ ...DONE, ...this.engine(act, options) });
      },
    } as never;
  }
}

function aws<Client>(client: Client) {
  return { ec2: client, iam: client, kms: client, ssm: client, tagging: client };
}

function valuesOf(values: Readonly<Record<string, unknown>>) {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, { value, secret: false }]),
  );
}
