import { DescribeInstancesCommand, type EC2Client, type Instance } from "@aws-sdk/client-ec2";

import { Case } from "../../components/case";
import { TICKET_TAG } from "../../components/tags";
import { refuseLookUp } from "../awsRefusals";

/** The workstation of a ticket; undefined where AWS has none. @throws Refusal where AWS does not tell. */
export async function findWorkstation(
  ec2: Pick<EC2Client, "send">,
  ticket: string,
): Promise<Instance | undefined> {
  const { Reservations = [] } = await ec2
    .send(
      new DescribeInstancesCommand({
        Filters: [
          { Name: `tag:${TICKET_TAG}`, Values: [new Case(ticket).tag] },
          { Name: "instance-state-name", Values: ["pending", "running", "stopping", "stopped"] },
        ],
      }),
    )
    .catch(refuseLookUp("The workstation"));
  return Reservations.flatMap(({ Instances = [] }) => Instances)[0];
}
