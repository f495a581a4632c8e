import { parseArn } from "../components/aws/arn";
import { sha256 } from "../components/sha256";
import type { AuditSettings, MemberSettings } from "../settings/parseSettings";
import type { Made } from "./comparison";
import type { StateResource } from "./stateResources";

/** An audit or a member stack. IAM is global, and the stacks of two Regions may have one name. */
export interface OwningStack {
  readonly stack: string;

  /** Region of the stack; some of what it makes may be in others. */
  readonly region: string;

  /** Account that it is made in, 12 digits. */
  readonly accountId: string;
}

/** Something that carries `OWNER_TAG`. */
export interface Tagged {
  readonly arn: string;

  /** The tag's value. */
  readonly owner: string;
}

/** What stands between the parts of the tag's value. No type has it, and a logical name is the last part. */
const SEPARATOR = "::";

/** The value of `OWNER_TAG` of a resource, e.g. `audit/us-east-1::ec2/vpc::forensics`. */
export function ownerTag(of: OwningStack, type: string, name: string): string {
  return [placeOf(of), type.split(":")[1], name].join(SEPARATOR);
}

/** Something of a stack that AWS has. */
export interface Owned extends Made {
  readonly arn: string;
}

/** What of these was made by the stack, under its logical name. */
export function madeBy(of: OwningStack, tagged: readonly Tagged[]): readonly Owned[] {
  return tagged.flatMap(({ arn, owner }) => {
    const [place, kind, ...name] = owner.split(SEPARATOR);
    if (place !== placeOf(of) || kind === undefined || name.length === 0) {
      return [];
    }
    const type = typeToken(kind);
    return [{ type, name: name.join(SEPARATOR), id: importId(type, arn), arn }];
  });
}

/** What AWS has of a stack, beside what the engine has. */
export interface Belongings {
  /** The engine knows of none of that name: the next `up` takes it on. */
  readonly forgotten: readonly Owned[];

  /** The engine has another one of that name: it was made twice, or AWS lists for a while what is gone. */
  readonly beside: readonly Owned[];
}

/** Compares what AWS has of a stack with what the engine has. */
export function belongings(
  made: readonly Owned[],
  state: readonly Pick<StateResource, "type" | "name" | "id" | "outputs">[],
): Belongings {
  const known = new Map(state.map((each) => [`${each.type} ${each.name}`, each]));
  const isThis = ({ id, outputs }: (typeof state)[number], found: Owned) =>
    [id, outputs["arn"]].some((each) => each === found.id || each === found.arn);
  const knownOf = ({ type, name }: Owned) => known.get(`${type} ${name}`);
  return {
    forgotten: made.filter((found) => knownOf(found) === undefined),
    beside: made.filter((found) => {
      const inState = knownOf(found);
      return inState !== undefined && !isThis(inState, found);
    }),
  };
}

/** `aws:ec2/vpc:Vpc` of `ec2/vpc`: the provider names every type so. */
function typeToken(kind: string): string {
  const last = kind.slice(kind.indexOf("/") + 1);
  return `aws:${kind}:${last.charAt(0).toUpperCase()}${last.slice(1)}`;
}

/**
 * The property that names what has no tag to be found by, or whose tags nothing lists, by type. Where the program gives
 * none, a name of the stack's own takes the place of one of chance: asked for again, AWS answers with what is there,
 * or says that it is.
 */
export const NAMED_BY: Readonly<Record<string, string>> = {
  "aws:cloudwatch/eventTarget:EventTarget": "targetId",
  "aws:iam/instanceProfile:InstanceProfile": "name",
  "aws:iam/role:Role": "name",
  "aws:iam/rolePolicy:RolePolicy": "name",
  "aws:kms/alias:Alias": "name",
  "aws:s3/bucket:Bucket": "bucket",
};

/** The name of a resource to which the program gives none: always the same, and no other stack's in any account. */
export function nameFor(of: OwningStack, type: string, name: string): string {
  const prefix = type === "aws:kms/alias:Alias" ? "alias/" : "";
  return `${prefix}${name}-${sha256(`${of.accountId}/${placeOf(of)}`).slice(0, 7)}`;
}

/** Types that are imported by their ARN. */
const BY_ARN = [
  "aws:cloudtrail/trail:Trail",
  "aws:iam/policy:Policy",
  "aws:sns/topic:Topic",
  /* All of Image Builder's. */
  "aws:imagebuilder/",
];

/** What the engine imports something by. Source: "Import" of each resource in the AWS provider's documentation. */
export function importId(type: string, arn: string): string {
  if (BY_ARN.some((each) => type.startsWith(each))) {
    return arn;
  }
  const resource = parseArn(arn).resource;
  const [, named] = /^(?:log-group|alarm):(.*?)(?::\*)?$/.exec(resource) ?? [];
  if (named !== undefined) {
    return named;
  }
  return type.startsWith("aws:iam/")
    ? resource.slice(resource.lastIndexOf("/") + 1)
    : resource.replace(/^[a-z0-9-]+\//, "");
}

/** The Regions in which a stack makes something, its own first. */
export function regionsOf(settings: AuditSettings | MemberSettings): readonly string[] {
  const others =
    settings.kind === "audit"
      ? []
      : [
          ...settings.vpcs.flatMap(({ region }) => region ?? []),
          ...settings.transferKeyArns.map((arn) => parseArn(arn).region),
        ];
  return [...new Set([settings.region, ...others])];
}

function placeOf({ stack, region }: OwningStack): string {
  return `${stack}/${region}`;
}
