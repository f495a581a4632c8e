import type { Command } from "commander";

import { type EngineOptions, withEngineOptions } from "../room/surroundings";

/** The options of `clean-room open`. */
export interface OpenOptions extends EngineOptions {
  readonly account?: string;
  readonly isolationGroup?: string;
  readonly suspect?: readonly string[];
  readonly reach?: string;
  readonly tools?: readonly string[];
  readonly responder?: readonly string[];
  readonly investigator?: readonly string[];
  readonly notification?: string;
  readonly slot?: string;
  readonly instanceType?: string;
  readonly auditStack?: string;
  readonly yes?: true;
}

/** By option, the setting that it says. */
const SETTING_OF = {
  isolationGroup: "isolationSecurityGroup",
  suspect: "suspectCidrs",
  reach: "reach",
  tools: "tools",
  responder: "responderRoles",
  investigator: "investigators",
  notification: "notification",
  slot: "slot",
  instanceType: "instanceType",
} as const satisfies Partial<Record<keyof OpenOptions, string>>;

/** Adds them to the command. */
export function withOpenOptions(command: Command): Command {
  const list = (text: string) => text.split(",").map((each) => each.trim());
  return withEngineOptions(
    command
      .option("--account <id>", "the account of the compromised instance")
      .option("--isolation-group <group>", "the isolation security group it is in, account/sg-…")
      .option("--suspect <ranges>", "its addresses, separated by commas: 10.20.30.40/32", list)
      .option("--reach <way>", "cidr, peering or same-vpc")
      .option("--tools <names>", "tools to open ports for, separated by commas", list)
      .option("--responder <roles>", "ARNs of the roles that hand evidence over", list)
      .option("--investigator <roles>", "ARNs of the roles that investigate", list)
      .option("--notification <addresses>", "who is told, an e-mail address or several")
      .option("--slot <slot>", "the workstation slot, such as us-east-1a-1")
      .option("--instance-type <type>", "the workstation's size")
      .option("--audit-stack <name>", "the foundation's stack")
      .option("--yes", "open it without asking"),
  );
}

/** The settings that were said by options, by bare name. */
export function settingsSaid(options: OpenOptions): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(SETTING_OF).flatMap(([option, setting]) => {
      const value = options[option as keyof OpenOptions];
      return value === undefined ? [] : [[setting, value]];
    }),
  );
}
