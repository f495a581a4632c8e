import type { MemberAccount } from "./accountsFile";
import type { Outcome } from "./outcome";

/** How one account ended. */
export interface Ended {
  readonly account: MemberAccount;
  readonly outcome: Outcome;

  /** Path of its log. */
  readonly log: string;
}

/** Everything a run over accounts came to. */
export interface Run {
  readonly act: "up" | "preview";

  /** Path of the accounts file. */
  readonly file: string;

  /** In the order they ended. */
  readonly ended: readonly Ended[];
  readonly notStarted: readonly MemberAccount[];
  readonly seconds: number;

  /** The most memory this process ever used, in bytes. */
  readonly peak: number;
}

/** `[ 12/200] 222233334444 up: 14 created` */
export function progressLine(
  act: string,
  { account, outcome }: Pick<Ended, "account" | "outcome">,
  count: number,
  total: number,
): string {
  const counter = `[${String(count).padStart(String(total).length)}/${total}]`;
  const said =
    outcome.reason === undefined
      ? changesText(outcome)
      : `FAILED: ${outcome.reason.split("\n")[0] ?? ""}`;
  return `${counter} ${account.accountId} ${act}: ${said}`;
}

/**
 * `running: 222233334444 (31 s), 333344445555 (9 s)`
 *
 * @param since When each account was begun, in milliseconds.
 */
export function runningLine(since: ReadonlyMap<string, number>, now: number): string {
  const each = [...since].map(([id, began]) => `${id} (${duration((now - began) / 1000)})`);
  return `running: ${each.join(", ")}`;
}

/** The lines that a run ends with: counts, and for each failure its reason, its log, how to repeat it. */
export function summaryLines({ act, file, ended, notStarted, seconds, peak }: Run): string[] {
  const failed = ended.filter(({ outcome }) => outcome.reason !== undefined);
  const fine = ended.filter(({ outcome }) => outcome.reason === undefined);
  const changed = fine.filter(({ outcome }) => Object.keys(outcome.changes).length > 0);
  const counts = [
    `${changed.length} ${act === "up" ? "changed" : "would change"}`,
    `${fine.length - changed.length} unchanged`,
    `${failed.length} failed`,
    ...(notStarted.length === 0 ? [] : [`${notStarted.length} not started`]),
  ];
  const again = (accounts: readonly MemberAccount[]) =>
    `npx clean-room members ${act} --file ${file} --only ${accounts.map(({ accountId }) => accountId).join(",")}`;
  return [
    `${counts.join(", ")}; ${duration(seconds)}, this command used at most ${(peak / 2 ** 20).toFixed(0)} MiB`,
    ...[...failed]
      .sort((a, b) => a.account.accountId.localeCompare(b.account.accountId))
      .flatMap(({ account, outcome, log }) => [
        `failed: ${account.accountId}${account.name === undefined ? "" : ` (${account.name})`}`,
        ...(outcome.reason ?? "").split("\n").map((line) => `    ${line}`),
        `    log:   ${log}`,
        `    alone: ${again([account])}`,
      ]),
    ...(failed.length > 1
      ? [`all that failed: ${again(failed.map(({ account }) => account))}`]
      : []),
    ...(notStarted.length > 0 ? [`all that were not started: ${again(notStarted)}`] : []),
  ];
}

function changesText({ changes }: Outcome): string {
  const parts = Object.entries(changes).map(([what, count]) => `${count} ${what}`);
  return parts.length === 0 ? "unchanged" : parts.join(", ");
}

/** `14 min 3 s` */
function duration(seconds: number): string {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
