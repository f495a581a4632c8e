import {
  type AwsAnswer,
  type AwsRequest,
  type Correction,
  parametersOf,
  type Pass,
  withParameters,
} from "./awsRequest";
import { providerVersionIn } from "./providerVersion";

/** What the account may run of the workstations' kind, in vCPUs. */
const VCPUS = 64;

/**
 * What there is of machines:
 *
 * - EC2 has none of some types to give, as on a bad day, where the emulator always has one;
 * - images support enhanced networking, which the emulator leaves out;
 * - an account may run so many vCPUs: the emulator knows no quota of EC2's;
 * - every machine is On-Demand, of nobody's dedicated host: the emulator cannot be asked for that;
 * - a machine is listed with its security groups, and without a public address where it has none: the emulator
 *   lists groups with its interface only, and an association of no address there;
 * - the provider is shown the root volume only among a machine's devices: its bridge hands a block that nobody
 *   asks for over as null, where Terraform and the official bridge hand over an empty collection, and of a machine
 *   that is taken on with other volumes attached the provider panics at that. Attachments it looks up by volume.
 *
 * Sources: EC2 API reference, RunInstances, "Error codes", DescribeImages, DescribeInstances; Service Quotas
 * API reference, GetServiceQuota.
 */
export class Machines implements Correction {
  /** `<instance type> <subnet>`, of which there is none. */
  public readonly lacking = new Set<string>();

  public async answer(request: AwsRequest, pass: Pass): Promise<AwsAnswer> {
    if (/^ServiceQuotasV20190624\.Get/.test(String(request.headers["x-amz-target"]))) {
      return quotaOf(request);
    }
    const asked = parametersOf(request);
    switch (asked.get("Action")) {
      case "DescribeInstances":
        return asListed(
          await pass(withParameters(request, knownFilters(asked))),
          providerVersionIn(request.headers["user-agent"] ?? "") !== undefined,
        );
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

/** In place of the filters that the emulator lacks, others that find the same machines. */
function knownFilters(asked: URLSearchParams): Record<string, string> {
  return Object.fromEntries(
    [...asked].flatMap(([name, value]) => {
      const [, filter] = /^(Filter\.\d+)\.Name$/.exec(name) ?? [];
      switch (filter === undefined ? "" : value) {
        case "tenancy":
          return [
            [name, "source-dest-check"],
            [`${filter}.Value.1`, "true"],
            [`${filter}.Value.2`, "false"],
          ];
        case "instance-lifecycle":
          // No machine's id is `spot`.
          return [[name, "instance-id"]];
        default:
          return [];
      }
    }),
  );
}

/** Each machine with the groups of its first interface, and that without an association of no address. */
function asListed(answer: AwsAnswer, rootOnly: boolean): AwsAnswer {
  const text = answer.body
    .toString("utf8")
    .replaceAll("<association/>", "")
    .replace(
      /(<networkInterfaceSet>.*?<\/networkInterfaceSet>.*?)<groupSet\/>/gs,
      (_, upTo: string) =>
        `${upTo}${/<groupSet>.*?<\/groupSet>/s.exec(upTo)?.[0] ?? "<groupSet/>"}`,
    );
  return { ...answer, body: Buffer.from(rootOnly ? withRootOnly(text) : text) };
}

function withRootOnly(machines: string): string {
  return machines.replace(
    /(<blockDeviceMapping>)(.*?)(<\/blockDeviceMapping>.*?<rootDeviceName>(.*?)<)/gs,
    (_, open: string, devices: string, rest: string, root: string) =>
      [
        open,
        ...(devices.match(/<item>.*?<\/item>/gs) ?? []).filter((device) =>
          device.includes(`<deviceName>${root}<`),
        ),
        rest,
      ].join(""),
  );
}

function quotaOf({ body: sent, account, region }: AwsRequest): AwsAnswer {
  const asked = JSON.parse(sent.toString("utf8")) as { QuotaCode: string };
  const Quota = {
    ...asked,
    QuotaArn: `arn:aws:servicequotas:${region}:${account}:ec2/${asked.QuotaCode}`,
    QuotaName: "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances",
    Value: VCPUS,
  };
  const headers = { "content-type": "application/x-amz-json-1.1" };
  return { status: 200, headers, body: Buffer.from(JSON.stringify({ Quota })) };
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
