import type { Account, IndexedTags } from "./account";
import type { AccountStore } from "./accountStore";
import type { JsonAnswers, QueryAnswers } from "./awsEndpoint";

/** What the index of tags is asked for. */
export interface TagQuestion {
  /** Where it is asked. @default the account's own Region */
  readonly region?: string | undefined;

  /** `kms`, `kms:key`, … @default all */
  readonly types?: readonly string[] | undefined;

  /** Keys, with the values that they may have. @default any value */
  readonly tags: readonly {
    readonly key: string;
    readonly values?: readonly string[] | undefined;
  }[];
}

/**
 * What carries such tags.
 *
 * AWS tells of a key until it is deleted, which is days after its deletion was scheduled. Of roles it tells never, and of
 * what is in another Region there. Source: Resource Groups Tagging API reference, supported services; GetResources.
 */
export function taggedIn({ region: own, state }: Account, asked: TagQuestion): IndexedTags[] {
  const isAsked = ({ arn = "" }: IndexedTags) => {
    const [, , service, region, , resource = ""] = arn.split(":");
    const kind = `${service}:${resource.split("/")[0]}`;
    return (
      kind !== "iam:role" &&
      (region || own) === (asked.region ?? own) &&
      (asked.types?.some((type) => type === service || type === kind) ?? true)
    );
  };
  return (state.tagIndex ?? state.entries).filter(
    (entry) =>
      entry.arn !== undefined &&
      Object.keys(entry.tags).length > 0 &&
      isAsked(entry) &&
      asked.tags.every(({ key, values = [] }) => {
        const value = entry.tags[key];
        return value !== undefined && (values.length === 0 || values.includes(value));
      }),
  );
}

/**
 * What the Resource Groups Tagging API answers of an account to who asks without Pulumi.
 *
 * @param region Where it is asked.
 */
export function taggingAnswersOf(store: AccountStore, region: string): JsonAnswers {
  return {
    GetResources: ({
      ResourceTypeFilters: types,
      TagFilters = [],
    }: {
      ResourceTypeFilters?: string[];
      TagFilters?: { Key: string; Values?: string[] }[];
    }) => {
      const tags = TagFilters.map(({ Key, Values }) => ({ key: Key, values: Values }));
      return {
        ResourceTagMappingList: taggedIn(store.read(), { region, types, tags }).map((entry) => ({
          ResourceARN: entry.arn,
          Tags: Object.entries(entry.tags).map(([Key, Value]) => ({ Key, Value })),
        })),
      };
    },
  };
}

/** What EC2 answers who gives tags to what an account has, without Pulumi. */
export function tagsGivenIn(store: AccountStore): QueryAnswers {
  return {
    CreateTags: (request) =>
      store.change(({ state: { entries } }) => {
        const tags = [1, 2].flatMap((index) => {
          const key = request.get(`Tag.${index}.Key`);
          return key === null ? [] : [[key, request.get(`Tag.${index}.Value`) ?? ""] as const];
        });
        const found = entries.filter(({ id }) => id === request.get("ResourceId.1"));
        found.forEach((entry) => {
          entry.tags = { ...entry.tags, ...Object.fromEntries(tags) };
        });
        return { return: true };
      }),
  };
}
