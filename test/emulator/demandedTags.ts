import {
  type AwsAnswer,
  type AwsRequest,
  type Correction,
  parametersOf,
  type Pass,
} from "./awsRequest";

/** What makes a thing that the organisation wants to find by its tags. */
const MAKING = [
  "CopySnapshot",
  "CreateSnapshot",
  "CreateSnapshots",
  "CreateVolume",
  "RunInstances",
];

/**
 * An organisation whose service control policy denies to make machines, volumes and snapshots without a tag.
 *
 * Source: AWS Organizations user guide, "Example SCPs for tagging resources".
 */
export class DemandedTags implements Correction {
  /** @param key The tag's key. */
  public constructor(private readonly key: string) {}

  public async answer(request: AwsRequest, pass: Pass): Promise<AwsAnswer> {
    const asked = parametersOf(request);
    const action = asked.get("Action") ?? "";
    const tagged = [...asked].some(
      ([name, value]) => /^TagSpecification\.\d+\.Tag\.\d+\.Key$/.test(name) && value === this.key,
    );
    return MAKING.includes(action) && !tagged ? denied(request.caller, action) : pass(request);
  }
}

function denied(caller: string, action: string): AwsAnswer {
  const message = `You are not authorized to perform this operation. User: ${caller} is not authorized to perform: ec2:${action} with an explicit deny in a service control policy`;
  const text = `<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>${message}</Message></Error></Errors><RequestID>tags</RequestID></Response>`;
  return { status: 403, headers: { "content-type": "text/xml" }, body: Buffer.from(text) };
}
