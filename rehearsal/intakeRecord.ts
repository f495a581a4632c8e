import { sha256 } from "../components/sha256";

/** What a workstation writes of a disk that it has read to its end; `ami/files/evidence-intake` does. */
export function intakeRecord(volumeId: string, instanceId: string): string {
  const hash = sha256(volumeId);
  return `${JSON.stringify({
    form: "clean-room/intake/2",
    device: "/dev/nvme1n1",
    volumeId,
    sizeBytes: 8 * 1024 ** 3,
    instanceId,
    sha256: hash,
    headSha256: hash,
    unreadableBytes: 0,
    unreadable: [],
    startedAt: "2026-11-21T00:00:10Z",
    finishedAt: "2026-11-21T00:00:20Z",
    lookedAtBefore: [],
  })}\n`;
}
