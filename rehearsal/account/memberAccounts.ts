import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { AccountStore } from "./accountStore";
import { AwsError } from "./awsError";
import type { Demands } from "./serviceControlPolicy";

/** Accounts beside the simulated one, a file each: what happens in one is not seen in another. */
export class MemberAccounts {
  private readonly folder: string;

  /** One of each in a process: what it has read it need not read again. */
  private readonly stores = new Map<string, AccountStore>();

  /** @param accountFile Path of the simulated account; the others lie in a folder beside it. */
  constructor(private readonly accountFile: string) {
    this.folder = join(dirname(accountFile), "members");
  }

  /** Opens an empty account in which any role can be assumed. */
  create(accountId: string, region: string, demands?: Demands): AccountStore {
    mkdirSync(this.folder, { recursive: true });
    return AccountStore.create(this.file(accountId), {
      accountId,
      region,
      ...(demands === undefined ? {} : { demands }),
    });
  }

  /** An account there is. */
  of(accountId: string): AccountStore {
    const store = this.stores.get(accountId) ?? new AccountStore(this.file(accountId));
    this.stores.set(accountId, store);
    return store;
  }

  /** Any account that is played, the one of the credentials included. */
  find(accountId: string): AccountStore | undefined {
    if (existsSync(this.file(accountId))) {
      return this.of(accountId);
    }
    const own = new AccountStore(this.accountFile);
    return own.read().id === accountId ? own : undefined;
  }

  /**
   * The account of a role that is assumed.
   * @throws AwsError where there is no such account, in STS's words.
   */
  assume(roleArn: string): AccountStore {
    const accountId = roleArn.split(":")[4] ?? "";
    const account = existsSync(this.closed(accountId)) ? undefined : this.find(accountId);
    const name = /:role\/clean-room\/(?:case\/)?([^/]+)$/.exec(roleArn)?.[1];
    // What the program's own roles are called is known, and whether somebody has made them.
    const isThere = name === undefined || account?.read().find("aws:iam/role:Role", name);
    if (account === undefined || isThere === undefined) {
      throw notAuthorized(roleArn);
    }
    return account;
  }

  /** From now on no role can be assumed in an account: whoever holds it took them away. */
  close(accountId: string): void {
    writeFileSync(this.closed(accountId), "");
  }

  private closed(accountId: string): string {
    return join(this.folder, `${accountId}.closed`);
  }

  private file(accountId: string): string {
    return join(this.folder, `${accountId}.json`);
  }
}

function notAuthorized(roleArn: string): AwsError {
  return new AwsError(
    "AccessDenied",
    `User is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
  );
}
