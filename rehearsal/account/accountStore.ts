import { existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";

import { lock } from "proper-lockfile";

import { Account, type AccountState } from "./account";

/**
 * The simulated account on disk. Several provider processes work on one account at once, so every
 * change happens under a lock and replaces the file in one step: a reader never sees half a change.
 */
export class AccountStore {
  /** Changes of this process wait here for each other, which is cheaper than waiting for the lock. */
  private last: Promise<unknown> = Promise.resolve();

  /** What was read last, and of which file: each change makes another one. */
  private known: { readonly file: string; readonly account: Account } | undefined;

  /** @param file Path of the JSON file; {@link create} makes a new one. */
  constructor(private readonly file: string) {}

  /** Opens an empty account, replacing whatever the file held before. */
  static create(
    file: string,
    state: Pick<AccountState, "accountId" | "region" | "demands">,
  ): AccountStore {
    const store = new AccountStore(file);
    store.write(textOf({ ...state, faults: { planned: [], struck: [] }, entries: [] }));
    return store;
  }

  /** The account as it is now, for looking at alone: whoever asks next may be given the same. */
  read(): Account {
    if (!existsSync(this.file)) {
      throw new Error(`there is no simulated account at ${this.file}`);
    }
    const file = this.version();
    if (this.known?.file !== file) {
      this.known = { file, account: accountOf(readFileSync(this.file, "utf8")) };
    }
    return this.known.account;
  }

  /**
   * Runs one change. Nothing is written when it throws.
   * @returns what the change returns.
   */
  change<T>(work: (account: Account) => T): Promise<T> {
    const done = this.last.then(async () => {
      // A machine under load may stop a process for seconds: a lock is only stale after a minute.
      const release = await lock(this.file, {
        stale: 60_000,
        retries: { retries: 2_000, factor: 1, minTimeout: 5, maxTimeout: 20, randomize: true },
      });
      try {
        const before = readFileSync(this.file, "utf8");
        const account = accountOf(before);
        const result = work(account);
        const after = textOf(account.state);
        if (after !== before) {
          this.write(after);
          this.known = { file: this.version(), account };
        }
        return result;
      } finally {
        await release();
      }
    });
    this.last = done.catch(() => undefined);
    return done;
  }

  /** Waits until no change of this process is under way: what ends in one leaves its lock behind. */
  async settled(): Promise<void> {
    let last: Promise<unknown> | undefined;
    while (last !== this.last) {
      last = this.last;
      await last;
    }
  }

  /** Takes away the lock that a killed process left behind; nothing else may be at work on the account. */
  removeLock(): void {
    rmSync(`${this.file}.lock`, { recursive: true, force: true });
  }

  /** Another one after each change. */
  private version(): string {
    const { ino, mtimeNs, size } = statSync(this.file, { bigint: true });
    return `${ino} ${mtimeNs} ${size}`;
  }

  private write(text: string): void {
    const draft = `${this.file}.${process.pid}.new`;
    writeFileSync(draft, text);
    renameSync(draft, this.file);
  }
}

function accountOf(text: string): Account {
  return new Account(JSON.parse(text) as AccountState);
}

function textOf(state: AccountState): string {
  return JSON.stringify(state, undefined, 1);
}
