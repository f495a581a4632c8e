import { DescribeVpcEndpointServicesCommand, type EC2Client } from "@aws-sdk/client-ec2";
import * as pulumi from "@pulumi/pulumi";

import { lookUpFailure } from "../aws/failure";
import { Refusal } from "../refusal";

/** What the endpoints of a VPC connect to, by AWS's full names such as `com.amazonaws.us-east-1.kms`. */
export interface EndpointServices {
  /** By the service's name, such as `kms`, in the order asked for. */
  readonly interfaces: Readonly<Record<string, string>>;
  readonly s3Gateway: string;
}

/** A service that a VPC can have an endpoint of. */
export interface OfferedService {
  readonly name: string;

  /** `Interface`, `Gateway` or both. */
  readonly types: readonly string[];
}

/** Whom EC2 names as the owner of AWS's own services. */
const AWS_OWNER = "amazon";

/** The name that most services have, and all of the partition `aws`. */
function usualName(region: string, service: string): string {
  return `com.amazonaws.${region}.${service}`;
}

/**
 * Chooses the services of a Region by what AWS offers there. In China and in the isolated partitions some have
 * another prefix than `com.amazonaws`.
 *
 * @throws Refusal naming every one that the Region has no endpoint of.
 */
export function chooseServices(
  offered: readonly OfferedService[],
  region: string,
  interfaceServices: readonly string[],
): EndpointServices {
  const find = (type: string, service: string) => {
    const names = offered.filter(({ types }) => types.includes(type)).map(({ name }) => name);
    return [
      usualName(region, service),
      ...names.filter((name) => name.endsWith(`.${region}.${service}`)),
    ].find((name) => names.includes(name));
  };
  const found = interfaceServices.map((service) => [service, find("Interface", service)] as const);
  const s3Gateway = find("Gateway", "s3");
  const lacking = found.flatMap(([service, name]) => (name === undefined ? [service] : []));
  if (lacking.length > 0 || s3Gateway === undefined) {
    throw new Refusal(`AWS offers ${region} not every endpoint of the forensics VPC`, [
      ...(lacking.length === 0
        ? []
        : [
            `interfaceEndpoints: ${lacking.join(", ")} ${lacking.length === 1 ? "is no service" : "are no services"} with an interface endpoint there. aws ec2 describe-vpc-endpoint-services --region ${region} lists them.`,
          ]),
      ...(s3Gateway === undefined
        ? ["S3 has no gateway endpoint there, and rooms reach the vault by no other way."]
        : []),
    ]);
  }
  return { interfaces: Object.fromEntries(found) as Record<string, string>, s3Gateway };
}

/**
 * Looks up what the endpoints of a VPC connect to. Where EC2 does not say what it offers, that is a warning, and
 * they have the usual names.
 *
 * @throws Refusal naming what the Region does not have.
 */
export async function findEndpointServices(
  client: EC2Client,
  region: string,
  interfaceServices: readonly string[],
): Promise<EndpointServices> {
  const offered: OfferedService[] = [];
  try {
    let NextToken: string | undefined;
    do {
      const page = await client.send(new DescribeVpcEndpointServicesCommand({ NextToken }));
      for (const { ServiceName = "", ServiceType = [], Owner } of page.ServiceDetails ?? []) {
        // Others' services can have any name.
        if (Owner === AWS_OWNER) {
          offered.push({
            name: ServiceName,
            types: ServiceType.map((each) => each.ServiceType ?? ""),
          });
        }
      }
      NextToken = page.NextToken || undefined;
    } while (NextToken !== undefined);
  } catch (error) {
    void pulumi.log.warn(lookUpFailure(`What endpoints ${region} offers`, error));
    return {
      interfaces: Object.fromEntries(
        interfaceServices.map((service) => [service, usualName(region, service)]),
      ),
      s3Gateway: usualName(region, "s3"),
    };
  }
  return chooseServices(offered, region, interfaceServices);
}
