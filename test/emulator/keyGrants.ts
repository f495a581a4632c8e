import { GetRoleCommand } from "@aws-sdk/client-iam";
import { CreateGrantCommand, DescribeKeyCommand, paginateListGrants } from "@aws-sdk/client-kms";

import type { Clients } from "./accountClients";
import {
  type AwsAnswer,
  type AwsRequest,
  type Correction,
  parametersOf,
  type Pass,
} from "./awsRequest";

/** The operations that use a key's material, as far as they are asked for here. */
const CRYPTOGRAPHIC = ["Decrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext"];

/**
 * Makes of keys and grants what they are between accounts; the emulator keeps accounts apart
 * altogether, and no issuer of a grant:
 *
 * - a key of another account may be used by whoever has a grant on it, for what the grant names;
 * - a copy of a snapshot under such a key leaves a grant for EC2, issued by the account that copied;
 * - a grant of a name that is asked for again as it was is that same grant;
 * - ListGrants names the account that issued a grant;
 * - a grant is for a role that is there, and one that is only tried is not made;
 * - a key that is not enabled encrypts and decrypts nothing.
 *
 * Sources: KMS developer guide, "Grants in AWS KMS", "Key states of AWS KMS keys"; KMS API reference,
 * GrantListEntry, CreateGrant. That EC2 makes a grant is documented, who its grantee is is not.
 */
export class KeyGrants implements Correction {
  /** Accounts that issued grants, by the grant's id. */
  private readonly issuers = new Map<string, string>();

  /** @param accounts The accounts there are, by their ids. */
  public constructor(private readonly accounts: ReadonlyMap<string, Clients>) {}

  /** Notes which account issued a grant that was made from outside. */
  public issued(grantId: string, account: string): void {
    this.issuers.set(grantId, account);
  }

  public async answer(request: AwsRequest, pass: Pass): Promise<AwsAnswer> {
    const asked = parametersOf(request);
    if (asked.get("Action") === "CopySnapshot") {
      const answer = await pass(request);
      if (answer.status === 200) {
        await this.grantToEc2(request, asked.get("KmsKeyId") ?? "");
      }
      return answer;
    }
    const [, operation] =
      /^TrentService\.(\w+)$/.exec(String(request.headers["x-amz-target"])) ?? [];
    if (operation === undefined) {
      return pass(request);
    }
    const {
      KeyId = "",
      GranteePrincipal = "",
      DryRun = false,
    } = JSON.parse(request.body.toString("utf8")) as {
      KeyId?: string;
      GranteePrincipal?: string;
      DryRun?: boolean;
    };
    const account = ownerOf(KeyId) ?? request.account;
    if (account !== request.account && !(await this.isGranted(request.caller, operation, KeyId))) {
      return refusal(
        "AccessDeniedException",
        `${request.caller} is not authorized to perform: kms:${operation} on resource: ${KeyId}`,
      );
    }
    if (CRYPTOGRAPHIC.includes(operation)) {
      const described = await this.kmsOf(account)?.send(new DescribeKeyCommand({ KeyId }));
      const state = described?.KeyMetadata?.KeyState;
      if (state !== "Enabled") {
        return refusal("KMSInvalidStateException", `${KeyId} is ${state}.`);
      }
    }
    if (operation === "CreateGrant") {
      if (!(await this.isThere(GranteePrincipal))) {
        return refusal(
          "InvalidArnException",
          `ARN does not refer to a valid principal: ${GranteePrincipal}`,
        );
      }
      if (DryRun) {
        return refusal("DryRunOperationException", "The request would have succeeded.");
      }
    }
    if (operation === "CreateGrant") {
      const same = await this.sameGrant(request.body, account);
      if (same !== undefined) {
        return same;
      }
    }
    const answer = await pass({ ...request, account });
    switch (answer.status === 200 ? operation : "") {
      case "CreateGrant": {
        const { GrantId } = JSON.parse(answer.body.toString("utf8")) as { GrantId: string };
        this.issuers.set(GrantId, request.account);
        return answer;
      }
      case "ListGrants":
        return this.withIssuers(answer);
      default:
        return answer;
    }
  }

