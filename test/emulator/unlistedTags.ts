import {
  type AwsAnswer,
  type AwsRequest,
  type Correction,
  parametersOf,
  type Pass,
} from "./awsRequest";
import { actionOf } from "./callsMade";

/** Something that carries tags, as the Resource Groups Tagging API lists it. */
interface Tagged {
  readonly ResourceARN: string;
  readonly Tags: readonly Tag[];
}

interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** What an answer of EC2's names something by, and what its ARN calls it. */
const EC2_IDS = [
  [/<securityGroupRuleId>(sgr-\w+)</, "security-group-rule"],
  [/<vpcEndpointId>(vpce-\w+)</, "vpc-endpoint"],
] as const;

/** The ARN in an answer of the other services that the emulator's index leaves out. */
const ARN = /"(arn:aws:(?:cloudtrail|events|imagebuilder|rbin|route53resolver):[^"]+)"/;

/**
 * Lists by their tags what the emulator's index leaves out: rules of groups, VPC endpoints, trails, rules of EventBridge and
 * of the Recycle Bin, the DNS firewall's and Image Builder's.
 *
 * Source: Resource Groups Tagging API reference, "Services that support the Resource Groups Tagging API": GetResources
 * supports all resource types but IAM's users and roles.
 */
export class UnlistedTags implements Correction {
  private readonly made = new Map<string, Tagged & Pick<AwsRequest, "account" | "region">>();

  public async answer(request: AwsRequest, pass: Pass): Promise<AwsAnswer> {
    const answer = await pass(request);
    if (answer.status >= 300) {
      return answer;
    }
    if (actionOf(request) === "tag:GetResources") {
      return this.completed(request, answer);
    }
    const ResourceARN = arnIn(request, answer);
    const Tags = tagsIn(request);
    if (ResourceARN !== undefined && Tags.length > 0) {
      const { account, region } = request;
      this.made.set(ResourceARN, { ResourceARN, Tags, account, region });
    }
    return answer;
  }

  private completed({ account, region, body }: AwsRequest, answer: AwsAnswer): AwsAnswer {
    const { ResourceTypeFilters, TagFilters = [] } = JSON.parse(body.toString("utf8")) as {
      ResourceTypeFilters?: readonly string[];
      TagFilters?: readonly { Key: string; Values?: readonly string[] }[];
    };
    const isAsked = ({ Tags }: Tagged) =>
      TagFilters.every(({ Key, Values = [] }) =>
        Tags.some((tag) => tag.Key === Key && (Values.length === 0 || Values.includes(tag.Value))),
      );
    const more = [...this.made.values()].filter(
      (each) => each.account === account && each.region === region && isAsked(each),
    );
    if (more.length === 0 || (ResourceTypeFilters ?? []).length > 0) {
      return answer;
    }
    const listed = JSON.parse(answer.body.toString("utf8")) as {
      ResourceTagMappingList: readonly Tagged[];
    };
    const all = [
      ...listed.ResourceTagMappingList,
      ...more.map(({ ResourceARN, Tags }) => ({ ResourceARN, Tags })),
    ];
    const { "content-length": _, ...headers } = answer.headers;
    return {
      ...answer,
      headers,
      body: Buffer.from(JSON.stringify({ ...listed, ResourceTagMappingList: all })),
    };
  }
}

function arnIn({ account, region }: AwsRequest, { body }: AwsAnswer): string | undefined {
  const text = body.toString("utf8");
  for (const [id, kind] of EC2_IDS) {
    const found = id.exec(text)?.[1];
    if (found !== undefined) {
      return `arn:aws:ec2:${region}:${account}:${kind}/${found}`;
    }
  }
  return ARN.exec(text)?.[1];
}

/** The tags that something is made with. */
function tagsIn(request: AwsRequest): readonly Tag[] {
  const asked = parametersOf(request);
  const ofForm = [...asked].flatMap(([name, Key]) =>
    /^TagSpecification\.1\.Tag\.\d+\.Key$/.test(name)
      ? { Key, Value: asked.get(name.replace(/Key$/, "Value")) ?? "" }
      : [],
  );
  const text = request.body.toString("utf8");
  if (ofForm.length > 0 || !text.startsWith("{")) {
    return ofForm;
  }
  const { Tags, TagsList, tags } = JSON.parse(text) as {
    Tags?: readonly Tag[];
    TagsList?: readonly Tag[];
    tags?: Readonly<Record<string, string>>;
  };
  const ofMap = Object.entries(tags ?? {}).map(([Key, Value]) => ({ Key, Value }));
  return Tags ?? TagsList ?? ofMap;
}
