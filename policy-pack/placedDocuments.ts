import { type Statement, statementsOf } from "./policyDocuments";
import type { Subject } from "./subject";
import { isFields, UNKNOWN } from "./unknownValues";

/** A policy document of a resource, wherever it has it. */
export interface PlacedDocument {
  /** Path of its field, e.g. `inlinePolicies.0.policy`. */
  readonly path: string;

  /** Its statements; undefined where it is no document though its field is for one. */
  readonly statements: readonly Statement[] | undefined;
}

/** Contents that are evidence or scripts: what looks like a policy there is somebody's text. */
const TEXTS = ["aws:s3/bucketObject:BucketObject", "aws:s3/bucketObjectv2:BucketObjectv2"];

/** Names of fields that hold a document. */
const DOCUMENT_FIELD =
  /^(policy|policyDocument|assumeRolePolicy|resourcePolicy|accessPolicy|accessPolicies|inlinePolicy)$/;

/** What is called a policy and is none of IAM's. */
const OTHER_TYPES = ["aws:ecr/lifecyclePolicy:LifecyclePolicy"];

/** Every policy document of a resource, in any field of any type: by what it looks like, and by what its field is called. */
export function documentsOf(subject: Subject): PlacedDocument[] {
  return holdsDocuments(subject) ? documentsIn(subject.fields, "") : [];
}

/** The fields of documents that a preview does not know at all. */
export function unknownDocuments(subject: Subject): string[] {
  return holdsDocuments(subject)
    ? subject
        .leaves()
        .filter(([path, value]) => value === UNKNOWN && isDocumentField(path))
        .map(([path]) => path)
    : [];
}

function holdsDocuments({ type }: Subject): boolean {
  return !TEXTS.includes(type) && !OTHER_TYPES.includes(type);
}

function documentsIn(value: unknown, path: string): PlacedDocument[] {
  if (value === undefined || value === null || value === UNKNOWN) {
    return [];
  }
  if (looksLikeDocument(value)) {
    return [{ path, statements: statementsOf(() => value) }];
  }
  if (isDocumentField(path)) {
    const statements = statementsOf(() => value);
    return [{ path, statements }];
  }
  const below = (key: string | number) => (path === "" ? `${key}` : `${path}.${key}`);
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => documentsIn(item, below(index)));
  }
  return isFields(value)
    ? Object.entries(value).flatMap(([key, item]) => documentsIn(item, below(key)))
    : [];
}

function isDocumentField(path: string): boolean {
  return DOCUMENT_FIELD.test(path.split(".").at(-1) ?? "");
}

/** Whether a path is of a field that holds a document, or of a part of it. */
export function isDocumentPath(path: string): boolean {
  return path.split(".").some((part) => DOCUMENT_FIELD.test(part));
}

function looksLikeDocument(value: unknown): boolean {
  const document = typeof value === "string" ? parsed(value) : value;
  if (!isFields(document)) {
    return false;
  }
  const statements = [document["Statement"] ?? []].flat();
  return statements.some(
    (statement) => isFields(statement) && ("Effect" in statement || "Action" in statement),
  );
}

function parsed(text: string): unknown {
  if (!/^\s*\{/.test(text)) {
    return undefined;
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
