import { Case } from "../../case";
import type { CaseVault } from "./caseRecords";

/** What a workstation has said of a file that it captured: whoever writes there chooses names, and these are dumpcap's. */
const SAID =
  /^(?<file>.*\/(?<instance>[^/]+)\/capture_\d+_\d+)\.(pcap|(?<state>pending|lost)\.json)$/;

/**
 * Captured traffic that is not in the vault: the workstation says so of each file before it is closed.
 *
 * Source: ami/files/write-mirrored.
 *
 * @param keys Keys of the case's intake.
 * @param workstation The room's, `i-…`; what another one had, or one that is gone, does not come any more.
 * @returns a reason for every file.
 */
export function uncaptured(
  keys: readonly string[],
  workstation: string | undefined,
  { bucket, ticket }: CaseVault,
): string[] {
  const said = keys.map((key) => SAID.exec(key)?.groups).filter((groups) => groups !== undefined);
  const done = said.filter(({ state }) => state !== "pending").map(({ file }) => file);
  return said
    .filter(
      ({ file, state, instance }) =>
        state === "pending" && instance === workstation && !done.includes(file),
    )
    .map(({ file = "" }) => file.slice(file.lastIndexOf("/") + 1))
    .map(
      (name) =>
        `The captured traffic ${name}.pcap is not below s3://${bucket}/${new Case(ticket).diskHashes}: the workstation is still writing it, or has no way there (on it: systemctl status evidence-mirror). Where it is still mirrored: set capture to [], pulumi up, and run this again after five minutes, when the last file is closed. Where it will not come, as from a disk that was replaced, say so there: echo '{"form":"clean-room/capture/1","state":"lost"}' >${name}.lost.json; evidence-put ${name}.lost.json --as intake/${workstation}`,
    );
}
