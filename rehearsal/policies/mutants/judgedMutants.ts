import { packFor } from "../judgedCases";
import { keyOf } from "../packInProcess";
import { LISTED, type Listing } from "./listedMutants";
import type { Mutant } from "./mutant";
import { mutantsOf } from "./mutantsOf";
import { toldStacks } from "./toldStacks";

/** How the pack judged the mutants of the program's three kinds of stack. */
export interface Judged {
  readonly mutants: number;
  readonly refused: number;

  /** Accepted, as they are listed to be. */
  readonly listed: number;

  /** Accepted, and not listed: stack, resource, what is done and where. */
  readonly missed: readonly string[];

  /** What the pack has against the stacks as they are. */
  readonly wronged: readonly string[];

  /** Listings that no accepted mutant needs. */
  readonly needless: readonly Listing[];
}

/** Judges every mutant of every resource of the program's stacks. */
export async function judgeMutants(): Promise<Judged> {
  const missed: string[] = [];
  const wronged: string[] = [];
  const needed = new Set<Listing>();
  let [mutants, refused, listed] = [0, 0, 0];
  for (const { name, resources } of await toldStacks()) {
    const pack = packFor(name);
    const unchanged = await pack.judge(resources);
    wronged.push(
      ...unchanged.map(
        ({ policy, resource, message }) => `${name}: ${policy}: ${resource}: ${message}`,
      ),
    );
    for (const resource of resources) {
      for (const mutant of mutantsOf(resource)) {
        mutants += 1;
        const findings = await pack.judgeChanged(resources, resource, mutant.resource);
        const listing = LISTED.find((each) => isListed(each, resource.type, mutant));
        if (findings.length > 0) {
          refused += 1;
        } else if (listing !== undefined) {
          listed += 1;
          needed.add(listing);
        } else {
          missed.push(`${name}: ${keyOf(resource)}: ${mutant.act} ${mutant.path}`.trimEnd());
        }
      }
    }
  }
  return {
    mutants,
    refused,
    listed,
    missed,
    wronged,
    needless: LISTED.filter((each) => !needed.has(each)),
  };
}

function isListed({ types, act, path }: Listing, type: string, mutant: Mutant): boolean {
  return (
    (types === "every type" || types.includes(type.split(":").at(-1) ?? "")) &&
    act.test(mutant.act) &&
    (path?.test(mutant.path) ?? true)
  );
}
