import type { CustodyRecord } from "../../components/evidence/records/recordSchema";

/** Keys of the records that a record names: they were there when it was written. */
export function namedIn(record: CustodyRecord): readonly string[] {
  switch (record.event) {
    case "closing":
      return [...record.facts.remains.records, ...(record.facts.reopenings ?? [])];
    case "reopening":
    case "destruction":
      return record.facts.closingRecords;
    default:
      return [];
  }
}

/** A record that another one names. */
export interface Named {
  /** Keys of the objects. */
  readonly by: string;
  readonly named: string;
}

/**
 * Records that are named and are not there.
 *
 * @param records What they say, by key.
 * @param kept Keys of every record that is there, also of those that cannot be read.
 */
export function missingOf(
  records: ReadonlyMap<string, CustodyRecord>,
  kept: ReadonlySet<string>,
): readonly Named[] {
  return [...records].flatMap(([by, record]) =>
    namedIn(record)
      .filter((named) => !kept.has(named))
      .map((named) => ({ by, named })),
  );
}

/**
 * Records that are younger than one that names them.
 *
 * @param written When each was written first, as S3 says.
 */
export function misorderedOf(
  records: ReadonlyMap<string, CustodyRecord>,
  written: ReadonlyMap<string, Date>,
): readonly Named[] {
  return [...records].flatMap(([by, record]) => {
    const at = written.get(by);
    return namedIn(record).flatMap((named) => {
      const before = written.get(named);
      return at !== undefined && before !== undefined && before > at ? [{ by, named }] : [];
    });
  });
}

/** What a case's records tell of without the record that has to be before: the case does not hang together. */
export function unfounded(
  records: ReadonlyMap<string, CustodyRecord>,
): readonly { readonly by: string; readonly said: string }[] {
  const all = [...records];
  const preserved = new Set(
    all.flatMap(([, record]) =>
      record.event === "evidence" ? record.facts.preserved.snapshot : [],
    ),
  );
  const opened = all.some(([, { event }]) => event === "opening");
  return all.flatMap(([by, record]) => {
    switch (record.event) {
      case "room":
        return opened ? [] : [{ by, said: "A room is recorded, and no opening of one." }];
      case "acquisition":
        return opened ? [] : [{ by, said: "A machine was acquired, and no room was opened." }];
      case "attachment":
        return preserved.has(record.facts.preserved)
          ? []
          : [{ by, said: `${record.facts.preserved} was attached, and no record preserved it.` }];
      case "withdrawal":
        return preserved.has(record.facts.preserved.snapshot)
          ? []
          : [
              {
                by,
                said: `${record.facts.preserved.snapshot} was withdrawn, and no record preserved it.`,
              },
            ];
      default:
        return [];
    }
  });
}
