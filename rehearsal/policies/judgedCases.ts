import { readFileSync } from "node:fs";
import { join } from "node:path";

import { UNKNOWN_TEXT } from "../../test/support/policies";
import { TYPES_OF_KIND } from "../../policy-pack/stackKinds";
import { ACCESS } from "./cases/access";
import { DOORS } from "./cases/doors";
import { EVIDENCE } from "./cases/evidence";
import { FOUNDATION } from "./cases/foundation";
import { KEEPING } from "./cases/keeping";
import { MACHINES } from "./cases/machines";
import { ROOMS } from "./cases/room";
import { SURROUNDINGS } from "./cases/surroundings";
import { SWITCHES } from "./cases/switches";
import { TRAFFIC } from "./cases/traffic";
import {
  type Finding,
  type PackConfiguration,
  PackInProcess,
  type ToldResource,
} from "./packInProcess";
import { type Declared, isRef, type PolicyCase } from "./policyCase";
import { ACCOUNT, REGION, TICKET } from "./compliantStacks";

const OF_OWN_TYPES: readonly PolicyCase[] = [
  ...EVIDENCE,
  ...ROOMS,
  ...FOUNDATION,
  ...SWITCHES,
  ...TRAFFIC,
  ...MACHINES,
  ...DOORS,
  ...KEEPING,
];

/**
 * Defects with what is right beside them, which the engine previews: of types that the simulated account knows, and of
 * whatever name, as one program holds all of them and their names have their case's number.
 */
export const CASES: readonly PolicyCase[] = OF_OWN_TYPES.filter(
  (each) => isOfListedTypes(each) && each.byName !== true,
);

/** Those, and more of their kinds, also of packages whose plugins nobody has to install. */
export const ALL_CASES: readonly PolicyCase[] = [...OF_OWN_TYPES, ...ACCESS, ...SURROUNDINGS];

function isOfListedTypes({ kind, of, defect }: PolicyCase): boolean {
  return defect(of).every(({ type }) => TYPES_OF_KIND[kind]?.includes(type));
}

/** Stacks of each kind. */
export const STACKS = {
  foundation: "audit",
  incident: TICKET.toLowerCase(),
  member: "member-111122223333",
} as const;

/** The pack's configuration for audit stacks. */
export const FOUNDATION_CONFIG = join(__dirname, "../../policy-pack/clean-room.json");

const PROVIDER: ToldResource = {
  type: "pulumi:providers:aws",
  name: "default",
  props: { region: REGION, allowedAccountIds: [ACCOUNT] },
  options: { protect: false, ignoreChanges: [], deleteBeforeReplace: false, createSeconds: 0 },
  madeOf: {},
  after: [],
  provider: undefined,
};

/** What a case is judged to be: nothing against the near miss, and something against the defect. */
export interface JudgedCase {
  readonly what: string;
  readonly kind: PolicyCase["kind"];
  readonly defect: readonly Finding[];
  readonly near: readonly Finding[];
}

/** The pack as it is configured for a stack of this name. */
export function packFor(stack: string): PackInProcess {
  return new PackInProcess(
    stack,
    stack === STACKS.foundation
      ? (JSON.parse(readFileSync(FOUNDATION_CONFIG, "utf8")) as PackConfiguration)
      : {},
  );
}

/**
 * Judges cases in this process, each as a stack of its own in its first preview.
 *
 * @param shuffled Puts resources into another order. @default as they are declared
 */
export async function judgeCases(
  cases: readonly PolicyCase[],
  shuffled: (resources: readonly ToldResource[]) => readonly ToldResource[] = (all) => all,
): Promise<JudgedCase[]> {
  const judged: JudgedCase[] = [];
  for (const { what, kind, of, defect, near = (all: readonly Declared[]) => all } of cases) {
    const pack = packFor(STACKS[kind]);
    judged.push({
      what,
      kind,
      defect: await pack.judge(shuffled(told(defect(of)))),
      near: await pack.judge(shuffled(told(near(of)))),
    });
  }
  return judged;
}

/** Resources as the engine tells of them in a first preview: what one makes of another is not known yet. */
function told(resources: readonly Declared[]): ToldResource[] {
  const keys = new Map(resources.map(({ type, name }) => [name, `${type}::${name}`]));
  const own = resources.map(({ type, name, props, options = {} }): ToldResource => {
    const madeOf = Object.fromEntries(
      Object.entries(props).map(([field, value]) => [
        field,
        refsIn(value).flatMap((of) => keys.get(of) ?? []),
      ]),
    );
    return {
      type,
      name,
      props: unknownRefs(props) as ToldResource["props"],
      options: {
        protect: options.protect ?? false,
        ignoreChanges: options.ignoreChanges ?? [],
        deleteBeforeReplace: options.deleteBeforeReplace ?? false,
        createSeconds: options.customTimeouts === undefined ? 0 : 3600,
      },
      madeOf,
      after: [...new Set(Object.values(madeOf).flat())],
      provider: type.startsWith("aws:") ? PROVIDER.name : undefined,
    };
  });
  return [PROVIDER, ...own];
}

function refsIn(value: unknown): string[] {
  if (typeof value !== "object" || value === null) {
    return [];
  }
  return isRef(value) ? [value.of] : Object.values(value).flatMap(refsIn);
}

function unknownRefs(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(unknownRefs);
  }
  if (typeof value !== "object" || value === null) {
    return value;
  }
  return isRef(value)
    ? UNKNOWN_TEXT
    : Object.fromEntries(Object.entries(value).map(([key, item]) => [key, unknownRefs(item)]));
}
