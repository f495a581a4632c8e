/** The parts of an ARN; a part that an ARN leaves out is empty. */
export interface Arn {
  /** `aws`, `aws-us-gov` and so on. */
  readonly partition: string;
  readonly service: string;
  readonly region: string;

  /** Twelve digits, or `aws` for what is AWS's own. */
  readonly account: string;

  /** What follows the account, with its colons and slashes. */
  readonly resource: string;
}

/** Takes an ARN apart; of a text that is none, every part that is not there is empty. */
export function parseArn(arn: string): Arn {
  const [, partition = "", service = "", region = "", account = "", ...resource] = arn.split(":");
  return { partition, service, region, account, resource: resource.join(":") };
}
