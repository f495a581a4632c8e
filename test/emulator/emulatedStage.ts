import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import {
  CreateImageCommand,
  CreateTagsCommand,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from "@aws-sdk/client-ec2";
import { AttachRolePolicyCommand, CreateRoleCommand } from "@aws-sdk/client-iam";
import { LocalWorkspace, type Stack } from "@pulumi/pulumi/automation";
import { stringify } from "yaml";

import { writeComponentFolder } from "../../rehearsal/account/pluginFolder";
import { type Clients, clientsOf, type Place } from "./accountClients";
import { AwsCorrections } from "./awsCorrections";

/** Root of the repository. */
export const REPOSITORY = join(__dirname, "../..");

/** The account and the Region of the examples. */
const EXAMPLE: Place = { account: "111122223333", region: "us-east-1" };

/** The program, the real engine and the real provider, with an Audit account and a member account of the emulator. */
export class EmulatedStage {
  /** The accounts from outside: nothing that they ask is corrected or noted. */
  public readonly clients: Clients;
  public readonly memberClients: Clients;

  public readonly corrections: AwsCorrections;

  /** Where requests are corrected, once it is set. */
  public endpoint = "";

  /** Where everything of it lies. */
  public readonly folder = mkdtempSync(join(tmpdir(), "clean-room-emulator-"));
  private environment: Record<string, string> = {};

  private constructor(
    /** The emulator itself, for who stands outside. */
    public readonly emulator: string,
    private readonly place: Place,
    member: string,
    others: readonly string[],
  ) {
    this.clients = clientsOf(emulator, place);
    this.memberClients = clientsOf(emulator, { ...place, account: member });
    const accounts = new Map([
      [place.account, this.clients],
      [member, this.memberClients],
      ...others.map((account) => [account, clientsOf(emulator, { ...place, account })] as const),
    ]);
    this.corrections = new AwsCorrections(emulator, place, accounts);
  }

  /**
   * Sets it up.
   *
   * @param place Where the audit stack is to be; each suite has a place of its own.
   * @param member A member account, 12 digits.
   * @param others Member accounts beside it.
   * @throws AssertionError where there is no emulator.
   */
  public static async set(
    place: Place,
    member: string,
    ...others: readonly string[]
  ): Promise<EmulatedStage> {
    const emulator = process.env["AWS_ENDPOINT_URL"];
    // An endpoint may be a real one, so the emulator has to be named as such.
    assert.ok(
      emulator !== undefined && process.env["CLEANROOM_EMULATOR"] !== undefined,
      "This needs an emulated AWS account at AWS_ENDPOINT_URL, with CLEANROOM_EMULATOR set to say that it is one, and pulumi and the AWS provider's plugin on PATH.",
    );
    const stage = new EmulatedStage(emulator, place, member, others);
    await stage.prepare();
    return stage;
  }

  /** Folder of the program, and of its stacks' settings. */
  public get program(): string {
    return join(this.folder, "program");
  }

  /** Writes a stack's settings; the examples' account and Region become those of this stage. */
  public configure(stack: string, config: Readonly<Record<string, unknown>>): void {
    // The CLI reads YAML 1.1, where a time is a string in quotes only.
    const text = stringify({ config }, { version: "1.1" })
      .replaceAll(EXAMPLE.account, this.place.account)
      .replaceAll(EXAMPLE.region, this.place.region);
    writeFileSync(join(this.program, `Pulumi.${stack}.yaml`), text);
  }

  /** @param accessKey Whose credentials the stack is deployed with. @default the incident deployer's */
  public select(stackName: string, accessKey?: string): Promise<Stack> {
    const envVars = this.environmentOf(accessKey);
    return LocalWorkspace.createOrSelectStack({ stackName, workDir: this.program }, { envVars });
  }

  /** What a command of the engine finds in its surroundings. */
  public environmentOf(accessKey?: string): Record<string, string> {
    const key = { AWS_ACCESS_KEY_ID: accessKey ?? "", AWS_SECRET_ACCESS_KEY: accessKey ?? "" };
    return { ...this.environment, ...(accessKey === undefined ? {} : key) };
  }

  /** Makes an image of the Audit account, as the image pipeline leaves one. @returns its id. */
  public async makeImage(name: string, tags: Readonly<Record<string, string>>): Promise<string> {
    const { ec2 } = this.clients;
    const { Instances = [] } = await ec2.send(
      new RunInstancesCommand({ ImageId: "ami-12c6146b", MinCount: 1, MaxCount: 1 }),
    );
    const InstanceId = Instances[0]?.InstanceId;
    const { ImageId = "" } = await ec2.send(new CreateImageCommand({ InstanceId, Name: name }));
    await ec2.send(new TerminateInstancesCommand({ InstanceIds: [InstanceId ?? ""] }));
    const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
    if (Tags.length > 0) {
      await ec2.send(new CreateTagsCommand({ Resources: [ImageId], Tags }));
    }
    return ImageId;
  }

  /** Makes a role that opens rooms, as README says: the audit stack's policies are attached to it. */
  public async makeDeployer(arn: string, audit: Stack): Promise<void> {
    const { iam } = this.clients;
    const RoleName = arn.split("/").at(-1);
    const { incidentDeployerPolicyArns } = await audit.outputs();
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: "{}" }));
    for (const PolicyArn of incidentDeployerPolicyArns?.value as string[]) {
      await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
    }
    this.corrections.authorization.forget();
  }

  /** Removes it from this machine. */
  public clear(): void {
    this.corrections.stop();
    rmSync(this.folder, { recursive: true });
  }

  private async prepare(): Promise<void> {
    mkdirSync(join(this.folder, "state"));
    mkdirSync(this.program);
    // Stack files are written beside the program, so it gets a place of its own.
    for (const entry of readdirSync(REPOSITORY)) {
      if (!/^(Pulumi\..+\.yaml|main\.js|\..*)$/.test(entry)) {
        symlinkSync(join(REPOSITORY, entry), join(this.program, entry));
      }
    }
    const main = ["register.js", "test/emulator/programForEmulator.ts"]
      .map((file) => `require(${JSON.stringify(join(REPOSITORY, file))})`)
      .join(";\nmodule.exports = ");
    writeFileSync(join(this.program, "main.js"), `${main};\n`);
    // The AWS provider is the real one; only the component's plugin is ours.
    const components = writeComponentFolder(join(this.folder, "components"));
    this.endpoint = await this.corrections.start();
    this.environment = {
      PATH: `${components}${delimiter}${process.env["PATH"] ?? ""}`,
      AWS_ENDPOINT_URL: this.endpoint,
      AWS_ENDPOINT_URL_IMAGEBUILDER: this.endpoint,
      PULUMI_BACKEND_URL: `file://${join(this.folder, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "emulator",
      PULUMI_ERROR_OUTPUT_STRING: "true",
    };
  }
}
