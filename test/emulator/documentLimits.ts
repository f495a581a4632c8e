import { ListRolePoliciesCommand, GetRolePolicyCommand } from "@aws-sdk/client-iam";

import type { Clients } from "./accountClients";
import {
  type AwsAnswer,
  type AwsRequest,
  type Correction,
  parametersOf,
  type Pass,
} from "./awsRequest";

/** By IAM's action, the parameter with the document and the most characters it may have. */
const OF_IAM: Readonly<Record<string, readonly [parameter: string, most: number]>> = {
  CreateRole: ["AssumeRolePolicyDocument", 2_048],
  UpdateAssumeRolePolicy: ["PolicyDocument", 2_048],
  CreatePolicy: ["PolicyDocument", 6_144],
  CreatePolicyVersion: ["PolicyDocument", 6_144],
  PutRolePolicy: ["PolicyDocument", 10_240],
};

/** The same of EC2. */
const OF_EC2: typeof OF_IAM = {
  CreateVpcEndpoint: ["PolicyDocument", 20_480],
  ModifyVpcEndpoint: ["PolicyDocument", 20_480],
};

/** Bytes of a key's policy. */
const MOST_OF_KMS = 32_768;

/** Bytes of a bucket's policy. */
const MOST_OF_S3 = 20_480;

/**
 * Refuses documents that are too long, which the emulator takes.
 *
 * Sources: "IAM and AWS STS quotas", "AWS PrivateLink quotas", S3 user guide "Bucket policies", "KMS resource
 * quotas".
 */
export class DocumentLimits implements Correction {
  /** @param accounts The accounts there are, by their ids. */
  public constructor(private readonly accounts: ReadonlyMap<string, Clients>) {}

  public async answer(request: AwsRequest, pass: Pass): Promise<AwsAnswer> {
    if (/^TrentService\.(CreateKey|PutKeyPolicy)$/.test(String(request.headers["x-amz-target"]))) {
      const { Policy = "" } = JSON.parse(request.body.toString("utf8")) as { Policy?: string };
      return Buffer.byteLength(Policy) > MOST_OF_KMS ? tooLong("json", request) : pass(request);
    }
    if (request.method === "PUT" && /[?&]policy(=|&|$)/.test(request.url)) {
      return request.body.length > MOST_OF_S3 ? tooLong("xml", request) : pass(request);
    }
    const asked = parametersOf(request);
    const action = asked.get("Action") ?? "";
    const [parameter = "", most = 0] = OF_IAM[action] ?? OF_EC2[action] ?? [];
    if (parameter === "") {
      return pass(request);
    }
    const document = asked.get(parameter) ?? "";
    const own = action in OF_IAM ? withoutSpace(document) : document.length;
    const beside = action === "PutRolePolicy" ? await this.besideIt(request, asked) : 0;
    return own + beside > most ? tooLong("xml", request) : pass(request);
  }

  /** The inline policies of a role count together. */
  private async besideIt({ account }: AwsRequest, asked: URLSearchParams): Promise<number> {
    const iam = this.accounts.get(account)?.iam;
    const RoleName = asked.get("RoleName") ?? "";
    const { PolicyNames = [] } = (await iam
      ?.send(new ListRolePoliciesCommand({ RoleName }))
      .catch(() => undefined)) ?? { PolicyNames: [] };
    const sizes = await Promise.all(
      PolicyNames.filter((name) => name !== asked.get("PolicyName")).map(async (PolicyName) => {
        const found = await iam?.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
        return withoutSpace(decodeURIComponent(found?.PolicyDocument ?? ""));
      }),
    );
    return sizes.reduce((sum, size) => sum + size, 0);
  }
}

function withoutSpace(text: string): number {
  return text.replace(/\s/g, "").length;
}

function tooLong(form: "json" | "xml", { url }: AwsRequest): AwsAnswer {
  const code = "LimitExceeded";
  const message = `the document is too long (${url})`;
  const body =
    form === "json"
      ? JSON.stringify({ __type: `${code}Exception`, message })
      : `<ErrorResponse><Error><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`;
  const type = form === "json" ? "application/x-amz-json-1.1" : "text/xml";
  return { status: 409, headers: { "content-type": type }, body: Buffer.from(body) };
}
