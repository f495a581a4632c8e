import { lookUpFailure } from "../../components/aws/failure";
import type { Unknown, Unread } from "./caseFacts";

/**
 * What a report could not read: it goes on without that, and says so. Credentials that end stop it, as then nothing
 * else is read either.
 */
export class Reading {
  private readonly found = new Map<string, Unread>();

  /** What was not read, each once. */
  public get unread(): readonly Unread[] {
    return [...this.found.values()];
  }

  /**
   * Reads something.
   *
   * @param what What is read, and which checks stay open where it is not.
   * @param without What the report goes on with where it is not read.
   * @throws NotLoggedIn where the credentials have ended.
   */
  public async of<T>(what: Unknown, without: T, read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (error) {
      this.note(what, lookUpFailure("It", error));
      return without;
    }
  }

  /** Notes that something was not read, and why. */
  public note(unknown: Unknown, why: string): void {
    this.found.set(`${unknown.what}: ${why}`, { ...unknown, why });
  }
}
