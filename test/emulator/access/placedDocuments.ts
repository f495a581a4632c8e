import { DescribeVpcEndpointsCommand } from "@aws-sdk/client-ec2";
import {
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  type IAMClient,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
} from "@aws-sdk/client-iam";
import { GetBucketPolicyCommand } from "@aws-sdk/client-s3";
import { GetTopicAttributesCommand } from "@aws-sdk/client-sns";

import { EVERYTHING } from "../../support/simulator";
import type { Place } from "../accountClients";
import { demandedBoundary } from "../demandedBoundary";
import type { AccountFacts } from "./accountFacts";
import { Unmapped } from "./demand";
import { OWN_ROLES, type OwnRole, trustOf } from "./organisation";

/** A document that decides, and what it is called. */
export interface NamedDocument {
  readonly name: string;
  readonly document: object;
}

/** What limits and gives a role what it may do. */
export interface OfRole {
  readonly identity: readonly NamedDocument[];
  readonly boundary?: NamedDocument | undefined;
}

/** The documents that are placed at this moment, in the emulated accounts. */
export class PlacedDocuments {
  /** What roles have, until any policy changes. */
  private readonly roles = new Map<string, Promise<OfRole>>();

  /** Documents of managed policies, by ARN and version. */
  private readonly versions = new Map<string, object>();

  /**
   * @param facts The accounts.
   * @param place Where the audit stack is.
   * @param demandsBoundary Whether the organisation demands its boundary of every role.
   * @param untold Policies of buckets that the emulator is not told of.
   */
  public constructor(
    private readonly facts: Pick<AccountFacts, "key" | "of">,
    private readonly place: Place,
    private readonly demandsBoundary: () => boolean,
    private readonly untold: (bucket: string) => object | undefined,
  ) {}

  /** What was looked up of roles counts no more. */
  public forget(): void {
    this.roles.clear();
  }

  /** What a role has by policies of its own, and its boundary. @param arn of the role, or a service's name */
  public ofRole(arn: string): Promise<OfRole> {
    const known = this.roles.get(arn) ?? this.lookUp(arn);
    this.roles.set(arn, known);
    return known;
  }

  /** The policy of what is acted on; undefined where it has none. */
  public async ofResource(resource: string): Promise<NamedDocument | undefined> {
    const document = await this.documentOf(resource);
    return document === undefined ? undefined : { name: `policy of ${resource}`, document };
  }

  /** The policy of the endpoint by which a VPC reaches a service. */
  public async ofEndpoint(
    where: { readonly account: string; readonly region: string },
    vpc: string,
    service: string,
  ): Promise<NamedDocument | undefined> {
    const { VpcEndpoints = [] } = await this.facts.of(where).ec2.send(
      new DescribeVpcEndpointsCommand({
        Filters: [
          { Name: "vpc-id", Values: [vpc] },
          { Name: "service-name", Values: [`com.amazonaws.${where.region}.${service}`] },
        ],
      }),
    );
    const { PolicyDocument } = VpcEndpoints[0] ?? {};
    return PolicyDocument === undefined
      ? undefined
      : { name: `endpoint of ${service}`, document: JSON.parse(PolicyDocument) as object };
  }

  private async documentOf(resource: string): Promise<object | undefined> {
    const [, , service, region = "", account = "", ...rest] = resource.split(":");
    switch (service) {
      case "s3":
        return this.ofBucket(rest.join(":").split("/")[0] ?? "");
      case "kms":
        return (await this.facts.key({ account, region }, resource))?.policy;
      case "sns":
        return rest.length === 1 ? this.topicPolicy(resource, account, region) : undefined;
      case "iam":
        return rest[0]?.startsWith("role/") === true
          ? this.trust(account, rest[0].split("/").at(-1) ?? "")
          : undefined;
      default:
        return undefined;
    }
  }

  private async ofBucket(Bucket: string): Promise<object | undefined> {
    const { s3 } = this.facts.of({ account: this.place.account, region: "us-east-1" });
    const kept = this.untold(Bucket);
    const found = await s3.send(new GetBucketPolicyCommand({ Bucket })).catch(() => undefined);
    return kept ?? (found?.Policy === undefined ? undefined : (JSON.parse(found.Policy) as object));
  }

