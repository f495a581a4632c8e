import type { Made } from "../../stacks/comparison";

/**
 * The commands that take away what AWS has of a room and nobody needs. There are none for what is evidence or keeps
 * it readable: preserved copies, records, keys.
 *
 * @param region Where it is.
 */
export function removalOf({ type, name, id }: Made, region: string): readonly string[] {
  const ec2 = (rest: string) => `aws ec2 ${rest} --region ${region}`;
  switch (type) {
    case "aws:ec2/instance:Instance":
      return [
        ec2(`modify-instance-attribute --instance-id ${id} --no-disable-api-termination`),
        ec2(`terminate-instances --instance-ids ${id}`),
      ];
    case "aws:ebs/volume:Volume":
      return [ec2(`delete-volume --volume-id ${id}`)];
    case "aws:ec2/securityGroup:SecurityGroup":
      return [ec2(`delete-security-group --group-id ${id}`)];
    case "aws:kms/alias:Alias":
      return [`aws kms delete-alias --region ${region} --alias-name ${name}`];
    case "aws:ssm/parameter:Parameter":
      return [`aws ssm delete-parameter --region ${region} --name ${name}`];
    case "aws:iam/instanceProfile:InstanceProfile":
      return [
        `aws iam remove-role-from-instance-profile --instance-profile-name ${name} --role-name ${name}`,
        `aws iam delete-instance-profile --instance-profile-name ${name}`,
      ];
    case "aws:iam/role:Role":
      return [
        `for policy in $(aws iam list-role-policies --role-name ${name} --query PolicyNames --output text); do aws iam delete-role-policy --role-name ${name} --policy-name "$policy"; done`,
        `aws iam delete-role --role-name ${name}`,
      ];
    default:
      return [];
  }
}
