import { lookUpFailure } from "../../components/aws/failure";
import type { Unread } from "./caseFacts";

/**
 * What a report could not read: it goes on without that, and says so. Credentials that end stop it, as then nothing
 * else is read either.
 */
export class Reading {
  /** What was not read, each once. */
  public readonly unread: Unread[] = [];

  /**
   * Reads something.
   *
   * @param what What is read, as a sentence's subject.
   * @param without What the report goes on with where it is not read.
   * @throws NotLoggedIn where the credentials have ended.
   */
  public async of<T>(what: string, without: T, read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (error) {
      this.note(what, lookUpFailure("It", error));
      return without;
    }
  }

  /** Notes that something was not read, and why. */
  public note(what: string, why: string): void {
    if (!this.unread.some((each) => each.what === what && each.why === why)) {
      this.unread.push({ what, why });
    }
  }
}
