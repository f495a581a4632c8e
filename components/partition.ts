/** The AWS partition of a Region and the DNS suffix of its services. */
export interface Partition {
  /** Second part of every ARN: `aws`, `aws-cn` or `aws-us-gov`. */
  readonly name: string;

  /** Suffix of the service names, e.g. `amazonaws.com`. */
  readonly dnsSuffix: string;

  /** Where SAML assertions are sent, and so the audience they have to name. */
  readonly samlAudience: string;
}

/** Finds the partition by the Region's prefix, as the AWS SDKs do. */
export function partitionOf(region: string): Partition {
  if (region.startsWith("cn-")) {
    return {
      name: "aws-cn",
      dnsSuffix: "amazonaws.com.cn",
      samlAudience: "https://signin.amazonaws.cn/saml",
    };
  }
  if (region.startsWith("us-gov-")) {
    return {
      name: "aws-us-gov",
      dnsSuffix: "amazonaws.com",
      samlAudience: "https://signin.amazonaws-us-gov.com/saml",
    };
  }
  return {
    name: "aws",
    dnsSuffix: "amazonaws.com",
    samlAudience: "https://signin.aws.amazon.com/saml",
  };
}
