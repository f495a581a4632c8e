import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Properties } from "../../rehearsal/account/account";
import { AccountStore } from "../../rehearsal/account/accountStore";
import { OutOfBand } from "../../rehearsal/account/outOfBand";
import { SimulatedAws } from "../../rehearsal/account/simulatedAws";

/** A simulated account of its own for one test. */
export class AccountOnDisk {
  readonly folder = mkdtempSync(join(tmpdir(), "simulated-account-"));
  readonly file = join(this.folder, "account.json");
  readonly store = AccountStore.create(this.file, {
    accountId: "111122223333",
    region: "us-east-1",
  });
  readonly aws = new SimulatedAws(this.store);
  readonly outside = new OutOfBand(this.store);

  /** Makes a resource as the engine would: named first. @returns its id and properties. */
  async make(type: string, inputs: Properties = {}, name = "test") {
    const urn = `urn:pulumi:test::clean-room::${type}::${name}`;
    const recorded = await this.aws.create(type, urn, this.aws.check(type, name, {}, inputs));
    return { type, arn: String(recorded.properties["arn"]), ...recorded };
  }

  /** A VPC with a subnet in the first Availability Zone and a security group. */
  async network() {
    const vpc = await this.make("aws:ec2/vpc:Vpc", { cidrBlock: "10.66.0.0/22" });
    const subnet = await this.make("aws:ec2/subnet:Subnet", {
      vpcId: vpc.id,
      cidrBlock: "10.66.1.0/28",
      availabilityZone: "us-east-1a",
    });
    const group = await this.make("aws:ec2/securityGroup:SecurityGroup", { vpcId: vpc.id });
    return { vpc, subnet, group };
  }

  /** An instance in that network. */
  async workstation(inputs: Properties = {}) {
    const network = await this.network();
    const ami = await this.outside.registerImage("forensics", { tags: {} });
    const instance = await this.make("aws:ec2/instance:Instance", {
      ami,
      subnetId: network.subnet.id,
      vpcSecurityGroupIds: [network.group.id],
      ...inputs,
    });
    return { ...network, instance };
  }

  /** A bucket whose objects are locked for a day. */
  async vault(inputs: Properties = {}) {
    const bucket = await this.make("aws:s3/bucket:Bucket", { objectLockEnabled: true, ...inputs });
    await this.make("aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration", {
      bucket: bucket.id,
      rule: { defaultRetention: { mode: "GOVERNANCE", days: 1 } },
    });
    return bucket;
  }

  /** An image pipeline with one component, from Ubuntu's image. */
  async imagePipeline() {
    const { id } = this.aws.invoke("aws:ec2/getAmi:getAmi", { owners: ["099720109477"] });
    const ubuntu = String(id);
    const kind = (name: string) =>
      `aws:imagebuilder/${name.charAt(0).toLowerCase()}${name.slice(1)}:${name}`;
    const component = await this.make(kind("Component"), {
      name: "Forensic_toolbox one",
      version: "1.2.3",
      platform: "Linux",
      data: "phases:",
    });
    const recipe = await this.make(kind("ImageRecipe"), {
      name: "forensics",
      version: "1.0.0",
      parentImage: ubuntu,
      components: [{ componentArn: component.arn }],
    });
    const role = await this.make("aws:iam/role:Role", { name: "builder" });
    const profile = await this.make("aws:iam/instanceProfile:InstanceProfile", { role: role.id });
    const infrastructure = await this.make(kind("InfrastructureConfiguration"), {
      name: "forensics",
      instanceProfileName: profile.id,
    });
    const distribution = await this.make(kind("DistributionConfiguration"), {
      name: "forensics",
      distributions: [],
    });
    const pipeline = await this.make(kind("ImagePipeline"), {
      name: "forensics",
      imageRecipeArn: recipe.arn,
      infrastructureConfigurationArn: infrastructure.arn,
      distributionConfigurationArn: distribution.arn,
    });
    return { ubuntu, component, recipe, infrastructure, distribution, pipeline };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
