import type { CloudTrailClient } from "@aws-sdk/client-cloudtrail";
import type { PulumiCommand, PulumiFn } from "@pulumi/pulumi/automation";

import type { MendClients } from "../cli/mend/mend";
import type { Entry } from "./account/account";
import type { OutOfBand } from "./account/outOfBand";
import type { StruckChange } from "./account/faultInjection";
import type { RehearsedStack, StackFile } from "./rehearsedStack";

/** Something that exists in an account, as a world lists it. */
export type Thing = Pick<
  Entry,
  "type" | "id" | "tags" | "state" | "lockedUntil" | "urn" | "properties"
>;

/** What happens to the Audit account without Pulumi, in every world. */
export type AuditEvents = Pick<
  OutOfBand,
  | "lockCopy"
  | "putObject"
  | "registerImage"
  | "removeRole"
  | "setRole"
  | "shareSnapshot"
  | "signRecords"
  | "writeParameter"
>;

/**
 * Where the life of a foundation and of its rooms is played: the sandbox, which is the simulated account, or the
 * emulator behind the real provider. An Audit account and a member account are in it.
 */
export interface World {
  readonly name: "sandbox" | "emulator";

  /** The CLI. */
  readonly pulumi: PulumiCommand;

  /** The program, where it runs in this process. @default the project's folder has it */
  readonly program?: PulumiFn;

  /** Everything of it that lies on this machine; the engine's state is in `state`. */
  readonly folder: string;

  /** Folder with `Pulumi.yaml` and the stacks' files. */
  readonly project: string;

  /** Folder of the policy pack. */
  readonly policyPack: string;

  /** File that configures it for every other stack. */
  readonly policyConfig: string;

  /** File that configures it for the audit stack. */
  readonly auditPolicyConfig: string;

  /** What happens to the Audit account without Pulumi. */
  readonly outside: AuditEvents;

  /** Somebody runs something in the member account. @returns the id of the VPC it runs in */
  network(cidrBlock: string, region: string): Promise<string>;

  /** A new stack of the program, not deployed yet. */
  stack(name: string, file: StackFile, policyConfig?: string): Promise<RehearsedStack>;

  /** What a command of the engine finds in its surroundings. @param role name of the role that asks AWS */
  environmentOf(role: string): Readonly<Record<string, string>>;

  /**
   * AWS's services, as the commands beside the program ask them.
   *
   * @param role Name of the role that asks.
   * @param accountId The account that is asked. @default the Audit account
   */
  clientsOf(role: string, accountId?: string): MendClients;

  /** CloudTrail of the Audit account, as a role asks it. */
  trailOf(role: string): Pick<CloudTrailClient, "send">;

  /** Runs the CLI as a person at a terminal does. @returns whether it succeeded, and everything it printed */
  run(
    args: readonly string[],
    environment?: Readonly<Record<string, string>>,
  ): Promise<{ succeeded: boolean; output: string }>;

  /** The changes that a planned fault has hit; none where none is planned. */
  struck(): readonly StruckChange[];

  /** Everything in an account. @param accountId 12 digits */
  things(accountId: string): Promise<readonly Thing[]>;

  /** What is in the Audit account because of a room: its stack made it, or it carries the room's ticket. */
  thingsOf(room: { readonly ticket: string; readonly stack: string }): Promise<readonly Thing[]>;
}
