import { writeFileSync } from "node:fs";
import { join } from "node:path";

import type { AccountStore } from "./account/accountStore";
import type { MemberAccounts } from "./account/memberAccounts";
import { RESIDENT_PORT_VARIABLE } from "./account/pluginEnvironment";
import { ProviderService } from "./account/providerService";

/**
 * The providers of every run of the engine, in this process, one for each role whose credentials are used: starting the
 * plugin took longer than what most runs asked of it.
 */
export class ResidentProvider {
  private readonly portFiles = new Map<string, string>();
  private readonly services: ReturnType<ProviderService["listen"]>[] = [];

  /** @param folder Where the files with their ports are put. */
  public constructor(
    private readonly folder: string,
    private readonly account: AccountStore,
    private readonly members: MemberAccounts,
    private readonly version: string,
  ) {}

  /** Has an engine use the one of a role. @param caller Name of the role */
  public environmentOf(caller: string): Readonly<Record<string, string>> {
    return { [RESIDENT_PORT_VARIABLE]: this.portFile(caller) };
  }

  /** Ends them. */
  public end(): void {
    this.services.forEach((listening) => void listening.then(({ end }) => end()));
  }

  /** A file that has the port for a role, or soon will. */
  private portFile(caller: string): string {
    const known = this.portFiles.get(caller);
    if (known !== undefined) {
      return known;
    }
    const file = join(this.folder, `provider-of-${caller}.port`);
    this.portFiles.set(caller, file);
    const listening = new ProviderService(
      this.account,
      this.members,
      this.version,
      caller,
    ).listen();
    this.services.push(listening);
    void listening.then(({ port }) => writeFileSync(file, `${port}\n`));
    return file;
  }
}
