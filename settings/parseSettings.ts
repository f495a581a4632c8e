import { isDeepStrictEqual } from "node:util";

import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";

import { ACCOUNT_ID, exactly } from "../components/aws/ids";
import { isRegion, KNOWN_REGION, partitionOf } from "../components/aws/partition";
import { Refusal } from "../components/refusal";
import { auditMistakes, auditShape } from "./audit";
import { fromConfig, readable, valueAt } from "./configText";
import { incidentMistakes, incidentShape } from "./incident";
import { memberMistakes, memberShape } from "./member";
import { misnamed, misnaming, nameIn } from "./configNamespaces";
import type { Mistake } from "./mistake";
import { requireOwnSettings } from "./ownSettings";
import { ofAnotherPartition } from "./partitions";
import { inPlace, rightPart, withoutConsequences } from "./rightPart";

/** The settings of each kind of stack, field by field with their documentation. */
export const SETTINGS = {
  audit: auditShape,
  incident: incidentShape,
  member: memberShape,
} as const;

/** Region and account of the deployment: what every stack has to know to write an ARN. */
interface Place {
  /** Region, from `aws:region`. */
  readonly region: string;
}

/** Settings of an audit stack. */
export type AuditSettings = Place & { readonly kind: "audit" } & z.output<
    z.ZodObject<typeof auditShape>
  >;

/** Settings of an incident's stack. */
export type IncidentSettings = Place & { readonly kind: "incident" } & z.output<
    z.ZodObject<typeof incidentShape>
  >;

/** Settings of a member account's stack. */
export type MemberSettings = Place & { readonly kind: "member" } & z.output<
    z.ZodObject<typeof memberShape>
  >;

/** Settings of any stack. */
export type Settings = AuditSettings | IncidentSettings | MemberSettings;

/** A stack's configuration as Pulumi holds it. */
export interface StackConfig {
  readonly project: string;
  readonly stack: string;

  /** Values by full key (`clean-room:kind`, `aws:region`); lists and objects are JSON text. */
  readonly values: Readonly<Record<string, string>>;
}

/** Every mistake of a stack's configuration in one message. */
export class SettingsError extends Refusal {
  public constructor(stack: string, mistakes: readonly Mistake[]) {
    const count = mistakes.length === 1 ? "1 mistake" : `${mistakes.length} mistakes`;
    super(
      `${count} in the configuration of stack ${stack}; nothing was changed`,
      mistakes.map(({ key, found, required, example }, index) =>
        [
          key,
          `    found:    ${found === undefined ? "nothing" : JSON.stringify(found)}`,
          `    required: ${required}`,
          // Of a list with many mistakes it is the same each time.
          ...(example === undefined || isDeepStrictEqual(example, mistakes[index - 1]?.example)
            ? []
            : [`    example:  ${JSON.stringify(example)}`]),
        ].join("\n"),
      ),
    );
  }
}

/** Reads the settings of the stack that is being deployed. */
export function readSettings(): Settings {
  const config = {
    project: pulumi.getProject(),
    stack: pulumi.getStack(),
    values: pulumi.runtime.allConfig(),
  };
  requireOwnSettings(config);
  return parseSettings(config);
}

/**
 * Checks a stack's configuration.
 *
 * @throws SettingsError with every mistake there is, each with key, value found, what is required.
 */
