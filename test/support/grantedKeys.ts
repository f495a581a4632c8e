import {
  CreateGrantCommand,
  type KMSClient,
  ListGrantsCommand,
  ListKeysCommand,
} from "@aws-sdk/client-kms";

import type { ListedGrant } from "../../components/evidence/grants/renewedGrants";

/** KMS refuses with this, by the error's name. */
function refuse(name: string, message: string): never {
  throw Object.assign(new Error(message), { name });
}

/** KMS for a test: which grants there are on keys, and what it says of one that is tried. */
export class GrantedKeys {
  /** What was tried: keys and grantees. */
  public readonly tried: (readonly [keyArn: string, grantee: string])[] = [];

  public readonly send = ((command: unknown): Promise<unknown> =>
    Promise.resolve().then(() => this.answer(command))) as unknown as KMSClient["send"];

  /**
   * @param grants By key. @default none
   * @param refused What KMS answers who lists a key's grants, or tries one for a role, by ARN: its words,
   *   after a colon.
   */
  public constructor(
    private readonly grants: Readonly<Record<string, readonly ListedGrant[]>> = {},
    private readonly refused: Readonly<Record<string, string>> = {},
  ) {}

  private answer(command: unknown): object {
    const { KeyId = "" } = (command as { input: { KeyId?: string } }).input;
    if (command instanceof ListGrantsCommand) {
      this.refuse(KeyId);
      return { Grants: this.grants[KeyId] ?? [], Truncated: false };
    }
    if (command instanceof CreateGrantCommand && command.input.DryRun === true) {
      const { GranteePrincipal = "" } = command.input;
      this.tried.push([KeyId, GranteePrincipal]);
      this.refuse(GranteePrincipal);
      this.refuse(`${KeyId} ${GranteePrincipal}`);
      return refuse("DryRunOperationException", "The request would have succeeded.");
    }
    if (command instanceof ListKeysCommand) {
      return { Keys: [], Truncated: false };
    }
    return refuse("UnsupportedOperationException", "a test asks KMS for something else");
  }

  private refuse(what: string): void {
    const [name = "", message = ""] = this.refused[what]?.split(": ", 2) ?? [];
    if (name !== "") {
      refuse(name, message);
    }
  }
}
