import * as pulumi from "@pulumi/pulumi";

import { bucketArn } from "../components/aws/arn";
import { OWNER_TAG } from "../components/tags";
import { ownerTag, type OwningStack } from "./ownership";

/** What AWS's services say of a name that is taken. */
const TAKEN =
  /AlreadyExists|EntityAlreadyExists|ConflictException|\.Duplicate|already exists|BucketAlreadyOwnedByYou|AlreadyAssociated/;

/**
 * What S3 says of a bucket's name that another account has, or has given up just now.
 *
 * Source: S3 API reference, CreateBucket, "Errors"; one's own is BucketAlreadyOwnedByYou.
 */
const OF_ANOTHER_ACCOUNT = /\bBucketAlreadyExists\b/;

/**
 * Tells what AWS calls "already exists": something is there under a name that the program needs, and nothing says that
 * this stack made it. Whoever knows that it did says so, and the next `up` takes it on.
 */
export function sayWhoseItIs(of: OwningStack): pulumi.ErrorHook {
  return new pulumi.ErrorHook("it-is-there-already", async ({ errors, type, name, newInputs }) => {
    const inputs = newInputs ?? {};
    if (errors.some((error) => OF_ANOTHER_ACCOUNT.test(error))) {
      await pulumi.log.error(anotherAccountsBucket(of, name, inputs));
    } else if (errors.some((error) => TAKEN.test(error))) {
      await pulumi.log.error(foreignSentence(of, type, name, inputs));
    }
    return false;
  });
}

/** A bucket's name is taken all over AWS, and follows from the stack's: with another one of these it is another. */
export function anotherAccountsBucket(
  of: OwningStack,
  name: string,
  inputs: Readonly<Record<string, unknown>>,
): string {
  const other = `${of.stack}-2`;
  return `The name ${calledIn(inputs, name)} is a bucket of another AWS account's: put nothing into it. Bucket names are the same for all accounts, and this one follows from account, Region and stack. Give the stack another name, which keeps what it has made: pulumi stack rename ${other} --stack ${of.stack}; then run pulumi up --stack ${other}. Whoever names this stack in settings, such as auditStack of an incident, names ${other} from then on.`;
}

/** One sentence, with the commands of either way. */
export function foreignSentence(
  of: OwningStack,
  type: string,
  name: string,
  inputs: Readonly<Record<string, unknown>>,
): string {
  const called = calledIn(inputs, name);
  const there = `AWS has ${type.slice(type.lastIndexOf(":") + 1)} ${called} already, and nothing there says that it is of this stack: it is left alone.`;
  const again = `pulumi up --stack ${of.stack}`;
  if (type === "aws:kms/alias:Alias") {
    return `${there} Look which key it names: aws kms describe-key --region ${of.region} --key-id ${called}. If that key is nobody's: aws kms delete-alias --region ${of.region} --alias-name ${called}; then run again: ${again}.`;
  }
  const removal = commandThatRemoves(type, of, inputs);
  if (removal !== undefined) {
    return `${there} It is in something of this stack's, so nobody else's work hangs on it: look at it, have it removed: ${removal}; then run again: ${again}.`;
  }
  return `${there} Where a pulumi up was interrupted in these minutes, AWS may list its tag only later: run again: ${again}. If it is this stack's all the same, say so: ${commandThatTags(type, called, ownerTag(of, type, name), of, inputs)}; then run again, which takes it on. If it is not, have it removed or renamed by whoever made it.`;
}

/** Of what carries no tag, and says nothing that the program has not: it is made anew. */
function commandThatRemoves(
  type: string,
  { region }: OwningStack,
  inputs: Readonly<Record<string, unknown>>,
): string | undefined {
  const [group, list, table, subnet, destination] = [
    "firewallRuleGroupId",
    "firewallDomainListId",
    "routeTableId",
    "subnetId",
    "destinationCidrBlock",
  ].map((input) => String(inputs[input]));
  switch (type) {
    case "aws:route53/resolverFirewallRule:ResolverFirewallRule":
      return `aws route53resolver delete-firewall-rule --region ${region} --firewall-rule-group-id ${group} --firewall-domain-list-id ${list}`;
    case "aws:ec2/route:Route":
      return `aws ec2 delete-route --region ${region} --route-table-id ${table} --destination-cidr-block ${destination}`;
    case "aws:ec2/routeTableAssociation:RouteTableAssociation":
      return `aws ec2 disassociate-route-table --region ${region} --association-id "$(aws ec2 describe-route-tables --region ${region} --filters Name=association.subnet-id,Values=${subnet} --query "RouteTables[].Associations[?SubnetId=='${subnet}'].RouteTableAssociationId[]" --output text)"`;
    default:
      return undefined;
  }
}

/** What AWS calls it, or what the program does. */
function calledIn(inputs: Readonly<Record<string, unknown>>, name: string): string {
  return [inputs["name"], inputs["bucket"]].find(isText) ?? name;
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function commandThatTags(
  type: string,
  name: string,
  tag: string,
  { region }: OwningStack,
  { vpcId, version }: Readonly<Record<string, unknown>>,
): string {
  const tags = `--tags Key=${OWNER_TAG},Value=${tag}`;
  const byArn = (arn: string) =>
    `aws resourcegroupstaggingapi tag-resources --region ${region} --resource-arn-list ${arn} --tags ${OWNER_TAG}=${tag}`;
  const listed = (condition: string) =>
    byArn(
      `"$(aws resourcegroupstaggingapi get-resources --region ${region} --query "ResourceTagMappingList[?${condition}].ResourceARN" --output text)"`,
    );
  switch (type) {
    case "aws:iam/role:Role":
      return `aws iam tag-role --role-name ${name} ${tags}`;
    case "aws:iam/policy:Policy":
      return `aws iam tag-policy --policy-arn "$(aws iam list-policies --scope Local --query "Policies[?PolicyName=='${name}'].Arn" --output text)" ${tags}`;
    case "aws:ec2/securityGroup:SecurityGroup":
      return `aws ec2 create-tags --region ${region} --resources "$(aws ec2 describe-security-groups --region ${region} --filters Name=group-name,Values=${name} Name=vpc-id,Values=${String(vpcId)} --query "SecurityGroups[0].GroupId" --output text)" ${tags}`;
    case "aws:s3/bucket:Bucket":
      // It may have no tag at all yet, and is not listed then.
      return byArn(bucketArn(region, name));
    default:
      return typeof version === "string"
        ? listed(`contains(ResourceARN, '/${name}/${version}')`)
        : listed(`ends_with(ResourceARN, ':${name}') || ends_with(ResourceARN, '/${name}')`);
  }
}
