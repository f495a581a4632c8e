import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";

import type { Cast } from "../cast";
import { expect } from "../expectations";
import { commandsOf, runBlock } from "../interruptedPage";
import type { RehearsedStack } from "../rehearsedStack";
import type { Observation, Step } from "../story";
import type { Stage } from "../stage";

/** What an interruption leaves in a state that is kept in files. */
export const INTERRUPTION: readonly Step[] = [
  {
    part: "incident",
    name: "find lock and state torn, and settle it as docs/interrupted.md says",
    expected: "each shown as the page has it, then as before",
    run: settleTornFiles,
  },
  {
    part: "incident",
    name: "find an operation pending, and settle it as docs/interrupted.md says",
    expected: "told by mend, cleared once it is settled",
    run: settlePending,
  },
];

/** A way in which files of the engine are left, and what then shows. */
interface Damage {
  /** Heading of the page, and which of its blocks settles it. */
  readonly heading: string;
  readonly block?: number;

  /** Does the damage. */
  readonly done: (files: StateFiles) => void | Promise<unknown>;

  /** What the next command of the engine shows, as the page quotes it. */
  readonly shown: RegExp;
}

const DAMAGES: readonly Damage[] = [
  {
    heading: "The stack is locked",
    done: ({ lock }) =>
      writeFileSync(
        lock,
        JSON.stringify({
          pid: 4242,
          username: "ir",
          hostname: "laptop",
          timestamp: "2026-11-21T03:00:00Z",
        }),
      ),
    shown: /the stack is currently locked by 1 lock\(s\).*created by ir@laptop \(pid 4242\)/s,
  },
  {
    heading: "The stack is locked",
    done: ({ lock }) => writeFileSync(lock, ""),
    shown: /unexpected end of JSON input/,
  },
  {
    heading: "Failed to load checkpoint: EOF",
    done: ({ state }) => writeFileSync(`${state}.attrs`, ""),
    shown: /failed to load checkpoint: EOF/,
  },
  {
    heading: "A torn state",
    done: ({ state }) => {
      copyFileSync(state, `${state}.bak`);
      const text = readFileSync(state, "utf8");
      writeFileSync(state, text.slice(0, text.length / 2));
      // Written in two steps: the second may be missing as well.
      rmSync(`${state}.attrs`, { force: true });
    },
    shown: /failed to load checkpoint: .*unexpected end of JSON input/,
  },
  {
    heading: "A state that is gone",
    done: async ({ stack, settings }) => {
      const kept = readFileSync(settings, "utf8");
      await stack.cli("stack", "rm", "--force", "--yes");
      // From version control.
      writeFileSync(settings, kept);
    },
    shown: /no stack named '.*' found/,
  },
  {
    heading: "A state that contradicts itself",
    done: ({ state }) => {
      const checkpoint = JSON.parse(readFileSync(state, "utf8")) as Checkpoint;
      const last = checkpoint.checkpoint.latest.resources.at(-1);
      if (last === undefined) {
        throw new Error("the room has no resources");
      }
      last.dependencies = [...(last.dependencies ?? []), `${last.urn}-that-is-gone`];
      writeFileSync(state, JSON.stringify(checkpoint));
      rmSync(`${state}.attrs`, { force: true });
    },
    shown: /snapshot integrity error|state file contains errors/,
  },
];

/** Where the engine has what belongs to a stack. */
interface StateFiles {
  readonly stack: RehearsedStack;

  /** The state. */
  readonly state: string;

  /** A lock. */
  readonly lock: string;

  /** The stack's settings. */
  readonly settings: string;
}

/** What of a state's file the steps change. */
interface Checkpoint {
  readonly checkpoint: {
    readonly latest: {
      readonly resources: {
        readonly urn: string;
        readonly type: string;
        readonly inputs?: object;
        dependencies?: string[];
      }[];
      pending_operations?: object[];
    };
  };
}