  /** The grant that is there already by this name, and says the same; none where nothing has the name. */
  private async sameGrant(asked: Buffer, account: string): Promise<AwsAnswer | undefined> {
    const { KeyId, Name, GranteePrincipal, Operations } = JSON.parse(asked.toString("utf8")) as {
      KeyId: string;
      Name?: string;
      GranteePrincipal?: string;
      Operations?: string[];
    };
    const client = this.kmsOf(account);
    if (Name === undefined || client === undefined) {
      return undefined;
    }
    const wanted = [GranteePrincipal, ...(Operations ?? []).sort()].join(" ");
    for await (const { Grants = [] } of paginateListGrants({ client }, { KeyId })) {
      const same = Grants.find(
        (each) =>
          each.Name === Name &&
          [each.GranteePrincipal, ...[...(each.Operations ?? [])].sort()].join(" ") === wanted,
      );
      if (same !== undefined) {
        const body = JSON.stringify({ GrantId: same.GrantId, GrantToken: "again" });
        const headers = { "content-type": "application/x-amz-json-1.1" };
        return { status: 200, headers, body: Buffer.from(body) };
      }
    }
    return undefined;
  }

  /** Whether the key's owner lets somebody of another account do this with it. */
  private async isGranted(caller: string, operation: string, KeyId: string): Promise<boolean> {
    const client = this.kmsOf(ownerOf(KeyId));
    if (client === undefined) {
      return false;
    }
    for await (const { Grants = [] } of paginateListGrants({ client }, { KeyId })) {
      for (const { GranteePrincipal, Operations = [] } of Grants) {
        if (GranteePrincipal === caller && (Operations as string[]).includes(operation)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Whether there is such a role; of accounts that are not played here every one is. */
  private async isThere(principal: string): Promise<boolean> {
    const [, , , , owner = "", resource = ""] = principal.split(":");
    const iam = this.accounts.get(owner)?.iam;
    if (iam === undefined || !resource.startsWith("role/")) {
      return true;
    }
    const RoleName = resource.split("/").at(-1);
    const found = await iam.send(new GetRoleCommand({ RoleName })).catch(() => undefined);
    return found?.Role?.Arn === principal;
  }

  /** Makes the grant by which EC2 goes on with a copy when whoever asked for it is gone. */
  private async grantToEc2({ caller, account, region }: AwsRequest, KeyId: string): Promise<void> {
    const owner = ownerOf(KeyId);
    if (owner !== account && (await this.isGranted(caller, "ReEncryptTo", KeyId))) {
      const made = await this.kmsOf(owner)?.send(
        new CreateGrantCommand({
          KeyId,
          GranteePrincipal: `ec2.${region}.amazonaws.com`,
          Operations: ["GenerateDataKeyWithoutPlaintext", "ReEncryptFrom", "ReEncryptTo"],
        }),
      );
      this.issuers.set(made?.GrantId ?? "", account);
    }
  }

  private withIssuers(answer: AwsAnswer): AwsAnswer {
    const list = JSON.parse(answer.body.toString("utf8")) as { Grants: { GrantId: string }[] };
    const Grants = list.Grants.map((grant) => {
      const issuer = this.issuers.get(grant.GrantId);
      return issuer === undefined
        ? grant
        : { ...grant, IssuingAccount: `arn:aws:iam::${issuer}:root` };
    });
    return { ...answer, body: Buffer.from(JSON.stringify({ ...list, Grants })) };
  }

  private kmsOf(account = ""): Clients["kms"] | undefined {
    return this.accounts.get(account)?.kms;
  }
}

/** The account of a key's ARN; undefined where the key is named in another way. */
function ownerOf(key: string): string | undefined {
  return /^arn:[^:]*:kms:[^:]*:(\d{12}):/.exec(key)?.[1];
}

function refusal(type: string, message: string): AwsAnswer {
  const body = Buffer.from(JSON.stringify({ __type: type, message }));
  return { status: 400, headers: { "content-type": "application/x-amz-json-1.1" }, body };
}
