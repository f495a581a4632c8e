import {
  GetPolicyCommand,
  GetPolicyVersionCommand,
  ListAttachedRolePoliciesCommand,
} from "@aws-sdk/client-iam";
import { DescribeKeyCommand, GetKeyPolicyCommand } from "@aws-sdk/client-kms";

import { EVERYTHING, isAllowed } from "../support/simulator";
import type { Clients } from "./accountClients";
import type { AwsAnswer, AwsRequest, Correction, Pass } from "./awsRequest";

/** What uses a key's material; who may is for grants, services and the access tests. */
const CRYPTOGRAPHIC = /^(Decrypt|Encrypt|GenerateDataKey|ReEncrypt)/;

/** What is asked for, as far as it matters here. */
interface Asked {
  readonly AliasName?: string;
  readonly GranteePrincipal?: string;
  readonly KeyId?: string;
  readonly Operations?: string[];
  readonly Policy?: string;
  readonly Tags?: readonly { readonly TagKey: string; readonly TagValue: string }[];
  readonly TargetKeyId?: string;
}

/**
 * Administration of one account's keys, by the policies that are placed: the key's, and those attached to
 * whoever asks. The emulator lets everybody do everything.
 *
 * - KMS makes no key, and puts no policy, of which the caller could not put another one;
 * - no key's tags count: KMS takes up to five minutes to see them, and no key lives here as long.
 *
 * Sources: KMS API reference, CreateKey and PutKeyPolicy; KMS developer guide, "Key policies", "ABAC for
 * AWS KMS".
 */
export class KeyAccess implements Correction {
  /** Documents of managed policies, by ARN and version. */
  private readonly documents = new Map<string, object>();

  /**
   * @param clients The account, from outside.
   * @param account Its id, 12 digits.
   * @param administrators ARNs of roles whose own policies allow everything.
   */
  public constructor(
    private readonly clients: Clients,
    private readonly account: string,
    private readonly administrators: readonly string[],
  ) {}

  public async answer(request: AwsRequest, pass: Pass): Promise<AwsAnswer> {
    const [, operation = ""] =
      /^TrentService\.(\w+)$/.exec(String(request.headers["x-amz-target"])) ?? [];
    if (operation === "" || request.account !== this.account || CRYPTOGRAPHIC.test(operation)) {
      return pass(request);
    }
    const { caller, region } = request;
    const asked = JSON.parse(request.body.toString("utf8")) as Asked;
    const named = asked.TargetKeyId ?? asked.KeyId ?? asked.AliasName;
    const key = named === undefined ? undefined : await this.keyOf(named);
    const context = { "aws:RequestedRegion": region, ...contextOf(operation, asked) };
    const may = await this.isAllowed(caller, operation, key, context);
    if (!may) {
      return refusal(
        "AccessDeniedException",
        `${caller} is not authorized to perform: kms:${operation} on resource: ${key?.arn ?? "*"}`,
      );
    }
    if (["CreateKey", "PutKeyPolicy"].includes(operation) && asked.Policy !== undefined) {
      const arn = `arn:aws:kms:${region}:${this.account}:key/new`;
      const policy = JSON.parse(asked.Policy) as object;
      const key = { arn, policy };
      const asMaker = { "aws:RequestedRegion": region };
      if (!(await this.isAllowed(caller, "PutKeyPolicy", key, asMaker))) {
        return refusal(
          "MalformedPolicyDocumentException",
          "The new key policy will not allow you to update the key policy in the future.",
        );
      }
    }
    return pass(request);
  }

  private async isAllowed(
    principal: string,
    operation: string,
    key: { readonly arn: string; readonly policy: object } | undefined,
    context: Readonly<Record<string, string | string[]>>,
  ): Promise<boolean> {
    return isAllowed({
      principal,
      action: `kms:${operation}`,
      resource: key?.arn ?? "*",
      owner: this.account,
      context: {
        "kms:CallerAccount": this.account,
        ...context,
      },
      identity: this.administrators.includes(principal)
        ? [EVERYTHING]
        : await this.attachedTo(principal),
      ...(key === undefined ? {} : { resourcePolicy: key.policy }),
    });
  }

  /** A key that is not there, or another account's, is not this account's to decide. */
  private async keyOf(named: string): Promise<{ arn: string; policy: object } | undefined> {
    try {
      const { KeyMetadata } = await this.clients.kms.send(new DescribeKeyCommand({ KeyId: named }));
      const { Arn: arn = "", KeyId } = KeyMetadata ?? {};
      const { Policy = "{}" } = await this.clients.kms.send(
        new GetKeyPolicyCommand({ KeyId, PolicyName: "default" }),
      );
      return { arn, policy: JSON.parse(Policy) as object };
    } catch {
      return undefined;
    }
  }

  private async attachedTo(role: string): Promise<object[]> {
    const RoleName = role.split("/").at(-1);
    const { iam } = this.clients;
    const { AttachedPolicies = [] } = await iam
      .send(new ListAttachedRolePoliciesCommand({ RoleName }))
      // Most roles are known to nobody but who takes them.
      .catch(() => ({ AttachedPolicies: [] }));
    return Promise.all(AttachedPolicies.map(({ PolicyArn = "" }) => this.documentOf(PolicyArn)));
  }

  private async documentOf(PolicyArn: string): Promise<object> {
    const { Policy } = await this.clients.iam.send(new GetPolicyCommand({ PolicyArn }));
    const VersionId = Policy?.DefaultVersionId ?? "";
    const name = `${PolicyArn} ${VersionId}`;
    const known = this.documents.get(name);
    if (known !== undefined) {
      return known;
    }
    const { PolicyVersion } = await this.clients.iam.send(
      new GetPolicyVersionCommand({ PolicyArn, VersionId }),
    );
    const document = JSON.parse(decodeURIComponent(PolicyVersion?.Document ?? "{}")) as object;
    this.documents.set(name, document);
    return document;
  }
}

function contextOf(
  operation: string,
  { Tags = [], GranteePrincipal = "", Operations = [] }: Asked,
): Record<string, string | string[]> {
  return operation === "CreateGrant"
    ? {
        "kms:GrantIsForAWSResource": "false",
        "kms:GranteePrincipal": GranteePrincipal,
        "kms:GrantOperations": Operations,
      }
    : Object.fromEntries(
        Tags.map(({ TagKey, TagValue }) => [`aws:RequestTag/${TagKey}`, TagValue]),
      );
}

function refusal(type: string, message: string): AwsAnswer {
  const body = Buffer.from(JSON.stringify({ __type: type, message }));
  return { status: 400, headers: { "content-type": "application/x-amz-json-1.1" }, body };
}
