import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import * as pulumi from "@pulumi/pulumi";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { Command } from "commander";

import { AUDIT_ACCOUNT, REGION } from "../accounts";
import { endpointsOf } from "../account/accountEndpoints";
import { answerThisProcess } from "../account/awsEndpoint";
import { endWithReason } from "../endWithReason";
import { findPulumi } from "../engine/pulumiCli";
import { Stage } from "../stage";
import { CASES, FOUNDATION_CONFIG, STACKS } from "./judgedCases";
import { type Declared, isRef, type PolicyCase } from "./policyCase";

/** Version of the AWS SDK, by which the engine chooses the provider. */
const { version: SDK_VERSION } = JSON.parse(
  readFileSync(require.resolve("@pulumi/aws/package.json"), "utf8"),
) as { readonly version: string };

interface PoliciesOptions {
  readonly json?: string;
}

/** Previews a program of all defects of a kind of stack, and one of what is right beside them, under the pack. */
async function rehearsePolicies({ json }: PoliciesOptions): Promise<void> {
  const pulumiCommand = await findPulumi(process.env, (line) => console.log(line));
  const stage = Stage.set(pulumiCommand, () => Promise.resolve({}));
  const endAnswers = await answerThisProcess(endpointsOf(stage, "foundation-deployer"));
  const none = join(stage.project, "no-configuration.json");
  writeFileSync(none, "{}");
  const missed: string[] = [];
  const wronged: string[] = [];
  try {
    for (const kind of ["foundation", "incident", "member"] as const) {
      const cases = CASES.filter((each) => each.kind === kind);
      const stack = await stage.stack(
        STACKS[kind],
        {
          config: { "aws:region": REGION, "aws:allowedAccountIds": [AUDIT_ACCOUNT] },
        },
        kind === "foundation" ? FOUNDATION_CONFIG : none,
      );
      const judged = async (edit: (each: PolicyCase) => readonly Declared[]) => {
        const program: PulumiFn = () => {
          cases.forEach((each, index) => declare(`case-${index}`, edit(each)));
          return Promise.resolve({});
        };
        const { problems } = await stack.preview({ program, policies: true });
        const broken = problems.filter((problem) => !/: case-\d+--/.test(problem));
        return {
          broken,
          of: (index: number) =>
            problems.filter((problem) => problem.includes(`: case-${index}--`)),
        };
      };
      const defects = await judged(({ of, defect }) => defect(of));
      const near = await judged(({ of, near: edit = (all) => all }) => edit(of));
      wronged.push(...near.broken.map((problem) => `${kind}: ${problem}`));
      // A program that ends before all of it is declared is judged by nobody.
      if (cases.every((_, index) => defects.of(index).length === 0)) {
        missed.push(...defects.broken.map((problem) => `${kind}: ${problem}`));
      }
      cases.forEach(({ what }, index) => {
        if (defects.of(index).length === 0) {
          missed.push(`${kind}: ${what}`);
        }
        wronged.push(...near.of(index).map((problem) => `${kind}: beside "${what}": ${problem}`));
      });
    }
  } finally {
    endAnswers();
    stage.clear();
  }
  const count = CASES.length;
  const wrongly = new Set(wronged.map((each) => each.split('": ')[0])).size;
  console.log(
    [
      ...missed.map((each) => `not refused: ${each}`),
      ...wronged.map((each) => `wrongly refused: ${each}`),
      `${count} defects, ${count - missed.length} refused; ${count} near misses, ${count - wrongly} accepted`,
    ].join("\n"),
  );
  if (json !== undefined) {
    const failed = missed.length + wrongly;
    writeFileSync(json, JSON.stringify({ passed: 2 * count - failed, failed }));
  }
  process.exitCode = missed.length + wrongly === 0 ? 0 : 1;
}

/** Declares the resources of a case as a program does. */
function declare(prefix: string, resources: readonly Declared[]): void {
  const made = new Map<string, Raw>();
  for (const { type, name, props, options = {} } of resources) {
    const inputs = resolved(props, made) as pulumi.Inputs;
    made.set(
      name,
      new Raw(
        type,
        `${prefix}--${name}`,
        { arn: undefined, ...inputs },
        {
          version: SDK_VERSION,
          ...options,
          ignoreChanges: [...(options.ignoreChanges ?? [])],
        },
      ),
    );
  }
}

/** A resource by its type's token. */
class Raw extends pulumi.CustomResource {
  declare public readonly arn: pulumi.Output<string>;
  declare public readonly name: pulumi.Output<string>;
}

function resolved(value: unknown, made: ReadonlyMap<string, Raw>): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => resolved(item, made));
  }
  if (typeof value !== "object" || value === null) {
    return value;
  }
  if (isRef(value)) {
    const resource = made.get(value.of);
    if (resource === undefined) {
      throw new Error(`no ${value.of} is declared before`);
    }
    return value.output === "id"
      ? resource.id
      : ((resource as unknown as Record<string, pulumi.Output<unknown>>)[value.output] ??
          resource.id);
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, resolved(item, made)]),
  );
}

if (require.main === module) {
  new Command("rehearse:policies")
    .description("Previews defects, and what is right beside them, under the policy pack.")
    .option("--json <file>", "write how many were judged rightly to a file")
    .action(rehearsePolicies)
    .parseAsync()
    .catch(endWithReason);
}
