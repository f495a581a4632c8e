import { matches } from "../../support/narrowedPolicy";
import { OWN_POLICY } from "./organisation";
import type { NamedDocument } from "./placedDocuments";
import { isLet, type Question } from "./question";

/** Conditions of a statement: keys with their values, by operator. */
type Conditions = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/** A statement of a policy, as far as it is taken apart here. */
interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: Conditions;
}

/** One action, resource or condition of a policy. */
export interface Clause {
  /** The policy's name. */
  readonly policy: string;

  /** What it is, as a person reads it. */
  readonly what: string;

  /** Whether a recorded request is refused without it: where not, another clause of the policy does as well. */
  readonly isNoticed: boolean;
}

/** A statement without one clause, and with that alone of its kind; undefined where nothing of it is left. */
interface Taken {
  readonly what: string;
  readonly without: Statement | undefined;
  readonly alone: Statement | undefined;
}

/**
 * Takes every single action, resource and value of a condition out of what allows, and every key of a condition out of
 * what denies, of each policy that took part in a decision, and asks again what it was asked. The run needs a
 * clause where a request that is refused without its policy is let by the clause alone of its kind, or is refused
 * without it. What no request comes to is left out: a run proves nothing of it.
 */
export async function clausesNeeded(questions: readonly Question[]): Promise<Clause[]> {
  const clauses: Clause[] = [];
  for (const [document, asked] of byDocument(questions)) {
    const { Statement: all } = document.document as { readonly Statement: readonly Statement[] };
    const having = (left: readonly (Statement | undefined)[]): Change => ({
      document,
      instead: { ...document.document, Statement: left.filter((each) => each !== undefined) },
    });
    const hanging = await refused(asked, having([]));
    for (const [place, statement] of all.entries()) {
      const others = all.filter((_, each) => each !== place);
      const isAllowing = statement.Effect === "Allow";
      const concerned = (isAllowing ? hanging : asked).filter(({ action }) =>
        isAbout(statement, action),
      );
      for (const { what, without, alone } of concerned.length === 0 ? [] : clausesOf(statement)) {
        const isNoticed = await isRefused(concerned, having([...others, without]));
        if (isNoticed || (alone !== undefined && (await isSomeLet(concerned, having([alone]))))) {
          const of = statement.Sid ?? `statement ${place + 1}`;
          clauses.push({ policy: document.name, what: `${of}: ${what}`, isNoticed });
        }
      }
    }
  }
  return clauses;
}

/** A document in a document's place. */
interface Change {
  readonly document: NamedDocument;
  readonly instead: object;
}

/** What each document took part in; one that was changed on the way is another. */
function byDocument(questions: readonly Question[]): Map<NamedDocument, Question[]> {
  const known = new Map<string, NamedDocument>();
  const found = new Map<NamedDocument, Question[]>();
  const seen = new Set<string>();
  const one = <T extends NamedDocument | undefined>(each: T): T => {
    const text = JSON.stringify(each);
    const first = known.get(text) ?? each;
    if (first !== undefined) {
      known.set(text, first);
    }
    return first as T;
  };
  for (const asked of questions) {
    const question = {
      ...asked,
      identity: asked.identity.map(one),
      boundary: one(asked.boundary),
      ofResource: one(asked.ofResource),
      endpoint: one(asked.endpoint),
    };
    const { identity, boundary, ofResource, endpoint } = question;
    for (const document of [...identity, boundary, ofResource, endpoint]) {
      const like = `${document === undefined ? "" : JSON.stringify(document)} ${likeness(asked)}`;
      if (document !== undefined && !document.name.startsWith(OWN_POLICY) && !seen.has(like)) {
        seen.add(like);
        found.set(document, [...(found.get(document) ?? []), question]);
      }
    }
  }
  return found;
}

/** What is asked, whatever the ids are of what it is about: of many like it, one is enough. */
function likeness({ principal, action, resource, context }: Question): string {
  return JSON.stringify([principal, action, resource, context]).replace(/[0-9a-f]{8,}/g, "#");
}

