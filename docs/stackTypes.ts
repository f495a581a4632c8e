import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import * as aws from "@pulumi/aws";

// The types of a kind of stack are read from the program's text, not from a deployment: every setting
// that declares something more would have to be thought of.

const ROOT = join(__dirname, "..");
const LIST = join(ROOT, "policy-pack/stackTypes.json");

/** The file that wires a kind's stacks, by the policy pack's name of the kind. */
const WIRED_BY = {
  foundation: "stacks/audit.ts",
  incident: "stacks/incident.ts",
  member: "stacks/member.ts",
} as const;

/** What every stack has: itself, and its default providers: of AWS, and of what it asks the engine. */
const OF_EVERY_STACK = ["pulumi:providers:aws", "pulumi:providers:pulumi", "pulumi:pulumi:Stack"];

/** What other packages' resources are made of: the stand-in of the rehearsal says what awsx makes. */
const REMOTE: Readonly<Record<string, { readonly types: readonly string[]; readonly in: string }>> =
  {
    "awsx.ec2.Vpc": {
      types: ["awsx:ec2:Vpc", "pulumi:providers:awsx"],
      in: "rehearsal/account/vpcComponent.ts",
    },
    "pulumi.StackReference": { types: ["pulumi:pulumi:StackReference"], in: "index.ts" },
  };

/** The types that the program's stacks contain, by kind, sorted. */
export function stackTypesNow(): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(WIRED_BY).map(([kind, file]) => [
      kind,
      [...new Set([...OF_EVERY_STACK, ...filesFrom(file).flatMap(typesIn)])].sort(),
    ]),
  );
}

/** A file of the program and all that it imports of it, types left out. */
function filesFrom(start: string): string[] {
  const found = new Set<string>();
  const visit = (file: string) => {
    if (!found.has(file)) {
      found.add(file);
      const text = readFileSync(join(ROOT, file), "utf8");
      for (const [, path = ""] of text.matchAll(/^import (?!type )[^;]*? from "(\.[^"]*)";/gm)) {
        visit(`${join(dirname(file), path)}.ts`);
      }
    }
  };
  visit(start);
  return [...found];
}

function typesIn(file: string): string[] {
  const text = inFull(readFileSync(join(ROOT, file), "utf8"));
  const components = [...text.matchAll(/super\(\s*"(cleanroom:[^"]+)"/g)].map(
    ([, type = ""]) => type,
  );
  const chosen = [...text.matchAll(/\?\s+(aws(?:\.\w+)+)\s+:\s+(aws(?:\.\w+)+);/g)].flatMap(
    ([, ...paths]) => paths,
  );
  const named = [...text.matchAll(/new ((?:awsx?|pulumi)(?:\.\w+)+)\(/g)].map(
    ([, path = ""]) => path,
  );
  const made = [...named, ...chosen].flatMap((path) => {
    const remote = REMOTE[path];
    if (remote !== undefined) {
      return [...remote.types, ...(remote.in === "index.ts" ? [] : typesIn(remote.in))];
    }
    return path.startsWith("aws.") && path !== "aws.Provider" ? [typeOf(path, file)] : [];
  });
  return [...components, ...made];
}

/** A file's text with each class that it takes of one module of the SDK, as `ec2.Vpc`, by its whole path. */
function inFull(text: string): string {
  return [...text.matchAll(/^import \* as (\w+) from "@pulumi\/aws\/(\w+)";/gm)].reduce(
    (made, [, name = "", part = ""]) => made.replaceAll(`new ${name}.`, `new aws.${part}.`),
    text,
  );
}

/** The token of a class of the SDK, e.g. `aws:kms/key:Key` of `aws.kms.Key`. */
function typeOf(path: string, file: string): string {
  const found: unknown = path
    .split(".")
    .slice(1)
    .reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], aws);
  const token = (found as { readonly __pulumiType?: string } | undefined)?.__pulumiType;
  if (token === undefined) {
    throw new Error(`${file}: ${path} is no resource of the AWS SDK`);
  }
  return token;
}

if (require.main === module) {
  writeFileSync(LIST, `${JSON.stringify(stackTypesNow(), undefined, 2)}\n`);
}
