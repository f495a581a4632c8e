import { DescribeInstancesCommand, type EC2Client, type Instance } from "@aws-sdk/client-ec2";

import { Case } from "../../components/case";
import { TICKET_TAG } from "../../components/tags";
import { refuseLookUp } from "../awsRefusals";

/**
 * The workstations of a ticket that AWS has, by what each is called in its room.
 *
 * @throws Refusal where AWS does not tell.
 */
export async function findWorkstations(
  ec2: Pick<EC2Client, "send">,
  ticket: string,
): Promise<ReadonlyMap<string, Instance>> {
  const ofCase = new Case(ticket);
  const { Reservations = [] } = await ec2
    .send(
      new DescribeInstancesCommand({
        Filters: [
          { Name: `tag:${TICKET_TAG}`, Values: [ofCase.tag] },
          { Name: "instance-state-name", Values: ["pending", "running", "stopping", "stopped"] },
        ],
      }),
    )
    .catch(refuseLookUp("The workstation"));
  return new Map(
    Reservations.flatMap(({ Instances = [] }) => Instances)
      .reverse()
      .map((machine) => [
        ofCase.calledByTag(machine.Tags?.find(({ Key }) => Key === "Name")?.Value),
        machine,
      ]),
  );
}
