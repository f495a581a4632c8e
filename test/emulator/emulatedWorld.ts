import { execFile } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

import { CloudTrailClient } from "@aws-sdk/client-cloudtrail";
import { CreateVpcCommand } from "@aws-sdk/client-ec2";
import { PulumiCommand } from "@pulumi/pulumi/automation";

import { readToolbox } from "../../components/image/toolbox";
import {
  AUDIT_ACCOUNT,
  MEMBER_ACCOUNT,
  OTHER_MEMBER_ACCOUNT,
  REGION,
} from "../../rehearsal/accounts";
import { FOUNDATION_DEPLOYER } from "../../rehearsal/cast";
import { writePolicyPack } from "../../rehearsal/policyPackFolder";
import { RehearsedStack, type StackFile } from "../../rehearsal/rehearsedStack";
import type { AuditEvents, Thing, World } from "../../rehearsal/world";
import { clientsOf } from "./accountClients";
import { thingsIn } from "./accountThings";
import { EmulatedEvents } from "./emulatedEvents";
import { EmulatedStage } from "./emulatedStage";

const PLACE = { account: AUDIT_ACCOUNT, region: REGION };

/**
 * The story's world with the real provider, in front of emulated accounts: calls, order, state and waiting are real;
 * nothing is enforced but what the corrections beside this file play.
 */
export class EmulatedWorld implements World {
  public readonly name = "emulator";
  public readonly folder: string;
  public readonly project: string;
  public readonly policyPack: string;
  public readonly policyConfig: string;
  public readonly auditPolicyConfig: string;
  public readonly outside: AuditEvents;

  private constructor(
    private readonly stage: EmulatedStage,
    public readonly pulumi: PulumiCommand,
  ) {
    this.folder = stage.folder;
    this.project = stage.program;
    this.policyPack = join(stage.folder, "components/policy-pack");
    this.policyConfig = join(this.policyPack, "every-stack.json");
    this.auditPolicyConfig = join(this.policyPack, "audit-stack.json");
    this.outside = new EmulatedEvents(stage);
  }

  /** Sets it up. @throws AssertionError where there is no emulator */
  public static async set(): Promise<EmulatedWorld> {
    const stage = await EmulatedStage.set(PLACE, MEMBER_ACCOUNT, OTHER_MEMBER_ACCOUNT);
    stage.corrections.demandedBoundary.inForce = true;
    // What Canonical publishes.
    await stage.makeImage(readToolbox().base.name, {});
    const world = new EmulatedWorld(stage, await PulumiCommand.get());
    mkdirSync(world.policyPack, { recursive: true });
    writePolicyPack(world.policyPack);
    return world;
  }

  public stack(
    name: string,
    file: StackFile,
    policyConfig = this.policyConfig,
  ): Promise<RehearsedStack> {
    return RehearsedStack.create(name, playable(file), this, policyConfig);
  }

  public async network(CidrBlock: string, region: string): Promise<string> {
    const { ec2 } = clientsOf(this.stage.emulator, { account: MEMBER_ACCOUNT, region });
    const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock }));
    return Vpc?.VpcId ?? "";
  }

  public environmentOf(role: string): Readonly<Record<string, string>> {
    return this.stage.environmentOf(role);
  }

  public clientsOf(role: string): ReturnType<World["clientsOf"]> {
    return () => clientsOf(this.stage.endpoint, PLACE, role);
  }

  public trailOf(role: string): CloudTrailClient {
    const credentials = { accessKeyId: role, secretAccessKey: role };
    return new CloudTrailClient({ endpoint: this.stage.endpoint, region: REGION, credentials });
  }

  public async run(
    args: readonly string[],
    environment: Readonly<Record<string, string>> = {},
  ): Promise<{ succeeded: boolean; output: string }> {
    try {
      const { stdout, stderr } = await promisify(execFile)(
        this.pulumi.command,
        [...args, "--non-interactive", "--color", "never"],
        { cwd: this.project, env: { ...process.env, ...environment } },
      );
      return { succeeded: true, output: stdout + stderr };
    } catch (error) {
      const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
      return { succeeded: false, output: stdout + stderr };
    }
  }

  public struck(): readonly never[] {
    return [];
  }

  public things(accountId: string): Promise<readonly Thing[]> {
    const { emulator, endpoint } = this.stage;
    const clients = clientsOf(emulator, { account: accountId, region: REGION });
    const asked =
      accountId === AUDIT_ACCOUNT ? clientsOf(endpoint, PLACE, FOUNDATION_DEPLOYER) : clients;
    return thingsIn(clients, asked.kms);
  }

  public async thingsOf({ ticket }: Parameters<World["thingsOf"]>[0]): Promise<readonly Thing[]> {
    const all = await this.things(AUDIT_ACCOUNT);
    return all.filter(
      ({ tags, id }) =>
        tags["incident-response"] === `quarantine:${ticket}` || id.includes(`/${ticket}/`),
    );
  }

  /** Removes everything from this machine. */
  public clear(): void {
    this.stage.clear();
  }
}

/** Without what the emulator has not: AWS's managed policies, which the roles of a SAML provider's people carry. */
function playable({ config, ...file }: StackFile): StackFile {
  if (config["clean-room:kind"] !== "member") {
    return { ...file, config };
  }
  const {
    "clean-room:samlProviderArn": _,
    "clean-room:namespace": __,
    "clean-room:automationRoles": ___,
    ...rest
  } = config;
  const responder = `arn:aws:iam::${AUDIT_ACCOUNT}:role/responder`;
  return { ...file, config: { ...rest, "clean-room:responderPrincipals": [responder] } };
}
