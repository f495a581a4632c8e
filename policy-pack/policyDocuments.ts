import { isFields, knownTree, UNKNOWN } from "./unknownValues";

/** A text of a policy document, which a preview may not know yet. */
export type Text = string | typeof UNKNOWN;

/** One test of a statement's condition. */
export interface Test {
  /** E.g. `StringEquals`. */
  readonly operator: string;

  /** Condition key in lower case, as IAM does not tell cases apart: `aws:principalarn`. */
  readonly key: string;

  /** One of these has to be met. */
  readonly values: readonly Text[];
}

/** Somebody whom a statement names. */
export interface Principal {
  /** AWS, CanonicalUser, Federated or Service. */
  readonly kind: string;
  readonly value: Text;
}

/** A statement of a policy document. */
export interface Statement {
  /** Its Sid, or its place in the document, for a message. */
  readonly name: string;

  /** Whether it allows. One whose effect is not known yet is taken to. */
  readonly allows: boolean;

  /** Whether it says whom it is for: then it is of a resource, and not of its holder. */
  readonly namesPrincipals: boolean;

  /** Whom it names: everybody, `*`, where it names those it is not for. */
  readonly principals: readonly Principal[];

  /** Every action, `*`, where it names those it is not about. */
  readonly actions: readonly Text[];

  /** Every resource, `*`, where it names those it is not about. */
  readonly resources: readonly Text[];

  /** All of these have to be met. */
  readonly tests: readonly Test[];
}

type Fields = Readonly<Record<string, unknown>>;

const EVERYTHING: readonly Text[] = ["*"];

/**
 * The statements of a policy document, which is given as JSON or as an object. What a preview does
 * not know yet is left out: `up` knows it, and has it judged before the resource is made.
 *
 * @returns undefined for what is no policy document.
 */
export function statementsOf(read: () => unknown): Statement[] | undefined {
  const given = knownTree(read);
  const document = typeof given === "string" ? parsed(given) : given;
  if (document === UNKNOWN) {
    return [];
  }
  const items = isFields(document) ? [document["Statement"] ?? []].flat() : [];
  const statements = items.map((item, index) =>
    isToCome(item) ? [] : isFields(item) ? statementOf(item, index) : undefined,
  );
  return items.length > 0 && isWhole(statements) ? statements.flat() : undefined;
}

/** Whether a preview does not know the statement, or which keys its condition tests. */
function isToCome(item: unknown): boolean {
  const condition = isFields(item) ? item["Condition"] : item;
  return (
    condition === UNKNOWN || (isFields(condition) && Object.values(condition).includes(UNKNOWN))
  );
}

function statementOf(fields: Fields, index: number): Statement | undefined {
  const { Sid, Effect, Action, NotAction, Principal, NotPrincipal, Resource, NotResource } = fields;
  const principals = NotPrincipal === undefined ? principalsOf(Principal) : principalsOf("*");
  const actions = NotAction === undefined ? textsOf(Action) : EVERYTHING;
  const resources = NotResource === undefined ? textsOf(Resource ?? []) : EVERYTHING;
  const tests = testsOf(fields["Condition"]);
  if (![UNKNOWN, "Allow", "Deny"].includes(Effect as string)) {
    return undefined;
  }
  if (!principals || !actions?.length || !resources || !tests) {
    return undefined;
  }
  return {
    name: typeof Sid === "string" && Sid !== "" ? Sid : `${index}`,
    allows: Effect !== "Deny",
    namesPrincipals: Principal !== undefined || NotPrincipal !== undefined,
    principals,
    actions,
    resources,
    tests,
  };
}

function principalsOf(value: unknown): Principal[] | undefined {
  if (value === undefined || value === UNKNOWN) {
    return [];
  }
  if (value === "*") {
    return [{ kind: "AWS", value }];
  }
  if (!isFields(value)) {
    return undefined;
  }
  const principals = Object.entries(value).map(([kind, who]) =>
    textsOf(who)?.map((text): Principal => ({ kind, value: text })),
  );
  return isWhole(principals) ? principals.flat() : undefined;
}

function testsOf(condition: unknown): Test[] | undefined {
  if (condition === undefined) {
    return [];
  }
  const operators = isFields(condition) ? Object.entries(condition) : [["", condition] as const];
  const tests = operators.flatMap(([operator, keys]): (Test | undefined)[] =>
    isFields(keys)
      ? Object.entries(keys).map(([key, value]) => {
          const values = textsOf(value);
          return values && { operator, key: key.toLowerCase(), values };
        })
      : [undefined],
  );
  return isWhole(tests) ? tests : undefined;
}

/** One text, or a list of them; in a condition numbers and booleans stand for their texts. */
function textsOf(value: unknown): Text[] | undefined {
  const texts = [value].flat().map((item: unknown): Text | undefined => {
    if (item === UNKNOWN || isResource(item)) {
      return UNKNOWN;
    }
    if (typeof item === "string") {
      return item;
    }
    return typeof item === "number" || typeof item === "boolean" ? String(item) : undefined;
  });
  return isWhole(texts) ? texts : undefined;
}

/** A resource itself in place of its ARN: a provider that keeps it so writes its id, which a preview does not know. */
function isResource(value: unknown): boolean {
  return isFields(value) && "URN" in value && "ID" in value;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return undefined;
  }
}

function isWhole<T>(values: readonly (T | undefined)[]): values is T[] {
  return !values.includes(undefined);
}
