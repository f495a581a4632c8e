import { ListRolePoliciesCommand, GetRolePolicyCommand } from "@aws-sdk/client-iam";

import { DOCUMENT_QUOTAS, type DocumentQuota } from "../../rehearsal/account/documentQuotas";
import type { Clients } from "./accountClients";
import {
  type AwsAnswer,
  type AwsRequest,
  type Correction,
  parametersOf,
  type Pass,
} from "./awsRequest";

const { roleTrust, managedPolicy, inlinePolicies, endpointPolicy, bucketPolicy, keyPolicy } =
  DOCUMENT_QUOTAS;

/** By action of IAM or EC2, the parameter with the document and how long it may be. */
const DOCUMENTS: Readonly<Record<string, readonly [parameter: string, quota: DocumentQuota]>> = {
  CreateRole: ["AssumeRolePolicyDocument", roleTrust],
  UpdateAssumeRolePolicy: ["PolicyDocument", roleTrust],
  CreatePolicy: ["PolicyDocument", managedPolicy],
  CreatePolicyVersion: ["PolicyDocument", managedPolicy],
  PutRolePolicy: ["PolicyDocument", inlinePolicies],
  CreateVpcEndpoint: ["PolicyDocument", endpointPolicy],
  ModifyVpcEndpoint: ["PolicyDocument", endpointPolicy],
};

/** Refuses documents that are too long, which the emulator takes. */
export class DocumentLimits implements Correction {
  /** @param accounts The accounts there are, by their ids. */
  public constructor(private readonly accounts: ReadonlyMap<string, Clients>) {}

  public async answer(request: AwsRequest, pass: Pass): Promise<AwsAnswer> {
    if (/^TrentService\.(CreateKey|PutKeyPolicy)$/.test(String(request.headers["x-amz-target"]))) {
      const { Policy = "" } = JSON.parse(request.body.toString("utf8")) as { Policy?: string };
      return keyPolicy.sizeOf(Policy) > keyPolicy.most ? tooLong("json", request) : pass(request);
    }
    if (request.method === "PUT" && /[?&]policy(=|&|$)/.test(request.url)) {
      return request.body.length > bucketPolicy.most ? tooLong("xml", request) : pass(request);
    }
    const asked = parametersOf(request);
    const action = asked.get("Action") ?? "";
    const document = DOCUMENTS[action];
    if (document === undefined) {
      return pass(request);
    }
    const [parameter, quota] = document;
    const own = quota.sizeOf(asked.get(parameter) ?? "");
    const beside = action === "PutRolePolicy" ? await this.besideIt(request, asked) : 0;
    return own + beside > quota.most ? tooLong("xml", request) : pass(request);
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
        return inlinePolicies.sizeOf(decodeURIComponent(found?.PolicyDocument ?? ""));
      }),
    );
    return sizes.reduce((sum, size) => sum + size, 0);
  }
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
