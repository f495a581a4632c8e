import { refusal } from "./access/refusals";
import {
  type AwsAnswer,
  type AwsRequest,
  type Correction,
  parametersOf,
  type Pass,
  withParameters,
} from "./awsRequest";

/**
 * Peering connections between accounts, where the emulator differs from EC2:
 *
 * - each account has tags of its own on a connection: the emulator shows the requester's to both;
 * - a route leads over a connection of its table's VPC only, and a table has one route to a range: the emulator takes any.
 *
 * Sources: VPC peering guide, "Accept or reject a VPC peering connection" and "Update your route tables for a VPC peering
 * connection"; EC2 user guide, "Tag your Amazon EC2 resources"; EC2 API reference, CreateRoute and "Error codes".
 */
export class Peerings implements Correction {
  public async answer(request: AwsRequest, pass: Pass): Promise<AwsAnswer> {
    switch (parametersOf(request).get("Action")) {
      case "DescribeVpcPeeringConnections":
        return withOwnTags(await pass(request), (id) => tagsOf(request, pass, id), request.account);
      case "CreateRoute":
        return (await refusedRoute(request, pass)) ?? pass(request);
      default:
        return pass(request);
    }
  }
}

/** A connection, from its requester's account to its id, in the order that the emulator writes them. */
const CONNECTION =
  /(<requesterVpcInfo>.*?<ownerId>(\d+)<.*?)<tagSet(?:\/>|>.*?<\/tagSet>)(<vpcPeeringConnectionId>(pcx-\w+)<)/gs;

async function withOwnTags(
  answer: AwsAnswer,
  tags: (id: string) => Promise<string>,
  account: string,
): Promise<AwsAnswer> {
  let text = answer.body.toString("utf8");
  for (const [all, before = "", requester, after = "", id = ""] of text.matchAll(CONNECTION)) {
    if (requester !== account) {
      text = text.replace(all, [before, await tags(id), after].join(""));
    }
  }
  return { ...answer, body: Buffer.from(text) };
}

/** The tags that the request's account has given something. */
async function tagsOf(request: AwsRequest, pass: Pass, id: string): Promise<string> {
  const parameters = { "Filter.1.Name": "resource-id", "Filter.1.Value.1": id };
  const { body } = await pass(asking(request, "DescribeTags", parameters));
  const found = body.toString("utf8").matchAll(/<key>(.*?)<\/key>.*?<value>(.*?)<\/value>/gs);
  const items = [...found].map(
    ([, key, value]) => `<item><key>${key}</key><value>${value}</value></item>`,
  );
  return `<tagSet>${items.join("")}</tagSet>`;
}

async function refusedRoute(request: AwsRequest, pass: Pass): Promise<AwsAnswer | undefined> {
  const asked = parametersOf(request);
  const [table, cidr] = [asked.get("RouteTableId") ?? "", asked.get("DestinationCidrBlock")];
  const found = await pass(asking(request, "DescribeRouteTables", { "RouteTableId.1": table }));
  const tables = found.body.toString("utf8");
  if (cidr !== null && tables.includes(`<destinationCidrBlock>${cidr}<`)) {
    const why = `The route identified by ${cidr} already exists.`;
    return refusal(request, "RouteAlreadyExists", why);
  }
  const connection = asked.get("VpcPeeringConnectionId");
  const vpc = /<vpcId>(vpc-\w+)</.exec(tables)?.[1];
  if (connection === null || found.status !== 200 || vpc === undefined) {
    return undefined;
  }
  const parameters = { "VpcPeeringConnectionId.1": connection };
  const { body } = await pass(asking(request, "DescribeVpcPeeringConnections", parameters));
  return body.toString("utf8").includes(`<vpcId>${vpc}<`)
    ? undefined
    : refusal(
        request,
        "InvalidParameterValue",
        `route table ${table} and vpc peering connection ${connection} belong to different networks`,
      );
}

/** Another request of the same caller's. */
function asking(
  request: AwsRequest,
  Action: string,
  parameters: Readonly<Record<string, string>>,
): AwsRequest {
  const Version = parametersOf(request).get("Version") ?? "";
  return withParameters({ ...request, body: Buffer.alloc(0) }, { Action, Version, ...parameters });
}
