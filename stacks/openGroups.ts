import { DescribeSecurityGroupRulesCommand, type EC2Client, type Tag } from "@aws-sdk/client-ec2";

import { lookUpFailure } from "../components/aws/failure";
import { type Check, Refusal } from "../components/refusal";

/** Everybody, as a rule names them. */
const EVERYBODY = ["0.0.0.0/0", "::/0"];

/**
 * Refuses to take on a security group that is open to everybody: AWS makes each group so, and whoever makes
 * one takes that rule away a moment later. A deployment that ended in between has left it, with no tag on it.
 *
 * Source: EC2 user guide, "Default security group rules": a new group allows all outbound traffic.
 *
 * @param groups The groups that are to be taken on, `sg-…`.
 * @param isMeant Whether the program makes a rule with these tags open to everybody.
 * @returns a reason for each, with the command that takes the rule away.
 * @throws Refusal where AWS does not say.
 */
export async function checkClosedGroups(
  ec2: Pick<EC2Client, "send">,
  groups: readonly string[],
  region: string,
  isMeant: (tags: readonly Tag[]) => boolean = () => false,
): Promise<Check> {
  const heading = "A security group is open to everybody";
  if (groups.length === 0) {
    return [heading, []];
  }
  const { SecurityGroupRules = [] } = await ec2
    .send(
      new DescribeSecurityGroupRulesCommand({
        Filters: [{ Name: "group-id", Values: [...groups] }],
      }),
    )
    .catch((error: unknown) => {
      throw new Refusal("What AWS has is not known", [
        lookUpFailure(`The rules of ${groups.join(", ")}`, error),
      ]);
    });
  const open = SecurityGroupRules.filter(
    ({ CidrIpv4 = "", CidrIpv6 = "", Tags = [] }) =>
      (EVERYBODY.includes(CidrIpv4) || EVERYBODY.includes(CidrIpv6)) && !isMeant(Tags),
  );
  return [
    heading,
    open.map(({ GroupId, SecurityGroupRuleId, IsEgress }) => {
      const direction = IsEgress === true ? "egress" : "ingress";
      return `${GroupId} was made by a pulumi up that was interrupted, and has the ${direction} rule ${SecurityGroupRuleId} still. Run: aws ec2 revoke-security-group-${direction} --region ${region} --group-id ${GroupId} --security-group-rule-ids ${SecurityGroupRuleId}; then this again.`;
    }),
  ];
}
