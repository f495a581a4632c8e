import type { Account, Properties } from "./account";
import { digest, hex, uuid } from "./identifiers";
import { resourceTypes } from "./resourceTypes";

const DESTINATIONS = [
  "destinationCidrBlock",
  "destinationIpv6CidrBlock",
  "destinationPrefixListId",
];

/**
 * What follows from the table as the ARN of something.
 *
 * @returns nothing where AWS has none.
 */
export function arnOf(
  account: Account,
  type: string,
  id: string,
  inputs: Properties,
): string | undefined {
  const arn = resourceTypes[type]?.arn;
  if (arn === undefined || arn === "{id}") {
    return arn === undefined ? undefined : id;
  }
  // A parameter's name begins with a slash that its ARN does not repeat.
  const named = arn.replace("/{id}", id.startsWith("/") ? "{id}" : "/{id}");
  return `arn:aws:${filled(named, { ...valuesOf(account, inputs), id })}`;
}

/** What the texts of the table are filled in with. */
export function valuesOf(account: Account, inputs: Properties): Properties {
  return {
    path: "/",
    region: account.region,
    // Of a route.
    destination: DESTINATIONS.map((name) => inputs[name])
      .filter((value) => typeof value === "string")
      .join(),
    // Two names of Image Builder that differ only in case, spaces or underscores have one ARN.
    lowerName: String(inputs["name"]).toLowerCase().replace(/[ _]/g, "-"),
    ...inputs,
    account: account.id,
    digest: parseInt(digest(JSON.stringify(inputs), 8), 16),
  };
}

/** A text of the table, filled in. */
export function filled(text: string, values: Properties): string {
  return text.replace(/\{(hex)?(\w+)\}/g, (_, random: string | undefined, name: string) =>
    random !== undefined ? hex(Number(name)) : name === "uuid" ? uuid() : String(values[name]),
  );
}