function isAbout({ Action, NotAction }: Statement, action: string): boolean {
  const names = (patterns: string | readonly string[]) =>
    [patterns].flat().some((pattern) => matches(pattern, action));
  return Action === undefined ? NotAction === undefined || !names(NotAction) : names(Action);
}

/** Those of the questions that are refused after a change. */
async function refused(questions: readonly Question[], change: Change): Promise<Question[]> {
  const found: Question[] = [];
  for (const question of questions) {
    if (!(await isLet(changed(question, change)))) {
      found.push(question);
    }
  }
  return found;
}

async function isRefused(questions: readonly Question[], change: Change): Promise<boolean> {
  for (const question of questions) {
    if (!(await isLet(changed(question, change)))) {
      return true;
    }
  }
  return false;
}

async function isSomeLet(questions: readonly Question[], change: Change): Promise<boolean> {
  for (const question of questions) {
    if (await isLet(changed(question, change))) {
      return true;
    }
  }
  return false;
}

function changed(question: Question, { document, instead }: Change): Question {
  const replaced = <T extends NamedDocument | undefined>(each: T): T =>
    each?.document === document.document
      ? { ...each, document: withSomething(instead, document.document) }
      : each;
  return {
    ...question,
    identity: question.identity.map(replaced),
    boundary: replaced(question.boundary),
    ofResource: replaced(question.ofResource),
    endpoint: replaced(question.endpoint),
  };
}

/** A document without a statement is none: one of its own that is about nothing of a run stands in. */
function withSomething(instead: object, before: object): object {
  const { Statement: left } = instead as { readonly Statement: readonly object[] };
  const [first] = (before as { readonly Statement: readonly Statement[] }).Statement;
  const { Condition: _, NotAction: __, ...rest } = first as Statement;
  const nothing = { ...rest, Effect: "Deny", Action: "iam:CreateUser" };
  return left.length > 0 ? instead : { ...instead, Statement: [nothing] };
}

function clausesOf(statement: Statement): Taken[] {
  return statement.Effect === "Allow"
    ? [...ofList(statement, "Action"), ...ofList(statement, "Resource"), ...valuesOf(statement)]
    : keysOf(statement);
}

function ofList(statement: Statement, element: "Action" | "Resource"): Taken[] {
  const entries = [statement[element] ?? []].flat();
  return entries.map((entry) => {
    const left = entries.filter((each) => each !== entry);
    return {
      what: entry,
      without: left.length === 0 ? undefined : { ...statement, [element]: left },
      alone: { ...statement, [element]: [entry] },
    };
  });
}

/** Every value of a condition that an Allow compares with: without the last it is never true. */
function valuesOf(statement: Statement): Taken[] {
  const { Condition = {} } = statement;
  return conditionsOf(Condition).flatMap(([operator, key, values]) =>
    [values].flat().map((value) => {
      const left = [values].flat().filter((each) => each !== value);
      const isNegated = /Not|Null/.test(operator);
      const having = (some: readonly string[]) => ({
        ...statement,
        Condition: { ...Condition, [operator]: { ...Condition[operator], [key]: some } },
      });
      return {
        what: `${operator} ${key} ${value}`,
        // What must not be has no value that a request needs.
        without: isNegated ? statement : left.length === 0 ? undefined : having(left),
        alone: isNegated ? undefined : having([value]),
      };
    }),
  );
}

/** Every condition of a Deny, which denies more without it. */
function keysOf(statement: Statement): Taken[] {
  const { Condition = {}, ...rest } = statement;
  return conditionsOf(Condition).map(([operator, key]) => {
    const { [key]: _, ...keys } = Condition[operator] ?? {};
    const { [operator]: __, ...operators } = Condition;
    const left = Object.keys(keys).length === 0 ? operators : { ...operators, [operator]: keys };
    return {
      what: `unless ${operator} ${key}`,
      without: Object.keys(left).length === 0 ? rest : { ...rest, Condition: left },
      alone: undefined,
    };
  });
}

function conditionsOf(
  conditions: Conditions,
): (readonly [operator: string, key: string, values: string | readonly string[]])[] {
  return Object.entries(conditions).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => [operator, key, values] as const),
  );
}
