import { FOUNDATION_OUTPUTS } from "../support/examples";
import { type Decision, decisionOn } from "../support/simulator";
import { ACTS } from "./acts";
import type { Act } from "./acts/requests";
import type { Placed, Policy } from "./documents";
import type { Row } from "./expectedTable";
import { GIVEN, GROUPS, type Principal, PRINCIPALS } from "./principals";

/** A principal, an act, and what the table says about it. */
export interface Cell {
  readonly principal: string;
  readonly act: string;
  readonly row: Row;
}

/** Every principal with every act: a row of its own counts before its group's, that before all others'. */
export function cellsOf(rows: readonly Row[]): Cell[] {
  return Object.keys(ACTS).flatMap((act) => {
    const ofAct = rows.filter((row) => row.act === act);
    return Object.keys(PRINCIPALS).map((principal) => {
      const row =
        ofAct.find((each) => each.principal === principal) ??
        ofAct.find((each) => GROUPS[each.principal]?.includes(principal)) ??
        ofAct.find((each) => each.principal === "everybody else");
      if (row === undefined) {
        throw new Error(`expected.csv says nothing of ${principal}: ${act}`);
      }
      return { principal, act, row };
    });
  });
}

/** Names of the policies that decide about a cell, given or placed. */
export function policiesOf({ principal: name, act: actName }: Cell): string[] {
  const principal = PRINCIPALS[name] as Principal;
  const act = ACTS[actName] as Act;
  return [
    ...principal.identity,
    ...(principal.bounded ? ["boundary"] : []),
    ...(act.policy === undefined ? [] : [act.policy.replace(OPENED, "")]),
    ...(principal.inTheRoom ? [endpointOf(act)] : []),
  ];
}

/** Whether it is allowed, as the policies and grants say that are in place. */
export async function evaluate(cell: Cell, placed: Placed): Promise<boolean> {
  return (await decide(cell, placed)) === "Allowed";
}

/** The same, with the difference between what is denied and what nothing allows. */
export async function decide(cell: Cell, placed: Placed): Promise<Decision> {
  const principal = PRINCIPALS[cell.principal] as Principal;
  const act = ACTS[cell.act] as Act;
  const placedOrGiven = (name: string): Policy | undefined => placed.policies[name] ?? GIVEN[name];
  const policy = (name: string): Policy => {
    if (name.endsWith(OPENED)) {
      return opened(policy(name.slice(0, -OPENED.length)));
    }
    const found = placedOrGiven(name);
    if (found === undefined) {
      throw new Error(`there is no policy ${name}`);
    }
    return found;
  };
  const afterwards = principal.grants === "grantsAfterwards";
  if (afterwards && act.policy !== undefined && placed.goneAfterwards.includes(act.policy)) {
    return "ExplicitlyDenied";
  }
  const request = {
    principal: principal.arn,
    action: act.action,
    resource: act.resource,
    ...(act.owner === undefined ? {} : { owner: act.owner }),
    context: contextOf(principal, act),
    identity: principal.identity.map(policy),
    ...(principal.bounded ? { boundary: policy("boundary") } : {}),
    ...(act.policy === undefined || isOfTheRootUser(principal, act)
      ? {}
      : { resourcePolicy: policy(act.policy) }),
    ...(principal.inTheRoom && placedOrGiven(endpointOf(act)) !== undefined
      ? { endpointPolicy: policy(endpointOf(act)) }
      : {}),
  };
  const decision = await decisionOn(request);
  if (decision !== "ImplicitlyDenied" || !isGranted(principal, act, placed)) {
    return decision;
  }
  // What a grant allows is allowed: the key's policy denies none of it.
  return principal.needsBothSides
    ? decisionOn({ ...request, resourcePolicy: policy("open to all") })
    : "Allowed";
}

/**
 * S3 lets the root user of a bucket's account look at its policy, put and delete it, whatever that denies.
 *
 * Source: S3 API reference, PutBucketPolicy, GetBucketPolicy and DeleteBucketPolicy.
 */
function isOfTheRootUser({ arn }: Principal, { action, owner }: Act): boolean {
  return (
    arn.endsWith(":root") && owner === undefined && /^s3:(Get|Put|Delete)BucketPolicy$/.test(action)
  );
}

/** At the end of a policy's name: that policy after somebody opened it to the whole account. */
const OPENED = ", opened";

function opened(policy: Policy): Policy {
  const account = { AWS: "arn:aws:iam::111122223333:root" };
  const all = { Effect: "Allow", Principal: account, Action: "kms:*", Resource: "*" };
  return { ...policy, Statement: [...policy.Statement, all] };
}

/** Simulators know no grants. */
function isGranted(
  { arn, grants, granted }: Principal,
  { action, resource }: Act,
  placed: Placed,
): boolean {
  return [...(grants === undefined ? [] : placed[grants]), ...(granted ? [granted] : [])].some(
    ({ key, grantee, operations }) =>
      grantee === arn && key === resource && operations.includes(action.replace(/^kms:/, "")),
  );
}

function contextOf(
  { arn, organization, inTheRoom }: Principal,
  { action, resource, context = {} }: Act,
): Record<string, string | string[]> {
  const account = arn.split(":")[4] ?? "";
  return {
    // What names no resource has no owner: AWS documents none for it.
    ...(resource === "*" ? {} : { "aws:ResourceAccount": "111122223333" }),
    ...(resource === "*" || "aws:ResourceAccount" in context
      ? {}
      : { "aws:ResourceOrgID": "o-exampleorgid" }),
    "aws:RequestedRegion": "us-east-1",
    ...(organization === undefined ? {} : { "aws:PrincipalOrgID": organization }),
    ...(context as Record<string, string | string[]>),
    "aws:PrincipalIsAWSService": arn.endsWith(".amazonaws.com") ? "true" : "false",
    "aws:ViaAWSService": "kms:ViaService" in context ? "true" : "false",
    ...(inTheRoom ? { "aws:SourceVpc": FOUNDATION_OUTPUTS.vpcId } : {}),
    ...(action.startsWith("kms:") ? { "kms:CallerAccount": account } : {}),
    ...(arn.endsWith(".amazonaws.com") ? { "aws:PrincipalServiceName": arn } : {}),
  };
}

function endpointOf({ action }: Act): string {
  return `endpoint of ${action.split(":")[0]}`;
}
