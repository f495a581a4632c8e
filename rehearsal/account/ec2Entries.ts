import type { Account, Entry } from "./account";

/** A filter of an EC2 `Describe…` call. */
export interface Filter {
  readonly name: string;
  readonly values: readonly string[];
}

/** Filters that are not called as the property is, with dashes. */
const PROPERTIES: Readonly<Record<string, string>> = {
  "accepter-vpc-info.owner-id": "peerOwnerId",
  "accepter-vpc-info.vpc-id": "peerVpcId",
  "group-id": "securityGroupId",
  "group-name": "name",
  "requester-vpc-info.owner-id": "ownerId",
  "requester-vpc-info.vpc-id": "vpcId",
  "volume-type": "type",
};

/** States, whatever AWS calls the filter. */
const STATES = ["instance-state-name", "state", "status", "status-code"];

/** Whether something passes all of these filters. */
export function passes(account: Account, entry: Entry, filters: readonly Filter[]): boolean {
  return filters.every(({ name, values }) =>
    name === "tag-key"
      ? values.some((tag) => tag in entry.tags)
      : values.some((value) => matches(value, valueOf(account, entry, name))),
  );
}

/**
 * An entry as EC2 tells it, with its tags.
 *
 * @param fields Names, and behind `=` what a property is called here where that is another.
 */
export function told({ id, state, tags, properties }: Entry, fields: string): object {
  const own: Entry["properties"] = { ...properties, id, state };
  const pairs = fields.split(" ").map((field) => field.split("=") as [string, string?]);
  return {
    ...Object.fromEntries(
      pairs.flatMap(([name, from = name]) => (own[from] === undefined ? [] : [[name, own[from]]])),
    ),
    tagSet: Object.entries(tags).map(([key, value]) => ({ key, value })),
  };
}

/** Whose something is: 12 digits. */
export function ownerOf(account: Account, { properties }: Entry): string {
  const { ownerId = account.id } = properties;
  return String(ownerId);
}

/** Whether it is of one of these, `self` among them; of anybody where there are none. */
export function isOwnedBy(account: Account, entry: Entry, owners: readonly string[]): boolean {
  return (
    owners.length === 0 ||
    owners.some((owner) => (owner === "self" ? account.id : owner) === ownerOf(account, entry))
  );
}

/** AWS takes * and ? in most filters. */
function matches(pattern: string, value: string): boolean {
  const form = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${form}$`).test(value);
}

function valueOf(account: Account, entry: Entry, filter: string): string {
  if (filter.startsWith("tag:")) {
    return entry.tags[filter.slice("tag:".length)] ?? "";
  }
  if (STATES.includes(filter)) {
    return entry.state;
  }
  const property =
    PROPERTIES[filter] ?? filter.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  const value =
    property === "ownerId"
      ? ownerOf(account, entry)
      : // `vpc-id` is the property of a subnet, and the id of a VPC.
        (entry.properties[property] ?? (filter.endsWith("-id") ? entry.id : ""));
  return typeof value === "string" ? value : JSON.stringify(value);
}
