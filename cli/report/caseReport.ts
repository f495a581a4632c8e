import { z } from "zod";

// The form of a case's report as JSON. What is told of a case is told in this form once; the page, the bundle and the
// exports are made of it.

/** Version of the form. */
export const REPORT_FORM = "clean-room/report/1";

/** What a claim can be looked up in again. */
export const SOURCE_KINDS = [
  "object",
  "snapshot",
  "volume",
  "instance",
  "key",
  "event",
  "session",
  "recording",
] as const;

/** Where a claim can be looked up again. */
const source = z.strictObject({
  kind: z.enum(SOURCE_KINDS),
  id: z.string().meta({
    description:
      "Key of an object, id of a thing or of an event, ARN of a key; of a recording its log group and stream, with a colon between.",
  }),
  version: z.string().meta({ description: "S3's id of an object's version." }).optional(),
});

const verdict = z.enum(["sound", "unverified", "wrong"]).meta({
  description:
    "`sound`: looked at, and as it has to be. `unverified`: could not be shown. `wrong`: was shown not to be so.",
});

const time = z.iso.datetime({ precision: 3 });

/** Whose word a time is. */
const clock = z.enum([
  "S3",
  "EC2",
  "KMS",
  "CloudTrail",
  "CloudWatch Logs",
  "Systems Manager",
  "workstation",
  "claim",
]);

const finding = z.strictObject({
  verdict: z.enum(["unverified", "wrong"]),
  said: z.string(),
  sources: z.array(source),
});

const check = z.strictObject({
  id: z.enum([
    // The folder that a case lies in away from AWS: no report has it, verify alone looks at it.
    "files",
    "bytes",
    "forms",
    "signatures",
    "missing",
    "order",
    "copies",
    "locks",
    "hashes",
    "keys",
    "reading",
  ]),
  title: z.string(),
  verdict,
  said: z.string().meta({ description: "What was looked at, in a sentence." }),
  findings: z.array(finding),
});

const record = z.strictObject({
  source,
  event: z.string().meta({ description: "What it is about; `unknown` where that cannot be read." }),
  written: time.meta({ description: "When its first version was written, as S3 says." }),
  retainedUntil: time.optional(),
  held: z.boolean(),
  signed: z.boolean(),
  signature: z
    .strictObject({
      put: time.meta({ description: "When it was put, as S3 says." }),
      by: z
        .string()
        .meta({ description: "ARN of the key that it is by, as the runbook says that put it." })
        .optional(),
      verifiedBy: z
        .string()
        .meta({ description: "ARN of the earlier key that verified it; else it was today's." })
        .optional(),
    })
    .meta({ description: "The signature that it was judged by." })
    .optional(),
  verdict,
  said: z.array(z.string()),
});

const step = z.strictObject({
  what: z.enum(["claimed", "handed over", "preserved", "working", "hash"]),
  id: z.string(),
  verdict,
  said: z.array(z.string()),
  sources: z.array(source),
});

const disk = z.strictObject({
  snapshot: z.string().meta({ description: "The snapshot that was handed over." }),
  account: z.string(),
  verdict,
  steps: z.array(step),
  directHash: z
    .strictObject({
      compared: z.enum(["equal", "differs", "without a disk's", "absent"]),
      sha256: z.string().optional(),
      sources: z.array(source),
    })
    .meta({
      description:
        "The hash of the preserved copy that was read by EBS's direct APIs (`evidence-direct-hash`), compared with that of the disk. Reports of an earlier program have none.",
    })
    .optional(),
  readers: z.array(
    z.strictObject({
      who: z.string(),
      what: z.string(),
      at: time,
      clock,
      sources: z.array(source),
    }),
  ),
});

const moment = z.strictObject({
  at: time,
  clock,
  said: z.string(),
  who: z.string().optional(),
  sources: z.array(source),
});

const signingKey = z.strictObject({
  arn: z.string(),
  publicKey: z.string().meta({ description: "In PEM." }),
  since: time
    .meta({
      description:
        "As KMS says: today's since it has its alias, one of before since it was made. Left out where KMS does not say.",
    })
    .optional(),
});

/** The report of a case. */
export const CASE_REPORT = z
  .strictObject({
    form: z.literal(REPORT_FORM),
    ticket: z.string(),
    made: z.strictObject({
      at: time.meta({ description: "By the clock of the machine that asked." }),
      by: z.string(),
      program: z.string(),
    }),
    place: z.strictObject({ account: z.string(), region: z.string(), vault: z.string() }),
    verdict,
    checks: z.array(check),
    people: z.array(
      z.strictObject({ who: z.string(), did: z.array(z.string()), sources: z.array(source) }),
    ),
    rooms: z.array(
      z.strictObject({
        workstation: z.string().optional(),
        workstations: z
          .array(z.strictObject({ name: z.string(), instance: z.string() }))
          .optional()
          .meta({ description: "The workstations beside that one." }),
        image: z.string().optional(),
        slot: z.string(),
        suspect: z.string(),
        link: z
          .string()
          .optional()
          .meta({ description: "How it was linked to the suspect, and over what." }),
        ports: z.array(z.string()),
        incidentKey: z.string(),
        source,
      }),
    ),
    records: z.array(record),
    disks: z.array(disk),
    timeline: z.array(moment),
    results: z.array(
      z.strictObject({
        source,
        size: z.int(),
        written: time,
        sha256: z.string().meta({ description: "As who wrote it says." }).optional(),
        s3Sha256: z
          .string()
          .meta({ description: "As S3 took it; of an object in parts that of its parts'." })
          .optional(),
        retainedUntil: time.optional(),
        held: z.boolean(),
        readers: z.array(z.strictObject({ who: z.string(), times: z.int(), source })),
      }),
    ),
    sessions: z.array(
      z.strictObject({
        who: z.string(),
        machine: z.string(),
        from: time.optional(),
        to: time.optional(),
        source,
      }),
    ),
    recordings: z
      .array(
        z.strictObject({
          session: z.string().meta({ description: "Its id, which is the stream's name." }),
          machine: z.string().meta({ description: "The case's workstation when it began." }),
          begun: time.meta({ description: "When the stream was made, as CloudWatch Logs says." }),
          last: time
            .meta({ description: "When the last line was written, as the workstation says." })
            .optional(),
          source,
        }),
      )
      .min(1)
      .meta({ description: "Of sessions that Session Manager tells of no more." })
      .optional(),
    remains: z.array(
      z.strictObject({ what: z.string(), until: z.string(), sources: z.array(source) }),
    ),
    signingKey: signingKey.optional(),
    earlierSigningKeys: z
      .array(signingKey)
      .min(1)
      .meta({ description: "The foundation's own that another has taken the place of." })
      .optional(),
  })
  .meta({ title: "Report of a clean room's case" });

export type CaseReport = z.output<typeof CASE_REPORT>;
export type Verdict = z.output<typeof verdict>;
export type Source = z.output<typeof source>;
export type Finding = z.output<typeof finding>;
export type Check = z.output<typeof check>;
export type Disk = CaseReport["disks"][number];
export type Moment = CaseReport["timeline"][number];

/** When each record was written first, by its key, as S3 told when the report was made. */
export function recordTimes({ records }: CaseReport): Map<string, Date> {
  const times = new Map<string, Date>();
  for (const { source: of, written } of records) {
    const at = new Date(written);
    const before = times.get(of.id);
    times.set(of.id, before === undefined || at < before ? at : before);
  }
  return times;
}
