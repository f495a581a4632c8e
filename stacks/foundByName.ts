import { KMSClient, ListAliasesCommand } from "@aws-sdk/client-kms";
import { HeadBucketCommand, S3Client } from "@aws-sdk/client-s3";
import * as aws from "@pulumi/aws";

import { OWNER_TAG } from "../components/tags";
import { ifThere } from "./ifThere";
import { readManagedPolicy } from "./managedPolicy";
import { sdkSettings } from "./sdkSettings";
import { nameFor, type OwningStack } from "./ownership";

/** Values of a resource as it is declared; what is not known yet is an output. */
export type Props = Readonly<Record<string, unknown>>;

/**
 * What AWS has of what no list by tags tells of: by its name, and only where it is the stack's by its own tag or by
 * what it belongs to.
 *
 * @param there Ids of what the stack is known to have: what belongs to anything else was not made by it.
 */
export async function byName(
  of: OwningStack,
  type: string,
  logicalName: string,
  props: Props,
  owner: string,
  there: ReadonlySet<string>,
): Promise<string | undefined> {
  const text = (property: string) => {
    const value = props[property];
    return typeof value === "string" ? value : undefined;
  };
  const name = text("name");
  switch (type) {
    case "aws:s3/bucket:Bucket": {
      // S3 gives it its tags by another request. Nobody else has the name, which is made of the stack's account and place.
      const bucket = text("bucket");
      return bucket !== undefined && bucket === nameFor(of, type, logicalName)
        ? await ifThere(ownBucket(of, bucket))
        : undefined;
    }
    case "aws:iam/role:Role": {
      const role = name && (await ifThere(aws.iam.getRole({ name })));
      return role && role.tags[OWNER_TAG] === owner ? name : undefined;
    }
    case "aws:iam/policy:Policy": {
      const policy = name && (await ifThere(readManagedPolicy(of, name)));
      return policy && policy.tags[OWNER_TAG] === owner ? policy.arn : undefined;
    }
    case "aws:iam/instanceProfile:InstanceProfile": {
      const profile = name && (await ifThere(aws.iam.getInstanceProfile({ name })));
      // It has its role only by another request: the engine may have been killed before that.
      return profile &&
        profile.path === props["path"] &&
        (!profile.roleName || there.has(profile.roleName))
        ? name
        : undefined;
    }
    case "aws:kms/alias:Alias": {
      const key = text("targetKeyId");
      if (name === undefined || key === undefined || !there.has(key)) {
        return undefined;
      }
      const alias = await ifThere(aws.kms.getAlias({ name }));
      return alias?.targetKeyId === key ? name : await earlierAlias(of, logicalName, key);
    }
    case "aws:ec2/routeTableAssociation:RouteTableAssociation": {
      const [subnetId, table] = [text("subnetId"), text("routeTableId")];
      const found =
        subnetId && table && there.has(subnetId)
          ? await ifThere(aws.ec2.getRouteTable({ subnetId }))
          : undefined;
      return found && found.routeTableId === table ? `${subnetId}/${table}` : undefined;
    }
    case "aws:ec2/route:Route": {
      const [routeTableId, destinationCidrBlock] = [
        text("routeTableId"),
        text("destinationCidrBlock"),
      ];
      const found =
        routeTableId && destinationCidrBlock && there.has(routeTableId)
          ? await ifThere(aws.ec2.getRoute({ routeTableId, destinationCidrBlock }))
          : undefined;
      return found && `${routeTableId}_${destinationCidrBlock ?? ""}`;
    }
    case "aws:route53/resolverFirewallRule:ResolverFirewallRule": {
      const [group, list] = [text("firewallRuleGroupId"), text("firewallDomainListId")];
      const priority = props["priority"];
      const found =
        group && list && typeof priority === "number" && there.has(group)
          ? await ifThere(firewallRules(group, priority))
          : undefined;
      return found?.firewallRules.some((rule) => rule.firewallDomainListId === list)
        ? `${group}:${list}`
        : undefined;
    }
    default:
      return undefined;
  }
}

/** A group's rule of a priority, which has one at most. The provider says how many matched where it is not one: none. */
async function firewallRules(firewallRuleGroupId: string, priority: number) {
  return aws.route53
    .getResolverFirewallRules({ firewallRuleGroupId, priority })
    .catch((error: unknown) => {
      if (/Firewall Rules? matched/i.test(String(error))) {
        return undefined;
      }
      throw error;
    });
}

/** A key's alias with a name of chance, as the engine gave it in an earlier version: retained, and there before the state. */
async function earlierAlias(
  { region }: OwningStack,
  logicalName: string,
  KeyId: string,
): Promise<string | undefined> {
  const kms = new KMSClient(sdkSettings(region));
  const answer = await ifThere(kms.send(new ListAliasesCommand({ KeyId })));
  const begin = `alias/${logicalName}-`;
  return answer?.Aliases?.flatMap(({ AliasName }) => AliasName ?? []).find(
    (name) => name.startsWith(begin) && /^[0-9a-f]{7}$/.test(name.slice(begin.length)),
  );
}

/** The bucket's name, where it is the account's own. */
async function ownBucket({ region, accountId }: OwningStack, bucket: string): Promise<string> {
  const s3 = new S3Client(sdkSettings(region));
  await s3.send(new HeadBucketCommand({ Bucket: bucket, ExpectedBucketOwner: accountId }));
  return bucket;
}
