import { readFileSync } from "node:fs";

import { ACCOUNT_ID, exactly, INSTANCE_ID } from "../../components/aws/ids";
import { KNOWN_REGION, REGION_NAME } from "../../components/aws/partition";
import { Refusal } from "../../components/refusal";
import { reasonOf } from "../reasonOf";

/** An instance, and where it is. */
export interface NamedInstance {
  /** Its account, 12 digits. */
  readonly accountId: string;
  readonly region: string;

  /** `i-…`. */
  readonly instanceId: string;
}

/** An instance as it is typed; account and Region may be left to options. */
export type TypedInstance = Partial<NamedInstance> & Pick<NamedInstance, "instanceId">;

const FORM = "i-…, <account>/i-… or <account>/<region>/i-…";

/**
 * Reads instances as they are typed: nothing else than what an account, a Region and an instance are called gets to AWS.
 *
 * @returns them, and why others are none.
 */
export function readInstances(typed: readonly string[]): {
  readonly instances: readonly TypedInstance[];
  readonly reasons: readonly string[];
} {
  const reasons: string[] = [];
  const instances = [...new Set(typed)].flatMap((each): TypedInstance[] => {
    const parts = each.split("/");
    const instanceId = parts.at(-1) ?? "";
    const [accountId, region] = parts.slice(0, -1);
    const wrong =
      parts.length > 3 || !exactly(INSTANCE_ID).test(instanceId)
        ? `an instance as ${FORM}`
        : accountId !== undefined && !exactly(ACCOUNT_ID).test(accountId)
          ? `an account of 12 digits before the instance: ${FORM}`
          : region !== undefined && !exactly(REGION_NAME).test(region)
            ? KNOWN_REGION
            : undefined;
    if (wrong !== undefined) {
      reasons.push(`${JSON.stringify(each)}; required: ${wrong}.`);
      return [];
    }
    return [
      {
        instanceId,
        ...(accountId === undefined ? {} : { accountId }),
        ...(region === undefined ? {} : { region }),
      },
    ];
  });
  return { instances, reasons };
}

/**
 * Reads a file of instances, one a line; what follows `#` is a comment.
 *
 * @param path Where it is; `-` is standard input.
 * @throws Refusal where it cannot be read.
 */
export function instancesInFile(path: string): string[] {
  try {
    return readFileSync(path === "-" ? 0 : path, "utf8")
      .split("\n")
      .map((line) => line.replace(/#.*/, "").trim())
      .filter((line) => line !== "");
  } catch (error) {
    throw new Refusal("No instances were read", [`${path}: ${reasonOf(error)}`]);
  }
}

/** An instance is in one place: one of two that are typed is wrong. */
export function namedTwice(instances: readonly NamedInstance[]): string[] {
  const places = new Map<string, Set<string>>();
  for (const { instanceId, accountId, region } of instances) {
    const known = places.get(instanceId) ?? new Set();
    places.set(instanceId, known.add(`${accountId}/${region}`));
  }
  return [...places].flatMap(([instanceId, known]) =>
    known.size < 2 ? [] : [`${instanceId} is named in ${[...known].join(" and ")}: one of them.`],
  );
}
