// Logical names of what a room makes of a snapshot, by its id and never by its position: open rooms have them.

/** Of the snapshot as evidence. */
export function evidenceName(sourceSnapshotId: string): string {
  return `evidence-${sourceSnapshotId}`;
}

/** Of its preserved copy; the copy's tag `Name` as well. */
export function preservedCopyName(sourceSnapshotId: string): string {
  return `${evidenceName(sourceSnapshotId)}-preserved`;
}

/** Of its working volume; the volume's tag `Name` as well, which tells it from what investigators make. */
export function workingVolumeName(sourceSnapshotId: string): string {
  return `${evidenceName(sourceSnapshotId)}-working`;
}

/** Of the attachment of that. */
export function attachmentName(sourceSnapshotId: string): string {
  return `${evidenceName(sourceSnapshotId)}-attachment`;
}

/** Of the record that it is preserved. */
export function evidenceRecordName(sourceSnapshotId: string): string {
  return `${evidenceName(sourceSnapshotId)}-record`;
}

/** Of the record of its attachment. */
export function attachmentRecordName(sourceSnapshotId: string): string {
  return `${evidenceName(sourceSnapshotId)}-attachment-record`;
}

/** Of the record of its withdrawal. */
export function withdrawalRecordName(sourceSnapshotId: string): string {
  return `${evidenceName(sourceSnapshotId)}-withdrawal-record`;
}

/** The source, `snap-…`, that one of these names is made of; undefined where it is another name. */
export function sourceNamedIn(name: string): string | undefined {
  return /^evidence-(snap-[0-9a-f]+)(-|$)/.exec(name)?.[1];
}
