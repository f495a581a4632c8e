import { STRANGER } from "../compliantStacks";
import type { Change } from "./mutant";

type Statement = Readonly<Record<string, unknown>>;

/** Every change of one line in a policy document that lets somebody do more; the whole document is the value. */
export function documentChanges(document: object): Change[] {
  const { Statement: given } = document as { Statement: Statement | readonly Statement[] };
  const statements = [given].flat() as readonly Statement[];
  const instead = (index: number, statement: Statement | undefined) => ({
    ...document,
    Statement: statements.flatMap((each, at) => (at === index ? (statement ?? []) : each)),
  });
  return statements.flatMap((statement, index) => {
    const named = typeof statement["Sid"] === "string" ? statement["Sid"] : `${index}`;
    const change = (act: string, where: string, other: Statement | undefined): Change => ({
      act,
      path: [named, ...(where === "" ? [] : [where])],
      value: instead(index, other),
    });
    return statement["Effect"] === "Deny"
      ? [change("undeny", "", undefined), ...narrowed(statement, change)]
      : [...widened(statement, change)];
  });
}

type Changing = (act: string, where: string, other: Statement | undefined) => Change;

function widened(statement: Statement, change: Changing): Change[] {
  const { Action, Resource, Principal, Condition } = statement;
  const actions = [(Action ?? []) as string | string[]].flat();
  const services = [...new Set(actions.map((action) => action.split(":")[0]))];
  const tests = testsOf(Condition);
  return [
    change("everything", "Action", { ...statement, Action: "*" }),
    ...services
      .filter((service) => service !== "*" && !actions.includes(`${service}:*`))
      .map((service) =>
        change("service", "Action", { ...statement, Action: [...actions, `${service}:*`] }),
      ),
    ...(Resource === undefined || Resource === "*"
      ? []
      : [change("everything", "Resource", { ...statement, Resource: "*" })]),
    ...(Principal === undefined
      ? []
      : [
          change("everybody", "Principal", { ...statement, Principal: "*" }),
          change("stranger", "Principal", {
            ...statement,
            Principal: { AWS: `arn:aws:iam::${STRANGER}:root` },
          }),
        ]),
    ...(tests.length === 0
      ? []
      : [change("unconditional", "Condition", without(statement, "Condition"))]),
    ...tests.flatMap(({ operator, key }) => [
      ...(tests.length === 1
        ? []
        : [
            change("unconditional", `${operator}.${key}`, {
              ...statement,
              Condition: withoutTest(Condition, operator, key),
            }),
          ]),
      change("any value", `${operator}.${key}`, {
        ...statement,
        Condition: {
          ...(withoutTest(Condition, operator, key) as object),
          StringLike: {
            ...((withoutTest(Condition, operator, key) as Record<string, object>)["StringLike"] ??
              {}),
            [key]: "*",
          },
        },
      }),
    ]),
  ];
}

/** A denial that is for fewer, or about less. */
function narrowed(statement: Statement, change: Changing): Change[] {
  return ["Action", "Resource"].flatMap((field) => {
    const values = [(statement[field] ?? []) as string | string[]].flat();
    return values.length < 2
      ? []
      : values.map((value) =>
          change("undeny", `${field}.${value}`, {
            ...statement,
            [field]: values.filter((each) => each !== value),
          }),
        );
  });
}

function testsOf(condition: unknown): { operator: string; key: string }[] {
  return Object.entries((condition ?? {}) as Record<string, object>).flatMap(([operator, keys]) =>
    Object.keys(keys).map((key) => ({ operator, key })),
  );
}

function without(statement: Statement, field: string): Statement {
  return Object.fromEntries(Object.entries(statement).filter(([key]) => key !== field));
}

function withoutTest(condition: unknown, operator: string, key: string): unknown {
  return Object.fromEntries(
    Object.entries(condition as Record<string, Statement>)
      .map(([name, keys]) => [name, name === operator ? without(keys, key) : keys] as const)
      .filter(([, keys]) => Object.keys(keys).length > 0),
  );
}
