import { writeFileSync } from "node:fs";
import { resolve } from "node:path";

import { Command } from "commander";

import type { Output } from "../output";
import type { Deployment } from "../../rehearsal/deployment";
import { policies } from "../../policy-pack/policies";
import { readProgram } from "../../stacks/program";
import { requireConfiguration } from "./packConfiguration";
import type { Kind, PackConfigurations } from "./sandboxPreviews";
import { type Finding, sarif } from "./sarif";

/** The options of `clean-room policy`. */
interface PolicyOptions {
  readonly auditConfig?: string;
  readonly config?: string;
  readonly sarif?: string;
  readonly check?: true;
  readonly list?: true;
}

/** Previews a stack of every kind. */
export type Previews = (
  configurations: PackConfigurations,
  say: (line: string) => void,
) => Promise<ReadonlyMap<Kind, Deployment>>;

/** Reads the command line. */
export function policyCommand(previews: () => Previews, { say, tell }: Output): Command {
  return new Command("policy")
    .description(
      "Previews a stack of every kind under the policy pack, in the sandbox: no AWS account, no credentials. Ends with 1 where a policy has something against one.",
    )
    .option("--audit-config <file>", "the pack's configuration for audit stacks")
    .option("--config <file>", "the pack's configuration for rooms and member accounts")
    .option("--check", "look at these files only: the engine passes over a name that no policy has")
    .option("--sarif <file>", "write what was found in the form that code hosts take")
    .option("--list", "name the policies, and what each does")
    .action(async ({ auditConfig, config, check, list, sarif: file }: PolicyOptions) => {
      if (list === true) {
        policies.forEach(({ name, description }) => {
          say(`${name}: ${description}`);
          tell({ policy: name, description });
        });
        return;
      }
      [auditConfig, config].forEach((each) => each !== undefined && requireConfiguration(each));
      if (check === true) {
        say("the pack's configuration is right");
        return;
      }
      const previewed = await previews()(
        {
          ...(auditConfig === undefined ? {} : { audit: resolve(auditConfig) }),
          ...(config === undefined ? {} : { others: resolve(config) }),
        },
        say,
      );
      const findings: Finding[] = [];
      for (const [kind, { violations, problems, succeeded }] of previewed) {
        const found = violations.map((each) => ({
          ...each,
          message: withoutDescription(each.policy, each.message),
          file: `stacks/${kind}.ts`,
        }));
        findings.push(...found);
        found.forEach((finding) => {
          const advice = finding.mandatory ? "" : "advice, ";
          say(
            `${kind}: ${advice}${finding.policy}: ${finding.urn ?? "the stack"}: ${finding.message}`,
          );
          tell({ kind, ...finding });
        });
        if (!succeeded && !found.some(({ mandatory }) => mandatory)) {
          new Set(problems).forEach((problem) => say(`${kind}: ${problem}`));
        }
        say(`${kind}: ${succeeded ? "nothing against it" : "refused"}`);
        tell({ kind, succeeded });
      }
      if (file !== undefined) {
        writeFileSync(
          file,
          `${JSON.stringify(sarif(policies, findings, readProgram().policyPackVersion), null, 2)}\n`,
        );
      }
      if ([...previewed.values()].some(({ succeeded }) => !succeeded)) {
        process.exitCode = 1;
      }
    });
}

/** The SDK puts a policy's whole description before everything that the policy reports: --list has it. */
function withoutDescription(name: string, message: string): string {
  const description = policies.find((policy) => policy.name === name)?.description;
  return description !== undefined && message.startsWith(`${description}\n`)
    ? message.slice(description.length + 1)
    : message;
}

/** The subcommand, with the sandbox, which is loaded when it is needed. */
export function policy(output: Output): Command {
  return policyCommand(
    () =>
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- import() would want the ending of a file's name
      (require("./sandboxPreviews") as typeof import("./sandboxPreviews")).previewEveryKind,
    output,
  );
}
