import type { AwsAnswer, AwsRequest, Correction, Pass } from "./awsRequest";
import { parametersOf } from "./awsRequest";

/**
 * Has no machine of some types to give, as EC2 on a bad day, where the emulator always has one; and says of
 * images that they support enhanced networking, which it leaves out.
 *
 * Source: EC2 API reference, RunInstances, "Error codes", DescribeImages.
 */
export class Machines implements Correction {
  /** `<instance type> <subnet>`, of which there is none. */
  public readonly lacking = new Set<string>();

  public async answer(request: AwsRequest, pass: Pass): Promise<AwsAnswer> {
    const asked = parametersOf(request);
    switch (asked.get("Action")) {
      case "RunInstances": {
        const type = asked.get("InstanceType") ?? "";
        return this.lacking.has(`${type} ${subnetOf(asked)}`) ? noCapacity(type) : pass(request);
      }
      case "DescribeImages": {
        const answer = await pass(request);
        const text = answer.body
          .toString("utf8")
          .replace(/<\/imageState>/g, "$&<enaSupport>true</enaSupport>");
        return { ...answer, body: Buffer.from(text) };
      }
      default:
        return pass(request);
    }
  }
}

/** The provider names it with the interface that it asks for along with the machine. */
function subnetOf(asked: URLSearchParams): string {
  return asked.get("SubnetId") ?? asked.get("NetworkInterface.1.SubnetId") ?? "";
}

function noCapacity(type: string): AwsAnswer {
  const message = `We currently do not have sufficient ${type} capacity in the Availability Zone you requested.`;
  const text = `<Response><Errors><Error><Code>InsufficientInstanceCapacity</Code><Message>${message}</Message></Error></Errors><RequestID>machines</RequestID></Response>`;
  return { status: 500, headers: { "content-type": "text/xml" }, body: Buffer.from(text) };
}
