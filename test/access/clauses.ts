import { isAbout, matches } from "../support/narrowedPolicy";
import type { Decision } from "../support/simulator";
import type { Policy } from "./documents";

/** A statement, as far as it has clauses. */
interface Statement {
  readonly Sid?: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: "*" | Readonly<Record<string, string | readonly string[]>>;
  readonly Action?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** A policy that says less than the one that is placed. */
export interface Mutant {
  /** Name of the policy. */
  readonly policy: string;

  /** What was changed: the statement, and what of it. */
  readonly clause: string;

  readonly mutant: Policy;

  /** Whether it can allow what was denied; if not, it can deny what was allowed. */
  readonly widens: boolean;

  /** How what it can turn was decided before. */
  readonly turns: Decision;

  /** Condition keys of the statement: a request that names some of them was thought of for it. */
  readonly keys: readonly string[];

  /** Whether the changed statement is about a request, as far as its action and its resource. */
  readonly isAbout: (action: string, resource: string) => boolean;
}

/**
 * Every clause of a policy, each as the policy without it: the statement left out; a condition's key taken
 * out; an action, or one of several resources, taken out of a Deny; what an Allow names narrowly, resource
 * or principal, made everything.
 */
export function mutantsOf(policy: string, document: Policy): Mutant[] {
  return document.Statement.flatMap((each, index) => {
    const statement = each as Statement;
    const { Sid = `statement ${index + 1}` } = statement;
    const mutant = (what: string, after: Statement | undefined): Mutant => {
      // Less of an Allow and more of a Deny let less.
      const widens =
        statement.Effect === "Allow"
          ? after !== undefined
          : after === undefined || isLess(after, statement);
      return {
        policy,
        clause: `${Sid}: ${what}`,
        mutant: {
          ...document,
          Statement: document.Statement.flatMap((other, i) =>
            i !== index ? [other] : after === undefined ? [] : [after],
          ),
        },
        widens,
        turns: !widens
          ? "Allowed"
          : statement.Effect === "Allow"
            ? "ImplicitlyDenied"
            : "ExplicitlyDenied",
        keys: Object.values(statement.Condition ?? {}).flatMap((keys) => Object.keys(keys)),
        isAbout: (action, resource) =>
          [statement, ...(after === undefined ? [] : [after])].some(
            (each) => isAbout(each, action) && mayBeAbout(each, resource),
          ),
      };
    };
    return [
      mutant("the statement", undefined),
      ...withoutAKey(statement).map(([key, after]) => mutant(key, after)),
      ...(statement.Effect === "Deny" ? ofADeny(statement) : ofAnAllow(statement)).map(
        ([what, after]) => mutant(what, after),
      ),
    ];
  });
}

/** Whether it names fewer actions or resources, under the same conditions. */
function isLess(after: Statement, { Action, Resource }: Statement): boolean {
  const count = (of: string | readonly string[] | undefined) => [of ?? []].flat().length;
  return count(after.Action) < count(Action) || count(after.Resource) < count(Resource);
}

/** Whether it names the resource, or may: a request's own pattern is left to the simulator. */
function mayBeAbout({ Resource, NotResource }: Statement, resource: string): boolean {
  return (
    NotResource !== undefined ||
    Resource === undefined ||
    resource.includes("*") ||
    [Resource].flat().some((pattern) => matches(pattern, resource))
  );
}

type Change = readonly [what: string, after: Statement];

function withoutAKey(statement: Statement): Change[] {
  const { Condition = {}, ...rest } = statement;
  return Object.entries(Condition).flatMap(([operator, keys]) =>
    Object.keys(keys).map((key): Change => {
      const others = without(keys, key);
      const left =
        Object.keys(others).length === 0
          ? without(Condition, operator)
          : { ...Condition, [operator]: others };
      return [
        `${operator} ${key}`,
        Object.keys(left).length === 0 ? rest : { ...rest, Condition: left },
      ];
    }),
  );
}

function ofADeny(statement: Statement): Change[] {
  return [
    ...oneLess(statement, "Action"),
    ...oneLess(statement, "Resource"),
    // What is excepted: everything else, and the exceptions too.
    ...(statement.NotResource === undefined
      ? []
      : [["its exceptions", everywhere(statement)] as const]),
  ];
}

function ofAnAllow(statement: Statement): Change[] {
  const { Principal, Resource } = statement;
  return [
    ...(Resource === undefined || [Resource].flat().includes("*")
      ? []
      : [["its resources", everywhere(statement)] as const]),
    ...(Principal === undefined || Principal === "*" || Principal["AWS"] === "*"
      ? []
      : [["its principal", { ...statement, Principal: "*" }] as const]),
  ];
}

/** Each entry of a list taken out; of one that is alone, leaving out the statement is the same. */
function oneLess(statement: Statement, element: "Action" | "Resource"): Change[] {
  const entries = [statement[element] ?? []].flat();
  return entries.length < 2
    ? []
    : entries.map((gone) => [
        gone,
        { ...statement, [element]: entries.filter((each) => each !== gone) },
      ]);
}

function everywhere({ NotResource: _, ...statement }: Statement): Statement {
  return { ...statement, Resource: "*" };
}

function without<T>(all: Readonly<Record<string, T>>, key: string): Record<string, T> {
  return Object.fromEntries(Object.entries(all).filter(([each]) => each !== key));
}
