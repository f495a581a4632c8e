import assert from "node:assert/strict";

import {
  DescribeRouteTablesCommand,
  DescribeTrafficMirrorTargetsCommand,
  DescribeVpcPeeringConnectionsCommand,
} from "@aws-sdk/client-ec2";
import { ListObjectsV2Command } from "@aws-sdk/client-s3";

import { findRemains } from "../../../cli/close/remains";
import { recordStatements } from "../../../components/access/incidentDeployer/recordStatements";
import { asText, parseSettings } from "../../../settings/parseSettings";
import { FOUNDATION_OUTPUTS, incidentConfig, STACK, TICKET } from "../../support/examples";

/** What the policy of an incident deployer lets the vault be listed below, as StringLike compares it. */
function listed(prefix: string): boolean {
  const access = { vaultArn: "arn:aws:s3:::vault", evidenceKeyArn: "key", region: "us-east-1" };
  const patterns = recordStatements(access as never).flatMap(
    ({ Condition }) =>
      (Condition as Record<string, Record<string, string[]>> | undefined)?.["StringLikeIfExists"]?.[
        "s3:prefix"
      ] ?? [],
  );
  assert.ok(patterns.length > 0);
  return patterns.some((pattern) => new RegExp(`^${pattern.split("*").join(".*")}$`).test(prefix));
}

describe("What is left of a closed room", () => {
  it("is looked up with no right in the vault that an incident deployer lacks", async () => {
    const asked: string[] = [];
    const s3 = {
      send: (command: unknown) => {
        assert.ok(command instanceof ListObjectsV2Command);
        const { Prefix = "" } = command.input;
        asked.push(Prefix);
        return listed(Prefix)
          ? Promise.resolve({ Contents: [{ Key: `${Prefix}1` }] })
          : Promise.reject(Object.assign(new Error("Access Denied"), { name: "AccessDenied" }));
      },
    };
    const empty = { send: () => Promise.resolve({}) };
    const { kept } = await findRemains({
      ticket: TICKET,
      settings: parseSettings({
        project: "clean-room",
        stack: STACK,
        values: asText(incidentConfig()),
      }),
      aws: { ec2: empty, iam: empty, kms: empty, s3, ssm: empty, sts: empty, tagging: empty },
      foundation: FOUNDATION_OUTPUTS,
    } as never);
    assert.deepEqual(asked.sort(), [`cases/${TICKET}/intake/`, `records/${TICKET}/`]);
    assert.match(kept.join("\n"), /1 records: [^]*1 hashes of disks: /);
  });

  it("names a link that goes on: a connection that leads somewhere, and a mirror target", async () => {
    const tag = { Key: "incident-response", Value: `quarantine:${TICKET}` };
    const connection = (VpcPeeringConnectionId: string, Code: string, Tags = [tag]) => ({
      ...{ VpcPeeringConnectionId, Status: { Code }, Tags },
    });
    const asked: string[] = [];
    const ec2 = {
      send: (command: object) => {
        asked.push(command.constructor.name);
        return Promise.resolve(
          command instanceof DescribeVpcPeeringConnectionsCommand
            ? {
                VpcPeeringConnections: [
                  connection("pcx-1", "active"),
                  connection("pcx-2", "deleted"),
                  connection("pcx-3", "active", []),
                ],
              }
            : command instanceof DescribeTrafficMirrorTargetsCommand
              ? { TrafficMirrorTargets: [{ TrafficMirrorTargetId: "tmt-1", Tags: [tag] }] }
              : {},
        );
      },
    };
    const empty = { send: () => Promise.resolve({}) };
    const settings = parseSettings({
      project: "clean-room",
      stack: STACK,
      values: asText(incidentConfig()),
    });
    const remainsOf = (link: string) =>
      findRemains({
        ticket: TICKET,
        settings: { ...settings, link },
        aws: { ec2, iam: empty, kms: empty, s3: empty, ssm: empty, sts: empty, tagging: empty },
        foundation: FOUNDATION_OUTPUTS,
      } as never);
    const { tooMuch } = await remainsOf("peering");
    assert.deepEqual(
      tooMuch.filter((line) => /connection|mirror/.test(line)),
      [
        "the connection pcx-1 to the suspect's VPC, which is active: aws ec2 delete-vpc-peering-connection --vpc-peering-connection-id pcx-1",
        "the mirror target tmt-1: aws ec2 delete-traffic-mirror-target --traffic-mirror-target-id tmt-1",
      ],
    );
    asked.length = 0;
    await remainsOf("none");
    assert.ok(!asked.some((name) => /Peering|Mirror/.test(name)));
  });

  it("names a route that the slot's table has left, and none where another room has the slot", async () => {
    const slot = { name: "us-east-1a-1", subnetId: "subnet-1" };
    const table = (RouteTableId: string, SubnetId: string, ...Routes: object[]) => ({
      ...{ RouteTableId, Associations: [{ SubnetId }], Routes },
    });
    const ec2 = {
      send: (command: object) =>
        Promise.resolve(
          command instanceof DescribeRouteTablesCommand
            ? {
                RouteTables: [
                  table(
                    "rtb-1",
                    slot.subnetId,
                    { DestinationCidrBlock: "10.0.0.0/24", GatewayId: "local" },
                    { DestinationPrefixListId: "pl-1", GatewayId: "vpce-1" },
                    { DestinationCidrBlock: "10.20.0.0/16", TransitGatewayId: "tgw-1" },
                    { DestinationCidrBlock: "10.21.0.0/16", VpcPeeringConnectionId: "pcx-1" },
                  ),
                  table("rtb-2", "subnet-2", {
                    ...{ DestinationCidrBlock: "10.22.0.0/16", TransitGatewayId: "tgw-1" },
                  }),
                ],
              }
            : {},
        ),
    };
    const empty = { send: () => Promise.resolve({}) };
    const settings = parseSettings({
      project: "clean-room",
      stack: STACK,
      values: asText(incidentConfig()),
    });
    const routesLeft = async (link: string, claimedBy?: string) => {
      const claims = [{ Name: `/clean-room/slots/${slot.name}`, Value: claimedBy }];
      const ssm = {
        send: () => Promise.resolve(claimedBy === undefined ? {} : { Parameters: claims }),
      };
      const { tooMuch } = await findRemains({
        ticket: TICKET,
        settings: { ...settings, link, slot: slot.name },
        aws: { ec2, iam: empty, kms: empty, s3: empty, ssm, sts: empty, tagging: empty },
        foundation: { ...FOUNDATION_OUTPUTS, slots: [slot] },
      } as never);
      return tooMuch.filter((line) => /route/.test(line));
    };
    const left = [
      "the route of slot us-east-1a-1 to 10.20.0.0/16 over tgw-1: aws ec2 delete-route --route-table-id rtb-1 --destination-cidr-block 10.20.0.0/16",
      "the route of slot us-east-1a-1 to 10.21.0.0/16 over pcx-1: aws ec2 delete-route --route-table-id rtb-1 --destination-cidr-block 10.21.0.0/16",
    ];
    assert.deepEqual(await routesLeft("transit-gateway"), left);
    assert.deepEqual(await routesLeft("peering"), left);
    assert.deepEqual(await routesLeft("peering", "INC-2026-0099"), []);
    assert.deepEqual(await routesLeft("none"), []);
  });
});
