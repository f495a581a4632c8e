import { STRANGER } from "../compliantStacks";
import { documentChanges } from "./documentChanges";
import type { Change } from "./mutant";

type Path = readonly (string | number)[];

/** What a word of the program can be changed into, where that weakens something. */
const WEAKER: Readonly<Record<string, string>> = {
  ALL: "REJECT",
  BLOCK: "ALLOW",
  BucketOwnerEnforced: "ObjectWriter",
  COMPLIANCE: "NONE",
  DISABLED: "ENABLED",
  ENABLED: "DISABLED",
  ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS: "DISABLED",
  Enabled: "Suspended",
  required: "optional",
  "aws:kms": "AES256",
  SECURITY: "BILLING",
};

const CIDR = /^\d+\.\d+\.\d+\.\d+\/\d+$/;
const KEY_FIELD = /^(kms\w*|keyId)$/i;

/** Numbers that keep something, and what is too few. */
const KEPT = /^(days|years|retentionInDays|retentionPeriodValue)$/;

/** Every change of one line within properties, by what the value looks like. */
export function valueChanges(value: unknown, path: Path): Change[] {
  const drop: Change[] = path.length === 0 ? [] : [{ act: "drop", path, value: undefined }];
  if (Array.isArray(value)) {
    return [...drop, ...value.flatMap((item, index) => valueChanges(item, [...path, index]))];
  }
  if (typeof value === "object" && value !== null) {
    if ("Statement" in value) {
      return [...drop, ...inDocument(value, path, (document) => document)];
    }
    return [
      ...drop,
      ...Object.entries(value).flatMap(([key, item]) => valueChanges(item, [...path, key])),
    ];
  }
  return [...drop, ...leafChanges(value, path)];
}

function leafChanges(value: unknown, path: Path): Change[] {
  const field = String(path.at(-1));
  const to = (act: string, other: unknown): Change => ({ act, path, value: other });
  if (typeof value === "boolean" || value === "true" || value === "false") {
    return [to("flip", typeof value === "boolean" ? !value : value === "true" ? "false" : "true")];
  }
  if (typeof value === "number") {
    return numberChanges(field, value).map((other) => to("number", other));
  }
  if (typeof value !== "string") {
    return [];
  }
  const document = parsed(value);
  if (document !== undefined) {
    return "Statement" in document
      ? inDocument(document, path, JSON.stringify)
      : contentChanges(document, path);
  }
  const weaker = WEAKER[value];
  return [
    ...(weaker === undefined ? [] : [to("weaken", weaker)]),
    ...(CIDR.test(value) && value !== "0.0.0.0/0"
      ? [to("widen", "0.0.0.0/0"), to("public", "8.8.0.0/16")]
      : []),
    ...(field === "ipProtocol" ? [to("widen", "-1")] : []),
    ...(KEY_FIELD.test(field)
      ? [
          to("default key", "alias/aws/ebs"),
          to("stranger's key", `arn:aws:kms:us-east-1:${STRANGER}:key/0`),
        ]
      : []),
    ...(value.startsWith("quarantine:") ? [to("other ticket", "quarantine:INC-2026-0999")] : []),
    ...(/^arn:aws:iam::/.test(value)
      ? [
          to("stranger", value.replace(/::\d{12}:/, `::${STRANGER}:`)),
          ...(value.includes(":policy/")
            ? [to("administrator", "arn:aws:iam::aws:policy/AdministratorAccess")]
            : []),
        ].filter((each) => each.value !== value)
      : []),
  ];
}

/** Changes of a policy document, which is given as JSON or as an object. */
function inDocument(
  document: object,
  path: Path,
  written: (document: object) => unknown,
): Change[] {
  return documentChanges(document).map((each) => ({
    path,
    act: `${each.act} ${each.path.join(".")}`,
    value: written(each.value as object),
  }));
}

function numberChanges(field: string, value: number): number[] {
  if (field === "deletionWindowInDays") {
    // AWS's shortest.
    return value === 7 ? [] : [7];
  }
  if (KEPT.test(field)) {
    return [1];
  }
  return { fromPort: [0], toPort: [65535], httpPutResponseHopLimit: [2] }[field] ?? [];
}

/** What is written as JSON and is none of IAM's: a session's document, the events that a rule is for. */
function contentChanges(document: object, path: Path): Change[] {
  if ("mainSteps" in document) {
    // A runbook: what it does is its tests'.
    return [];
  }
  return valueChanges(document, []).map((each) => ({
    act: `${each.act} ${each.path.join(".")}`,
    path,
    value: JSON.stringify(changedContent(document, each)),
  }));
}

function changedContent(document: object, { path, value }: Change): unknown {
  const copy = structuredClone(document) as Record<string, unknown>;
  const last = path.at(-1) as string;
  const owner = path
    .slice(0, -1)
    .reduce<Record<string, unknown>>((each, key) => each[key] as Record<string, unknown>, copy);
  if (value === undefined && Array.isArray(owner)) {
    owner.splice(Number(last), 1);
  } else if (value === undefined) {
    delete owner[last];
  } else {
    owner[last] = value;
  }
  return copy;
}

function parsed(text: string): object | undefined {
  if (!text.startsWith("{")) {
    return undefined;
  }
  try {
    return JSON.parse(text) as object;
  } catch {
    return undefined;
  }
}