function filesOf(stage: Stage, stack: RehearsedStack): StateFiles {
  const folder = join(stage.folder, "state/.pulumi");
  const locks = join(folder, "locks/organization/clean-room", stack.name);
  mkdirSync(locks, { recursive: true });
  return {
    stack,
    state: join(folder, "stacks/clean-room", `${stack.name}.json`),
    lock: join(locks, "0a1b2c3d.json"),
    settings: join(stage.project, `Pulumi.${stack.name}.yaml`),
  };
}

async function settleTornFiles({ stage, neighbour: { stack } }: Cast): Promise<Observation> {
  const files = filesOf(stage, stack);
  const kept = join(stage.folder, "kept.json");
  // Reads the state, and then wants to write it: what is locked or torn is refused.
  const probe = () => stack.cli("stack", "import", "--file", kept);
  await stack.cli("stack", "export", "--file", kept);
  const before = await resourcesOf(stage, stack);
  for (const { heading, block = 0, done, shown } of DAMAGES) {
    await done(files);
    const broken = await (heading === "A state that contradicts itself"
      ? stack.cli("refresh", "--yes", "--skip-preview")
      : /torn|gone|EOF/.test(heading)
        ? stack.cli("stack", "export", "--file", join(stage.folder, "torn.json"))
        : probe());
    expect(
      !broken.succeeded && shown.test(broken.output),
      `"${heading}" shows something else: ${broken.output}`,
    );
    const run = await runBlock(commandsOf(heading)[block] ?? "", stage, stack);
    expect(run.succeeded, `the commands of "${heading}" failed: ${run.output}`);
    expect(
      isDeepStrictEqual(await resourcesOf(stage, stack), before),
      `after the commands of "${heading}" the state is another one`,
    );
    const written = await probe();
    expect(written.succeeded, `after "${heading}" nothing can be written: ${written.output}`);
  }
  return { result: `${DAMAGES.length} settled` };
}

/** What a killed `up` leaves noted; AWS has the machine, and the state has it by now. */
async function settlePending({ stage, neighbour: { stack } }: Cast): Promise<Observation> {
  const { state } = filesOf(stage, stack);
  const checkpoint = JSON.parse(readFileSync(state, "utf8")) as Checkpoint;
  const { latest } = checkpoint.checkpoint;
  const { urn, type, inputs } =
    latest.resources.find((each) => each.type === "aws:ec2/instance:Instance") ?? {};
  latest.pending_operations = [{ type: "creating", resource: { urn, custom: true, type, inputs } }];
  writeFileSync(state, JSON.stringify(checkpoint));
  rmSync(`${state}.attrs`, { force: true });
  const [block = ""] = commandsOf("Pending operations");
  const run = await runBlock(block, stage, stack);
  expect(
    run.succeeded && run.mended === 0 && /ended while creating .*: it is settled/.test(run.output),
    `the commands of the page did otherwise: ${run.output}`,
  );
  const { pending_operations: left = [] } = (JSON.parse(readFileSync(state, "utf8")) as Checkpoint)
    .checkpoint.latest;
  expect(left.length === 0, `${left.length} operations are pending still`);
  return { result: "told, then cleared" };
}

/**
 * What the state has: secrets in plain text, as they are encrypted anew with every import, and without the lists of
 * dependencies that are empty, which the engine leaves out when it writes the state itself.
 */
async function resourcesOf(stage: Stage, stack: RehearsedStack): Promise<unknown> {
  const file = join(stage.folder, "state-now.json");
  await stack.cli("stack", "export", "--show-secrets", "--file", file);
  const { deployment } = JSON.parse(readFileSync(file, "utf8")) as {
    deployment: { resources: { propertyDependencies?: Record<string, unknown[]> }[] };
  };
  return deployment.resources.map(({ propertyDependencies = {}, ...resource }) => ({
    ...resource,
    propertyDependencies: Object.fromEntries(
      Object.entries(propertyDependencies).filter(([, urns]) => urns.length > 0),
    ),
  }));
}
