import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { credentials } from "@grpc/grpc-js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import * as pulumi from "@pulumi/pulumi";
import type { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";

import { writeComponentFolder } from "../../rehearsal/account/pluginFolder";
import { VpcComponent } from "../../rehearsal/account/vpcComponent";
import { parseVpcInputs } from "../../rehearsal/account/vpcInputs";

const INPUTS = {
  availabilityZoneNames: ["us-east-1a", "us-east-1b"],
  cidrBlock: "10.70.0.0/24",
  enableDnsHostnames: true,
  natGateways: { strategy: "None" },
  subnetSpecs: [{ type: "Public", cidrMask: 26, tags: { use: "build" } }],
  subnetStrategy: "Auto",
  tags: { notification: "a@example.edu" },
};

/** What the component asks the engine for, by type and name, and its outputs. */
async function construct(options: pulumi.ComponentResourceOptions = {}) {
  const inputs: Record<string, unknown> = {};
  await pulumi.runtime.setMocks({
    newResource: ({ type, name, inputs: given }) => {
      inputs[`${type} ${name}`] = given;
      return { id: `${type.split(":").at(-1)} ${name}`, state: given as object };
    },
    call: ({ token }) => {
      throw new Error(`no answer for ${token}`);
    },
  });
  const children: { child: string; parent: string }[] = [];
  const registered: pulumi.Resource[] = [];
  const outputs = (await pulumi.runtime.runInPulumiStack(async () => {
    pulumi.runtime.registerStackTransformation(({ type, name, opts, resource }) => {
      const parent = opts.parent as (pulumi.Resource & { __name: string }) | undefined;
      children.push({
        child: `${type} ${name}`,
        parent: parent === undefined ? "" : `${parent.constructor.name} ${parent.__name}`,
      });
      registered.push(resource);
      return undefined;
    });
    const component = new VpcComponent("builder", parseVpcInputs("builder", INPUTS), options);
    await Promise.all(registered.map(({ urn }) => settled(urn)));
    const { vpcId, publicSubnetIds, privateSubnetIds, isolatedSubnetIds } =
      component.outputs as Record<string, unknown>;
    return settled(
      pulumi.output({
        ids: { vpcId, publicSubnetIds, privateSubnetIds, isolatedSubnetIds },
        names: Object.keys(component.outputs).sort(),
      }),
    );
  })) as { ids: Record<string, unknown>; names: string[] };
  // What a child inherits is not in the options it was declared with.
  const protectedOnes = registered.filter(
    (resource) => (resource as unknown as { __protect?: boolean }).__protect,
  ).length;
  return { inputs, children, outputs, protectedOnes };
}

function settled<T>(output: pulumi.Output<T>): Promise<T> {
  return (output as unknown as { promise(): Promise<T> }).promise();
}

describe("the stand-in for awsx.ec2.Vpc", () => {
  it("makes these children and no other, each below its parent", async () => {
    const { children } = await construct();
    assert.deepEqual(
      children.map(({ child, parent }) => `${child} < ${parent}`),
      [
        "awsx:ec2:Vpc builder < ",
        "aws:ec2/vpc:Vpc builder < VpcComponent builder",
        "aws:ec2/internetGateway:InternetGateway builder < Vpc builder",
        ...["builder-public-1", "builder-public-2"].flatMap((zone) => [
          `aws:ec2/subnet:Subnet ${zone} < Vpc builder`,
          `aws:ec2/routeTable:RouteTable ${zone} < Subnet ${zone}`,
          `aws:ec2/routeTableAssociation:RouteTableAssociation ${zone} < RouteTable ${zone}`,
          `aws:ec2/route:Route ${zone} < RouteTable ${zone}`,
        ]),
      ],
    );
  });

  it("gives them the tags, a block of the VPC each, and the way out", async () => {
    const { inputs } = await construct();
    const tags = { Name: "builder", notification: "a@example.edu" };
    assert.deepEqual(inputs["aws:ec2/vpc:Vpc builder"], {
      cidrBlock: "10.70.0.0/24",
      enableDnsHostnames: true,
      tags,
    });
    assert.deepEqual(inputs["aws:ec2/internetGateway:InternetGateway builder"], {
      vpcId: "Vpc builder",
      tags,
    });
    const own = { ...tags, Name: "builder-public-2", SubnetType: "Public" };
    assert.deepEqual(inputs["aws:ec2/subnet:Subnet builder-public-2"], {
      availabilityZone: "us-east-1b",
      cidrBlock: "10.70.0.128/26",
      mapPublicIpOnLaunch: true,
      tags: { ...own, use: "build" },
      vpcId: "Vpc builder",
    });
    assert.deepEqual(inputs["aws:ec2/routeTable:RouteTable builder-public-2"], {
      tags: own,
      vpcId: "Vpc builder",
    });
    assert.deepEqual(inputs["aws:ec2/route:Route builder-public-2"], {
      destinationCidrBlock: "0.0.0.0/0",
      gatewayId: "InternetGateway builder",
      routeTableId: "RouteTable builder-public-2",
    });
  });

  it("has the outputs of the SDK", async () => {
    const { outputs } = await construct();
    assert.deepEqual(outputs.ids, {
      vpcId: "Vpc builder",
      publicSubnetIds: ["Subnet builder-public-1", "Subnet builder-public-2"],
      privateSubnetIds: [],
      isolatedSubnetIds: [],
    });
    const declared = readFileSync(require.resolve("@pulumi/awsx/ec2/vpc.d.ts"), "utf8");
    assert.deepEqual(
      outputs.names,
      [...declared.matchAll(/^ {4}readonly (\w+):/gm)].map(([, name]) => name).sort(),
    );
  });

  it("protects every child where it is protected itself", async () => {
    assert.equal((await construct()).protectedOnes, 0);
    const { children, protectedOnes } = await construct({ protect: true });
    assert.equal(protectedOnes, children.length);
  });

  describe("refuses what it does not model, by name:", () => {
    const cases: [string, Record<string, unknown>, RegExp][] = [
      ["no strategy", { subnetStrategy: undefined }, /subnetStrategy: .*"Auto"/],
      ["a NAT gateway", { natGateways: { strategy: "Single" } }, /natGateways: strategy: .*"None"/],
      [
        "private subnets",
        { subnetSpecs: [{ type: "Private" }] },
        /subnetSpecs: 0: type: .*"Public"/,
      ],
      ["endpoints", { vpcEndpointSpecs: [] }, /vpcEndpointSpecs/],
      ["an output for its network", { cidrBlock: pulumi.output("10.0.0.0/16") }, /cidrBlock: /],
    ];
    for (const [name, changes, words] of cases) {
      it(name, () => {
        assert.throws(() => parseVpcInputs("builder", { ...INPUTS, ...changes }), words);
      });
    }
  });

  it("refuses subnets that are too large for their Availability Zone", async () => {
    const inputs = parseVpcInputs("builder", {
      ...INPUTS,
      subnetSpecs: [{ type: "Public", cidrMask: 24 }],
    });
    await assert.rejects(
      // eslint-disable-next-line @typescript-eslint/require-await -- the throw becomes a rejection
      async () => new VpcComponent("builder", inputs, {}),
      /Subnets are too large for VPC: builder has \/25/,
    );
  });
});

describe("the plugin pulumi-resource-awsx", () => {
  let folder: string;
  let plugin: ChildProcess | undefined;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "awsx-"))));
  afterEach(() => {
    plugin?.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  it("is alone in its folder, starts, and calls itself the version of the SDK", async () => {
    const bin = writeComponentFolder(join(folder, "plugins"));
    assert.deepEqual(readdirSync(bin), ["pulumi-resource-awsx"]);
    plugin = spawn(join(bin, "pulumi-resource-awsx"), ["127.0.0.1:1"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    assert.ok(plugin.stdout !== null);
    const [port] = (await once(plugin.stdout.setEncoding("utf8"), "data")) as [string];
    const client = new ResourceProviderClient(
      `127.0.0.1:${port.trim()}`,
      credentials.createInsecure(),
    );
    const info = await new Promise<PluginInfo>((resolve, reject) =>
      client.getPluginInfo(new Empty(), (error: Error | null, response: PluginInfo) =>
        error === null ? resolve(response) : reject(error),
      ),
    );
    client.close();
    assert.equal(info.getVersion(), "3.9.0");
  });
});
