import { ofStack } from "../policyForms";
import { isRoomsNetwork } from "../vpcs";

const VPC = "aws:ec2/vpc:Vpc";
const DEFAULT_GROUP = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup";

/** AWS makes a VPC's default group, in which everybody speaks to everybody; whoever names no group is in it. */
export const closedDefaultGroups = ofStack(
  {
    name: "closed-default-groups",
    displayName: "The default group of a network of rooms is closed",
    description:
      "Checks that every VPC of a foundation with subnets and endpoints, but without an internet gateway, has its default security group taken over, whose rules another policy judges.",
    severity: "high",
    tags: ["network"],
    remediationSteps: "Add an aws.ec2.DefaultSecurityGroup with the VPC's id, and no rules.",
  },
  (graph) =>
    graph
      .ofType(VPC)
      .filter((vpc) => isRoomsNetwork(vpc, graph))
      .filter((vpc) => graph.partsOf(vpc, DEFAULT_GROUP, "vpcId").length === 0)
      .map((subject) => ({
        subject,
        sentence: `DefaultSecurityGroup is missing; required: one with this VPC's id, without rules.\nAdd new aws.ec2.DefaultSecurityGroup(…, { vpcId: ${subject.name}.id }): what names no group is in it, and speaks to all that is.`,
      })),
);
