import type { Asked } from "./askedOf";
import { type Demand, Unmapped } from "./demand";
import { requestTags, tagsGiven } from "./requestTags";

/** What needs no permission. Source: STS API reference, GetCallerIdentity. */
const FREE = ["GetCallerIdentity"];

/**
 * What a request of STS's asks IAM for, and the role's trust.
 *
 * Source: Service Authorization Reference, "Actions, resources, and condition keys for AWS Security Token Service".
 */
export function stsDemands(asked: Asked): Demand[] {
  const { operation, said } = asked;
  if (FREE.includes(operation)) {
    return [];
  }
  const [resource, identity] = [said.get("RoleArn"), said.get("SourceIdentity")];
  // A policy of the session would have to be kept with its credentials.
  if (operation !== "AssumeRole" || resource === undefined || said.has("Policy")) {
    throw new Unmapped(`sts: ${operation}`);
  }
  const given = requestTags(tagsGiven(asked));
  const context = {
    ...given,
    "sts:RoleSessionName": said.get("RoleSessionName") ?? "",
    ...(identity === undefined ? {} : { "sts:SourceIdentity": identity }),
  };
  return [
    "sts:AssumeRole",
    ...(identity === undefined ? [] : ["sts:SetSourceIdentity"]),
    ...(Object.keys(given).length === 0 ? [] : ["sts:TagSession"]),
  ].map((action) => ({ action, resource, context }));
}
