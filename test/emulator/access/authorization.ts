import type { AwsAnswer, AwsRequest, Correction, Pass } from "../awsRequest";
import { credentialOf } from "../callsMade";
import { type Demand, Unmapped } from "./demand";
import { type Demands, demandsOf } from "./demandsOf";
import type { Facts } from "./facts";
import { ORGANIZATION } from "./organisation";
import type { PlacedDocuments } from "./placedDocuments";
import { isLet, type Question } from "./question";
import { accessDenied, refusal } from "./refusals";

/** Something that was refused, as a person reads it. */
export interface Refused {
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
}

/**
 * Puts every request to the IAM simulator, with the documents that the stacks have placed by then, and refuses
 * what they do not allow, as AWS would. What nobody has said what it asks IAM for is refused too: a run that asks
 * it fails.
 */
export class Authorization implements Correction {
  /** What was decided, each once, by all that it was decided by. */
  public readonly decided = new Map<string, Question>();

  /** What was refused, in order. */
  public readonly refused: Refused[] = [];

  /** What could not be mapped. */
  public readonly unmapped: string[] = [];

  /** How long deciding took, ms. */
  public took = 0;

  public constructor(
    private readonly facts: Facts,
    private readonly documents: Pick<
      PlacedDocuments,
      "forget" | "ofEndpoint" | "ofResource" | "ofRole"
    >,
  ) {}

  /** What roles may do was changed from outside. */
  public forget(): void {
    this.documents.forget();
  }

  public async answer(request: AwsRequest, pass: Pass): Promise<AwsAnswer> {
    const began = Date.now();
    const answer = await this.refusalOf(request);
    this.took += Date.now() - began;
    if (answer !== undefined) {
      return answer;
    }
    const passed = await pass(request);
    if (changesRoles(request)) {
      this.documents.forget();
    }
    return passed;
  }

  private async refusalOf(request: AwsRequest): Promise<AwsAnswer | undefined> {
    let asked: Demands;
    try {
      asked = await demandsOf(request, this.facts);
      for (const demand of asked.demands) {
        if (!(await this.isLet(request, demand))) {
          return accessDenied(request, this.refuse(request, demand));
        }
      }
      if (asked.lockOut !== undefined && !(await this.isLet(request, asked.lockOut))) {
        this.refuse(request, asked.lockOut);
        const why = "The new key policy will not allow you to update the key policy in the future.";
        return refusal(request, "MalformedPolicyDocumentException", why);
      }
      return undefined;
    } catch (error) {
      const why = error instanceof Unmapped ? error.message : String(error);
      this.unmapped.push(`${request.caller}: ${why}`);
      return refusal(request, "UnmappedRequest", why);
    }
  }

  private refuse({ caller }: AwsRequest, { action, resource }: Demand): string {
    this.refused.push({ principal: caller, action, resource });
    return `User: ${caller} is not authorized to perform: ${action} on resource: ${resource}`;
  }

  private async isLet(request: AwsRequest, demand: Demand): Promise<boolean> {
    const question = await this.questionOf(request, demand);
    const answer = await isLet(question).catch((error: unknown) => {
      throw new Unmapped(`${demand.action} on ${demand.resource}: ${String(error)}`);
    });
    if (!answer) {
      return false;
    }
    this.decided.set(JSON.stringify(question), question);
    return true;
  }

  private async questionOf(request: AwsRequest, demand: Demand): Promise<Question> {
    const { caller, region } = request;
    const { action, resource } = demand;
    // What a service asks of another for somebody passes no endpoint.
    const room = demand.context["aws:ViaAWSService"] === "true" ? undefined : request.from;
    const owner = this.ownerOf(request, resource);
    const account = caller.split(":")[4] ?? "";
    const isKey = action.startsWith("kms:");
    return {
      ...demand,
      ...(await this.documents.ofRole(caller)),
      principal: caller,
      owner,
      ofResource:
        demand.policy === undefined && OF_RESOURCES.test(action)
          ? await this.documents.ofResource(resource)
          : undefined,
      endpoint:
        room === undefined
          ? undefined
          : await this.documents.ofEndpoint(request, room.vpc, action.split(":")[0] ?? ""),
      grants: isKey && resource.includes(":key/") ? await this.grantsOn(resource) : [],
      context: {
        // What names no resource has no owner: AWS documents none for it.
        ...(resource === "*"
          ? {}
          : { "aws:ResourceAccount": owner, "aws:ResourceOrgID": ORGANIZATION }),
        ...(account === ""
          ? // A service works for the account whose it takes a role of.
            {
              "aws:SourceAccount": owner,
              "aws:SourceArn": `arn:aws:${SOURCES[caller] ?? "none"}`
                .replace("REGION", region)
                .replace("ACCOUNT", owner),
              "aws:PrincipalServiceName": caller,
            }
          : { "aws:PrincipalOrgID": ORGANIZATION }),
        "aws:RequestedRegion": region,
        ...(request.session === undefined ? {} : { "aws:userid": request.session }),
        ...(room === undefined
          ? {}
          : {
              "aws:SourceVpc": room.vpc,
              "aws:VpcSourceIp": room.address,
              "aws:EC2InstanceSourcePrivateIPv4": room.address,
            }),
        "aws:PrincipalIsAWSService": `${account === ""}`,
        "aws:ViaAWSService": "false",
        ...(isKey ? { "kms:CallerAccount": account } : {}),
        ...demand.context,
      },
    };
  }

  private async grantsOn(key: string) {
    return key.endsWith("/new") ? [] : this.facts.grants(key);
  }

  private ownerOf({ account }: AwsRequest, resource: string): string {
    const owner = resource.split(":")[4] ?? "";
    return /^\d{12}$/.test(owner) ? owner : account;
  }
}

/** What a service takes a role for, as it says to STS. Source: Systems Manager user guide, "Confused deputy". */
const SOURCES: Readonly<Record<string, string>> = {
  "ssm.amazonaws.com":
    "ssm:REGION:ACCOUNT:automation-execution/0f1e2d3c-0000-4000-8000-000000000000",
};

/** Actions that a policy of the resource itself decides about: a role's trust is asked by STS only. */
const OF_RESOURCES = /^(kms|s3|sns|sts):/;

/** Whether a request may change what a role may do. */
function changesRoles(request: AwsRequest): boolean {
  return (
    credentialOf(request.headers).service === "iam" &&
    !/(^|&)Action=(Get|List)/.test(request.body.toString("latin1"))
  );
}
