import { ofStack } from "../policyForms";

const VPC = "aws:ec2/vpc:Vpc";
const FLOW_LOG = "aws:ec2/flowLog:FlowLog";
const REMOTE_VPC = "awsx:ec2:Vpc";

/** Whoever came and went is in the flow log, or in nothing. */
export const watchedVpcs = ofStack(
  {
    name: "watched-vpcs",
    displayName: "Every VPC has a flow log",
    description: "Checks that every VPC has a flow log of its own.",
    severity: "high",
    tags: ["logs", "network"],
    remediationSteps: "Add an aws.ec2.FlowLog with the VPC's id.",
  },
  (graph) =>
    graph
      .ofType(VPC)
      .filter((vpc) => {
        // What a remote component puts out may depend on the component alone.
        const made = graph.ofType(REMOTE_VPC).filter(({ name }) => name === vpc.name);
        return ![vpc, ...made].some((each) => graph.partsOf(each, FLOW_LOG, "vpcId").length > 0);
      })
      .map((subject) => ({
        subject,
        sentence:
          "FlowLog is missing; required: one with this VPC's id, trafficType ALL.\nWithout one nobody can tell what left the VPC.",
      })),
);