export function parseSettings({ project, stack, values }: StackConfig): Settings {
  const key = (name: string) => `${project}:${name}`;
  const misplaced = misnamed(project, Object.keys(values));
  // What was meant is looked at as well, so that nothing is told as lacking which stands there.
  const raw = new Map(
    [...misplaced, ...Object.keys(values).filter((name) => name.startsWith(key("")))].map(
      (name) => [nameIn(name), fromConfig(values[name] ?? "")] as const,
    ),
  );

  const mistakes = misplaced.map((name): Mistake =>
    misnaming(project, name, fromConfig(values[name] ?? "")),
  );
  const named = raw.get("kind");
  const kind = isKind(named) ? named : likelyKind(stack, [...raw.keys()]);
  if (named !== kind) {
    const required = "the kind of stack: audit, incident or member";
    mistakes.push({ key: key("kind"), found: named, required, example: "incident" });
  }

  const shape: Record<string, z.ZodType> = SETTINGS[kind];
  const parsed: Record<string, unknown> = {};
  // By list, where each entry stood that is left of it.
  const places = new Map<string, readonly number[]>();
  for (const [name, schema] of Object.entries(shape)) {
    const value = readable(schema, raw.get(name));
    const result = schema.safeParse(value);
    if (result.success) {
      parsed[name] = result.data;
      continue;
    }
    const { example } = schema.meta() ?? {};
    const issues = withoutConsequences(result.error.issues);
    mistakes.push(
      ...issues.map((issue) => ({
        key: [key(name), ...issue.path].join("."),
        found: valueAt(raw.get(name), issue.path),
        required:
          issue.code === "unrecognized_keys" ? `no ${issue.keys.join(", ")}` : issue.message,
        example,
      })),
    );
    const right = rightPart(schema, value, issues);
    if (right.value !== undefined) {
      parsed[name] = right.value;
    }
    places.set(name, right.places);
  }

  for (const name of raw.keys()) {
    if (name !== "kind" && !Object.hasOwn(shape, name)) {
      const required = `no such setting; a stack of kind ${kind} has ${Object.keys(shape).join(", ")}`;
      mistakes.push({ key: key(name), found: raw.get(name), required });
    }
  }

  const allowed = fromConfig(values["aws:allowedAccountIds"] ?? "[]");
  const only = Array.isArray(allowed) && allowed.length === 1 ? (allowed[0] as unknown) : undefined;
  const region = values["aws:region"];
  const together: Mistake[] = [];
  if (region === undefined || !isRegion(region)) {
    mistakes.push({ key: "aws:region", found: region, required: KNOWN_REGION });
  } else {
    together.push(...ofAnotherPartition(partitionOf(region).name, region, parsed, ""));
  }
  if (only === undefined || only !== parsed["accountId"]) {
    mistakes.push({
      key: "aws:allowedAccountIds",
      found: allowed,
      required: `exactly the account of ${key("accountId")}, in quotes, so that no other account is ever changed`,
      example: [parsed["accountId"] ?? "111122223333"],
    });
  }

  together.push(
    ...TOGETHER[kind](
      // What is said of no account can be said of the one that may be changed.
      typeof only === "string" && exactly(ACCOUNT_ID).test(only)
        ? { accountId: only, ...parsed }
        : parsed,
      {
        region: region !== undefined && isRegion(region) ? region : undefined,
        stack,
        given: (name) => raw.has(name),
        isEmpty: (name) => !raw.has(name) || (raw.get(name) as unknown[] | null)?.length === 0,
      },
    ),
  );
  mistakes.push(
    ...together.map((mistake) => ({ ...mistake, key: key(inPlace(mistake.key, places)) })),
  );
  if (mistakes.length > 0) {
    throw new SettingsError(stack, mistakes);
  }
  return { kind, region, ...parsed } as Settings;
}

type Kind = keyof typeof SETTINGS;

function isKind(value: unknown): value is Kind {
  return typeof value === "string" && Object.hasOwn(SETTINGS, value);
}

/** The kind of a stack that does not say it, so that the rest can be looked at: by its settings, then by its name. */
function likelyKind(stack: string, names: readonly string[]): Kind {
  const byName = /^(audit|member)(-|$)/i.exec(stack)?.[1]?.toLowerCase();
  const kinds = ["incident", "audit", "member"] as const;
  const fits = (kind: Kind) =>
    names.filter((name) => Object.hasOwn(SETTINGS[kind], name)).length +
    (kind === byName ? 0.5 : 0);
  return kinds.reduce((best, kind) => (fits(kind) > fits(best) ? kind : best));
}

/** By kind of stack, what looks at all of its settings together. */
const TOGETHER = { audit: auditMistakes, incident: incidentMistakes, member: memberMistakes };

/** A configuration as Pulumi hands it to a program: every value as text, lists and objects as JSON. */
export function asText(config: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      key,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}
