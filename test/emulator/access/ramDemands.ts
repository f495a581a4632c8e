import type { Asked } from "./askedOf";
import { type Context, type Demand, Unmapped } from "./demand";
import type { Facts, Where } from "./facts";
import { requestTags, tagsGiven } from "./requestTags";

/** The requests, whose paths are written small. */
const ACTIONS = [
  "AssociateResourceShare",
  "CreateResourceShare",
  "DeleteResourceShare",
  "DisassociateResourceShare",
  "GetResourceShareAssociations",
  "GetResourceShares",
  "ListResourceSharePermissions",
  "TagResource",
  "UntagResource",
];

/** What looks at all shares at once, or at none yet. */
const OF_NONE = ["CreateResourceShare", "GetResourceShareAssociations", "GetResourceShares"];

/**
 * What a request of Resource Access Manager's asks IAM for: the action on the share, with whom and what it is about.
 *
 * Source: Service Authorization Reference, "Actions, resources, and condition keys for AWS Resource Access Manager".
 */
export function ramDemands(asked: Asked, { account, region }: Where, facts: Facts): Demand[] {
  const { said } = asked;
  const path = said.get("path.1") ?? "";
  const operation = ACTIONS.find((each) => each.toLowerCase() === path);
  if (operation === undefined) {
    throw new Unmapped(`ram: ${asked.operation}`);
  }
  const action = `ram:${operation}`;
  const given = requestTags(tagsGiven(asked));
  const isNew = operation === "CreateResourceShare";
  const context = { ...given, ...askedToShare(said, isNew) };
  const share = said.get("resourceShareArn") ?? "";
  return [
    OF_NONE.includes(operation)
      ? { action, resource: "*", context }
      : { action, resource: share, context: { ...facts.ofShare(share), ...context } },
    ...(isNew && Object.keys(given).length > 0
      ? [
          {
            action: "ram:TagResource",
            resource: `arn:aws:ram:${region}:${account}:resource-share/new`,
            context: given,
          },
        ]
      : []),
  ];
}

/** What is shared, and with whom. */
function askedToShare(said: Asked["said"], isNew: boolean): Context {
  const listed = (name: string) =>
    [...said].flatMap(([key, value]) => (key.startsWith(`${name}.`) ? value : []));
  const [principals, resources] = [listed("principals"), listed("resourceArns")];
  return {
    ...(principals.length === 0 ? {} : { "ram:Principal": principals }),
    ...(resources.length === 0
      ? {}
      : {
          "ram:ResourceArn": resources,
          "ram:RequestedResourceType": resources.map(typeOf),
        }),
    ...(isNew
      ? {
          "ram:RequestedAllowsExternalPrincipals":
            said.get("allowExternalPrincipals") === "false" ? "false" : "true",
        }
      : {}),
  };
}

/** `ec2:TrafficMirrorTarget` of an ARN that ends in `traffic-mirror-target/…`. */
function typeOf(arn: string): string {
  const [, , service, , , resource = ""] = arn.split(":");
  const [kind = ""] = resource.split("/");
  return `${service}:${kind.replace(/(^|-)([a-z])/g, (_, __, letter: string) => letter.toUpperCase())}`;
}
