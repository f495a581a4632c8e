import { randomUUID } from "node:crypto";

import type { Context } from "./access/demand";
import { refusal } from "./access/refusals";
import { resourceTags } from "./access/requestTags";
import type { AwsAnswer, AwsRequest, Correction, Pass } from "./awsRequest";
import { credentialOf } from "./callsMade";

/** A share of Resource Access Manager. */
interface Share {
  readonly arn: string;
  readonly account: string;
  readonly name: string;
  readonly allowExternalPrincipals: boolean;
  readonly resources: Set<string>;
  readonly principals: Set<string>;
  readonly tags: Map<string, string>;
  isDeleted: boolean;
}

/** What requests say. */
interface Asked {
  readonly name?: string;
  readonly allowExternalPrincipals?: boolean;
  readonly tags?: readonly { readonly key: string; readonly value: string }[];
  readonly tagKeys?: readonly string[];
  readonly resourceShareArn?: string;
  readonly resourceShareArns?: readonly string[];
  readonly resourceShareStatus?: string;
  readonly resourceArns?: readonly string[];
  readonly principals?: readonly string[];
  readonly associationType?: string;
}

/**
 * Shares of Resource Access Manager within one organisation, where nobody accepts: the emulator associates nothing
 * with a share, and knows no targets of mirrored traffic.
 *
 * Source: Resource Access Manager API reference.
 */
export class ResourceShares implements Correction {
  private readonly shares = new Map<string, Share>();

  /** Whether something is shared with an account. */
  public isShared(resource: string, account: string): boolean {
    return [...this.shares.values()].some(
      ({ resources, principals, isDeleted }) =>
        !isDeleted && resources.has(resource) && principals.has(account),
    );
  }

  /** What a share lets the accounts do with what is shared: RAM's managed permission; undefined where it is not shared. */
  public policyOf(resource: string): object | undefined {
    const principals = [...this.shares.values()]
      .filter(({ resources, isDeleted }) => !isDeleted && resources.has(resource))
      .flatMap((share) => [...share.principals]);
    return principals.length === 0
      ? undefined
      : {
          Version: "2012-10-17",
          Statement: [
            {
              Effect: "Allow",
              Principal: { AWS: principals.map((each) => `arn:aws:iam::${each}:root`) },
              Action: ["ec2:CreateTrafficMirrorSession", "ec2:DescribeTrafficMirrorTargets"],
              Resource: resource,
            },
          ],
        };
  }

  /** ARNs of what an account shares. */
  public of(account: string): string[] {
    return [...this.shares.values()]
      .filter((share) => share.account === account && !share.isDeleted)
      .map(({ arn }) => arn);
  }

  /** Condition keys of a share; none where there is none. */
  public contextOf(arn: string): Context {
    const share = this.shares.get(arn);
    return share === undefined
      ? {}
      : {
          ...resourceTags(share.tags),
          "ram:ResourceShareName": share.name,
          "ram:AllowsExternalPrincipals": `${share.allowExternalPrincipals}`,
        };
  }

  public answer(request: AwsRequest, pass: Pass): Promise<AwsAnswer> {
    return credentialOf(request.headers).service === "ram"
      ? Promise.resolve(this.acted(request))
      : pass(request);
  }

  private acted(request: AwsRequest): AwsAnswer {
    const [path = "", query = ""] = request.url.split("?");
    const text = request.body.toString("utf8");
    const asked: Asked = {
      ...(text === "" ? {} : (JSON.parse(text) as Asked)),
      ...Object.fromEntries(new URLSearchParams(query)),
    };
    const share = this.shares.get(asked.resourceShareArn ?? "");
    const isOwn = share?.account === request.account && !share.isDeleted;
    if (asked.resourceShareArn !== undefined && !isOwn) {
      const why = `ResourceShare ${asked.resourceShareArn} could not be found.`;
      return refusal(request, "UnknownResourceException", why);
    }
    switch (path) {
      case "/createresourceshare":
        return json({ resourceShare: described(this.create(request, asked)) });
      case "/getresourceshares":
        return json({ resourceShares: this.found(request, asked).map(described) });
      case "/getresourceshareassociations":
        return json({
          resourceShareAssociations: this.found(request, asked)
            .filter(({ isDeleted }) => !isDeleted)
            .flatMap((each) => associationsOf(each, asked.associationType ?? "")),
        });
      case "/associateresourceshare":
        asked.resourceArns?.forEach((each) => share?.resources.add(each));
        asked.principals?.forEach((each) => share?.principals.add(each));
        return json({ resourceShareAssociations: [] });
      case "/disassociateresourceshare":
        asked.resourceArns?.forEach((each) => share?.resources.delete(each));
        asked.principals?.forEach((each) => share?.principals.delete(each));
        return json({ resourceShareAssociations: [] });
      case "/deleteresourceshare":
        if (share !== undefined) {
          share.isDeleted = true;
        }
        return json({ returnValue: true });
      case "/tagresource":
        asked.tags?.forEach(({ key, value }) => share?.tags.set(key, value));
        return json({});
      case "/untagresource":
        asked.tagKeys?.forEach((key) => share?.tags.delete(key));
        return json({});
      case "/listresourcesharepermissions":
        return json({ permissions: [] });
      default:
        return refusal(request, "InvalidParameterException", `${path} is not played`, 501);
    }
  }

  private create({ account, region }: AwsRequest, { name = "", ...asked }: Asked): Share {
    const share: Share = {
      arn: `arn:aws:ram:${region}:${account}:resource-share/${randomUUID()}`,
      account,
      name,
      allowExternalPrincipals: asked.allowExternalPrincipals ?? true,
      resources: new Set(asked.resourceArns),
      principals: new Set(asked.principals),
      tags: new Map((asked.tags ?? []).map(({ key, value }) => [key, value])),
      isDeleted: false,
    };
    this.shares.set(share.arn, share);
    return share;
  }

  private found({ account }: AwsRequest, asked: Asked): Share[] {
    const { name, resourceShareArns: arns, resourceShareStatus: status } = asked;
    return [...this.shares.values()].filter(
      (share) =>
        share.account === account &&
        (name === undefined || share.name === name) &&
        (arns === undefined || arns.includes(share.arn)) &&
        (status === undefined || statusOf(share) === status),
    );
  }
}

function statusOf({ isDeleted }: Share): string {
  return isDeleted ? "DELETED" : "ACTIVE";
}

function described(share: Share): object {
  const { arn, account, name, allowExternalPrincipals, tags } = share;
  return {
    resourceShareArn: arn,
    name,
    owningAccountId: account,
    allowExternalPrincipals,
    status: statusOf(share),
    featureSet: "STANDARD",
    tags: [...tags].map(([key, value]) => ({ key, value })),
  };
}

function associationsOf({ arn, name, resources, principals }: Share, type: string): object[] {
  const associated = type === "RESOURCE" ? resources : principals;
  return [...associated].map((associatedEntity) => ({
    resourceShareArn: arn,
    resourceShareName: name,
    associatedEntity,
    associationType: type,
    status: "ASSOCIATED",
    external: false,
  }));
}

function json(answer: object): AwsAnswer {
  const headers = { "content-type": "application/json" };
  return { status: 200, headers, body: Buffer.from(JSON.stringify(answer)) };
}
