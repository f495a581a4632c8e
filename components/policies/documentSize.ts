import type { Check } from "../refusal";

/**
 * The most that a document may have, by its kind. IAM counts characters without white space, EC2 counts
 * characters, S3 and KMS count bytes. Of inline policies a role's count together; no role here has two.
 *
 * Sources: "IAM and AWS STS quotas" (a role's trust: 2,048 unless the quota was raised; a managed policy: 6,144;
 * inline policies of a role together: 10,240), "AWS PrivateLink quotas" (20,480), "Bucket policies" (20 KB),
 * "KMS resource quotas" (32 KB).
 */
const LIMITS = {
  "role trust": { most: 2_048, sizeOf: withoutSpace },
  "managed policy": { most: 6_144, sizeOf: withoutSpace },
  "inline policy": { most: 10_240, sizeOf: withoutSpace },
  "endpoint policy": { most: 20_480, sizeOf: (text: string) => text.length },
  "bucket policy": { most: 20_480, sizeOf: (text: string) => Buffer.byteLength(text) },
  "key policy": { most: 32_768, sizeOf: (text: string) => Buffer.byteLength(text) },
} as const;

/** A document that is going to be placed. */
export interface SizedDocument {
  /** Whose it is, such as `the vault`. */
  readonly of: string;
  readonly kind: keyof typeof LIMITS;
  readonly document: object;

  /** Settings that it grows with, lists and maps, by their paths; none where its size is the program's affair. */
  readonly growsWith: readonly string[];
}

/** A setting that a document grows with. */
interface Growth {
  readonly setting: string;
  readonly entries: readonly unknown[];

  /** Of how many of its entries, the first ones, the document fits; 0 where it is not its length alone. */
  readonly fits: number;
}

/**
 * Refuses settings that make documents which AWS would refuse for their size in mid-deployment.
 *
 * @param documentsOf The documents that settings make.
 * @returns a reason for each of them, with the settings it grows with, and how many of their entries fit.
 */
export function checkFittingDocuments<S extends object>(
  settings: S,
  documentsOf: (settings: S) => readonly SizedDocument[],
): Check {
  const reasons = documentsOf(settings)
    .filter((document) => sizeOf(document) > LIMITS[document.kind].most)
    .map((document) => {
      const fits = (shorter: S) => {
        const same = documentsOf(shorter).find(
          ({ of, kind }) => of === document.of && kind === document.kind,
        );
        return same === undefined || sizeOf(same) <= LIMITS[document.kind].most;
      };
      return sentence(
        document,
        document.growsWith.map((setting) => growthOf(settings, setting, fits)),
      );
    });
  return ["The settings make documents that are too long", reasons];
}

function sentence(document: SizedDocument, growth: readonly Growth[]): string {
  const { of, kind } = document;
  const enough = growth.filter(({ fits }) => fits > 0);
  const advice =
    enough.length > 0
      ? `Shorten ${enough.map(({ setting, entries, fits }) => `${setting} to ${fits} of ${entries.length}`).join(", or ")}`
      : `Shorten ${growth.map(({ setting, entries }) => `${setting} (${entries.length})`).join(", ")}: none of them is enough alone`;
  const roles = growth.some(({ entries }) => entries.some((each) => /:role\//.test(String(each))));
  const size = `The ${kind} of ${of} would have ${sizeOf(document)}, and AWS takes ${LIMITS[kind].most}.`;
  return `${size} ${advice}${roles ? ". Roles whose names begin alike are named by one entry with a trailing *" : ""}.`;
}

function growthOf<S extends object>(
  settings: S,
  setting: string,
  fits: (shorter: S) => boolean,
): Growth {
  const path = setting.split(".");
  const value = path.reduce<unknown>(
    (within, name) => (within as Record<string, unknown> | undefined)?.[name],
    settings,
  );
  const entries = Array.isArray(value) ? (value as unknown[]) : Object.entries(value ?? {});
  const first = (count: number) => {
    const some = entries.slice(0, count);
    return Array.isArray(value) ? some : Object.fromEntries(some as [string, unknown][]);
  };
  let count = entries.length - 1;
  while (count > 0 && !fits(replaced(settings, path, first(count)))) {
    count -= 1;
  }
  return { setting, entries, fits: Math.max(count, 0) };
}

/** The same settings with another value at this path. */
function replaced<S extends object>(
  settings: S,
  [name = "", ...path]: string[],
  value: unknown,
): S {
  const inner = (settings as Record<string, unknown>)[name] as object;
  return { ...settings, [name]: path.length === 0 ? value : replaced(inner, path, value) };
}

function sizeOf({ kind, document }: SizedDocument): number {
  return LIMITS[kind].sizeOf(JSON.stringify(document));
}

function withoutSpace(text: string): number {
  return text.replace(/\s/g, "").length;
}