  private async trust(account: string, RoleName: string): Promise<object | undefined> {
    const own = OWN_ROLES[RoleName];
    if (own !== undefined) {
      return trustOf(own, this.place.account);
    }
    const { iam } = this.facts.of({ account, region: "us-east-1" });
    const found = await iam.send(new GetRoleCommand({ RoleName })).catch(() => undefined);
    const text = found?.Role?.AssumeRolePolicyDocument;
    return text === undefined ? undefined : (JSON.parse(decodeURIComponent(text)) as object);
  }

  private async topicPolicy(
    TopicArn: string,
    account: string,
    region: string,
  ): Promise<object | undefined> {
    const { sns } = this.facts.of({ account, region });
    const { Attributes } = await sns
      .send(new GetTopicAttributesCommand({ TopicArn }))
      .catch(() => ({ Attributes: undefined }));
    const text = Attributes?.["Policy"];
    return text === undefined ? undefined : (JSON.parse(text) as object);
  }

  private async lookUp(arn: string): Promise<OfRole> {
    const [, , , , account = "", name = ""] = arn.split(":");
    const RoleName = name.split("/").at(-1) ?? "";
    const own: OwnRole | undefined = OWN_ROLES[RoleName];
    if (own !== undefined) {
      const boundary = this.demandsBoundary()
        ? { permissionsBoundary: demandedBoundary(account) }
        : {};
      return {
        identity: own.policies({ accountId: account, region: this.place.region, ...boundary }),
      };
    }
    const { iam } = this.facts.of({ account, region: "us-east-1" });
    const role = await iam.send(new GetRoleCommand({ RoleName })).catch(() => undefined);
    if (role?.Role?.Arn !== arn) {
      return { identity: [] };
    }
    const { AttachedPolicies = [] } = await iam.send(
      new ListAttachedRolePoliciesCommand({ RoleName }),
    );
    const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
    const boundary = role.Role.PermissionsBoundary?.PermissionsBoundaryArn;
    return {
      identity: [
        ...(await Promise.all(
          AttachedPolicies.map(async ({ PolicyArn = "" }) => {
            const policy = await this.managed(iam, PolicyArn);
            return policy ?? nowhere(PolicyArn, arn);
          }),
        )),
        ...(await Promise.all(
          PolicyNames.map(async (PolicyName) => {
            const { PolicyDocument = "" } = await iam.send(
              new GetRolePolicyCommand({ RoleName, PolicyName }),
            );
            const document = JSON.parse(decodeURIComponent(PolicyDocument)) as object;
            return { name: `${PolicyName} of ${RoleName}`, document };
          }),
        )),
      ],
      ...(boundary === undefined ? {} : { boundary: await this.boundary(iam, boundary) }),
    };
  }

  /** The boundary that an organisation demands is its own, and nowhere: it limits nothing of this program's. */
  private async boundary(iam: IAMClient, arn: string): Promise<NamedDocument> {
    return (await this.managed(iam, arn)) ?? { name: nameOf(arn), document: EVERYTHING };
  }

  /** @returns undefined where it is not there */
  private async managed(iam: IAMClient, PolicyArn: string): Promise<NamedDocument | undefined> {
    const found = await iam.send(new GetPolicyCommand({ PolicyArn })).catch(() => undefined);
    const VersionId = found?.Policy?.DefaultVersionId;
    if (VersionId === undefined) {
      return undefined;
    }
    const version = `${PolicyArn} ${VersionId}`;
    let document = this.versions.get(version);
    if (document === undefined) {
      const { PolicyVersion } = await iam.send(
        new GetPolicyVersionCommand({ PolicyArn, VersionId }),
      );
      document = JSON.parse(decodeURIComponent(PolicyVersion?.Document ?? "{}")) as object;
      this.versions.set(version, document);
    }
    return { name: nameOf(PolicyArn), document };
  }
}

function nameOf(policyArn: string): string {
  return policyArn.split(":").at(-1) ?? "";
}

/** What nobody knows lets nobody do anything: the run ends with it. */
function nowhere(policyArn: string, role: string): never {
  throw new Unmapped(`${policyArn}, which ${role} has, is nowhere`);
}
