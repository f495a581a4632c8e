import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";

import { caseOf } from "../../../cli/report/caseOf";
import { findCase } from "../../../cli/report/findCase";
import { findFoundationInAws } from "../../../cli/report/foundationInAws";
import type { ReportAws } from "../../../cli/report/reportAws";
import { Reading } from "../../../cli/report/reading";
import { eventsIn } from "../../../cli/report/vaultEvents";
import { ByteBudget, findVersions } from "../../../cli/report/vaultVersions";
import { Case } from "../../../components/case";
import { TICKET } from "../../support/examples";
import {
  ASKED,
  COPY,
  EVIDENCE_KEY,
  factsOf,
  INCIDENT_KEY,
  LATER_KEY,
  minute,
  OPENING,
  SOURCE,
} from "./reportedCase";

const BUCKET = "vault-bucket-0a1b2c3";
const LOGS = "vault-events-logs-0a1b2c3";

type Answers = Readonly<Record<string, (input: Record<string, string>) => object>>;

/** A client that answers some commands by their names, and denies the others. */
function client(answers: Answers): never {
  return {
    send: (command: { constructor: { name: string }; input: Record<string, string> }) => {
      const answer = answers[command.constructor.name.replace(/Command$/, "")];
      return answer === undefined
        ? Promise.reject(Object.assign(new Error("no"), { name: "AccessDenied" }))
        : Promise.resolve(answer(command.input));
    },
  } as never;
}

/** The log file of a trail. */
const logFile = (...records: object[]) => gzipSync(JSON.stringify({ Records: records }));

const event = (key: string, more: object = {}) => ({
  eventID: `event of ${key}`,
  eventTime: "2026-11-20T04:00:00Z",
  eventName: "PutObject",
  userIdentity: { arn: "arn:aws:sts::111122223333:assumed-role/incident-deployer/jo" },
  requestParameters: { bucketName: BUCKET, key },
  ...more,
});

/** S3 with the objects of a case, two to a page, and a trail's log file. */
function s3({ versions } = factsOf()): ReportAws["s3"] {
  return client({
    ListObjectVersions: ({ Prefix = "", KeyMarker }) => {
      const found = versions.filter(({ key }) => key.startsWith(Prefix));
      const from = Number(KeyMarker ?? 0);
      return {
        Versions: found.slice(from, from + 2).map(({ key, version, written, size }) => ({
          Key: key,
          VersionId: version,
          LastModified: written,
          Size: size,
        })),
        IsTruncated: from + 2 < found.length,
        NextKeyMarker: `${from + 2}`,
      };
    },
    HeadObject: ({ Key, VersionId }) => {
      const found = versions.find(({ key, version }) => key === Key && version === VersionId);
      return {
        Metadata: { sha256: found?.claimedSha256, key: found?.signedBy },
        ChecksumSHA256: found?.s3Sha256,
        ObjectLockLegalHoldStatus: "ON",
        ObjectLockRetainUntilDate: found?.retainedUntil,
      };
    },
    GetObject: ({ Bucket, Key }) => {
      const bytes =
        Bucket === LOGS
          ? logFile(event(OPENING.key))
          : versions.find(({ key }) => key === Key)?.bytes;
      return { Body: { transformToByteArray: () => Promise.resolve(bytes) } };
    },
    ListObjectsV2: ({ Prefix = "" }) =>
      Prefix.endsWith("/2026/11/20/") ? { Contents: [{ Key: `${Prefix}a.json.gz` }] } : {},
  });
}

const SNAPSHOT = {
  SnapshotId: COPY,
  State: "completed",
  KmsKeyId: EVIDENCE_KEY,
  VolumeSize: 8,
  Tags: [{ Key: "source-snapshot", Value: SOURCE }],
};

/** An account in which everything is answered. */
function everything(): ReportAws {
  const { locks, signingKey } = factsOf();
  return {
    s3: s3(),
    ec2: client({
      DescribeSnapshots: () => ({ Snapshots: [SNAPSHOT] }),
      DescribeLockedSnapshots: () => ({
        Snapshots: locks.map(({ snapshot, state, until }) => ({
          SnapshotId: snapshot,
          LockState: state,
          LockExpiresOn: until,
        })),
      }),
      DescribeVolumes: () => ({}),
      DescribeInstances: () => ({}),
    }),
    kms: client({
      DescribeKey: ({ KeyId }) => {
        if (KeyId !== EVIDENCE_KEY) {
          throw Object.assign(new Error("Key does not exist"), { name: "NotFoundException" });
        }
        return { KeyMetadata: { KeyState: "Enabled" } };
      },
      ListAliases: () => ({ Aliases: [] }),
      GetPublicKey: () => ({
        KeyId: signingKey?.arn,
        PublicKey: Buffer.from(
          signingKey?.publicKey.replace(/-----.*-----|\n/g, "") ?? "",
          "base64",
        ),
      }),
    }),
    logs: client({ DescribeLogStreams: () => ({ logStreams: [] }) }),
    ssm: client({ DescribeSessions: () => ({ Sessions: [] }) }),
    cloudTrail: client({ LookupEvents: () => ({ Events: [] }) }),
    sts: client({}),
  };
}

const search = {
  ticket: TICKET,
  askedBy: "arn:aws:sts::111122223333:assumed-role/clean-room-auditor-us-east-1/jane.doe",
  askedAt: ASKED,
  program: "0.1.0",
  accountId: "111122223333",
  region: "us-east-1",
  vaultBucket: BUCKET,
  trailBucket: LOGS,
};

describe("the facts of a case", () => {
  it("are read from AWS, every page, and make a report that is as it has to be", async () => {
    const facts = await findCase(everything(), search);
    assert.equal(facts.versions.length, factsOf().versions.length);
    assert.deepEqual(
      facts.events.map(({ about, from }) => [about, from]),
      [[OPENING.key, "trail"]],
    );
    assert.deepEqual(facts.unread, []);
    assert.equal(caseOf(facts).verdict, "sound");
    // Which key a signature is by, its metadata says.
    assert.equal(caseOf({ ...facts, signingKey: LATER_KEY }).verdict, "unverified");
  });

  it("have keys that signed before by their alias, their use and the audit stack's tag, and by nothing else", async () => {
    const { signingKey: earlier } = factsOf();
    const [, id = ""] = earlier?.arn.split("/") ?? [];
    const kms = (key: object, tag: string, name = "alias/clean-room-record-signing-2026") =>
      client({
        ListAliases: ({ Marker }) =>
          Marker === undefined
            ? {
                Aliases: [
                  {
                    AliasName: "alias/clean-room-record-signing",
                    TargetKeyId: LATER_KEY.arn.split("/")[1],
                    CreationDate: new Date("2026-01-01T00:00:00Z"),
                    LastUpdatedDate: new Date("2026-11-25T00:00:00Z"),
                  },
                ],
                Truncated: true,
                NextMarker: "more",
              }
            : { Aliases: [{ AliasName: name, TargetKeyId: id }] },
        DescribeKey: ({ KeyId }) => {
          if (KeyId !== EVIDENCE_KEY && KeyId !== id) {
            throw Object.assign(new Error("none"), { name: "NotFoundException" });
          }
          return {
            KeyMetadata: {
              KeyState: "Enabled",
              KeyUsage: "SIGN_VERIFY",
              Origin: "AWS_KMS",
              CreationDate: new Date("2026-01-01T00:00:00Z"),
              ...key,
            },
          };
        },
        ListResourceTags: ({ KeyId }) => ({
          Tags: [
            {
              TagKey: "clean-room",
              TagValue: KeyId === id ? tag : "audit/us-east-1::kms/key::keys-signing",
            },
          ],
        }),
        GetPublicKey: ({ KeyId }) => {
          const { arn, publicKey } = (KeyId === id ? earlier : undefined) ?? LATER_KEY;
          return {
            KeyId: arn,
            PublicKey: Buffer.from(publicKey.replace(/-----.*-----|\n/g, ""), "base64"),
          };
        },
      });
    const OWN = "audit/us-east-1::kms/key::keys-signing";
    const facts = await findCase({ ...everything(), kms: kms({}, OWN) }, search);
    assert.deepEqual(
      facts.earlierSigningKeys?.map(({ arn, since }) => [arn, since?.toISOString()]),
      [[earlier?.arn, "2026-01-01T00:00:00.000Z"]],
    );
    assert.equal(facts.signingKey?.since?.toISOString(), "2026-11-25T00:00:00.000Z");
    assert.equal(caseOf(facts).verdict, "sound", JSON.stringify(caseOf(facts).checks));
    for (const [key, tag] of [
      [{ Origin: "EXTERNAL" }, OWN],
      [{ KeyUsage: "ENCRYPT_DECRYPT" }, OWN],
      [{}, "audit/us-east-1::kms/key::keys-evidence"],
    ] as const) {
      const others = await findCase({ ...everything(), kms: kms(key, tag) }, search);
      assert.deepEqual(others.earlierSigningKeys, []);
      assert.match(others.unread.map(({ why }) => why).join(), /taken for no signing key of the/);
      assert.equal(caseOf(others).verdict, "unverified");
    }
    // Which name a room's own key gets, whoever opens it decides.
    const named = kms({}, OWN, "alias/clean-room/inc-2026-0042");
    assert.deepEqual(
      (await findCase({ ...everything(), kms: named }, search)).earlierSigningKeys,
      [],
    );
  });

  it("that AWS denies are noted, each by what it is, and the others are read", async () => {
    const aws = everything();
    const denied = { ec2: client({}), kms: client({}), ssm: client({}), cloudTrail: client({}) };
    const facts = await findCase({ ...aws, ...denied }, search);
    const report = caseOf(facts);
    assert.equal(report.records.length, 5);
    assert.equal(report.verdict, "unverified", JSON.stringify(report.checks, undefined, 1));
    const { findings } = report.checks.find(({ id }) => id === "reading") ?? { findings: [] };
    for (const what of [
      "The snapshots that carry the ticket",
      "The locks of snapshots",
      "The signing key",
      `The key ${EVIDENCE_KEY}`,
      "The sessions on i-0123456789abcdef0",
      "The account's event history of i-0123456789abcdef0, all of it",
    ]) {
      assert.ok(
        findings.some(({ said }) => said.startsWith(`${what}: `) && /AWS denies it/.test(said)),
        what,
      );
    }
  });

  it("leave open what was not read, and make nothing of it sound or wrong", async () => {
    const aws = everything();
    /** The same, with some of what S3 is asked denied. */
    const denying = (denied: (name: string, input: Record<string, string>) => boolean) =>
      ({
        send: (command: { constructor: { name: string }; input: Record<string, string> }) =>
          denied(command.constructor.name.replace(/Command$/, ""), command.input)
            ? Promise.reject(Object.assign(new Error("no"), { name: "AccessDenied" }))
            : aws.s3.send(command as never),
      }) as unknown as ReportAws["s3"];
    const verdicts = async (changes: Partial<ReportAws>, more: Partial<typeof search> = {}) => {
      const { verdict, checks } = caseOf(
        await findCase({ ...aws, ...changes }, { ...search, ...more }),
      );
      assert.equal(verdict, "unverified", JSON.stringify(checks, undefined, 1));
      return checks.flatMap((check) => (check.verdict === "sound" ? [] : check.id));
    };
    const all = [
      ...["bytes", "forms", "signatures", "missing", "order"],
      ...["copies", "locks", "hashes", "keys", "reading"],
    ];
    const records = `records/${TICKET}/`;
    assert.deepEqual(
      await verdicts({
        s3: denying((name, { Prefix }) => name === "ListObjectVersions" && Prefix === records),
      }),
      all,
    );
    assert.deepEqual(
      await verdicts({
        s3: denying((name, { Key }) => name === "GetObject" && Key?.startsWith(records) === true),
      }),
      all,
    );
    const missing = ["missing", "reading"];
    assert.deepEqual(
      await verdicts({
        s3: denying(
          (name, { Prefix }) => name === "ListObjectVersions" && Prefix === `cases/${TICKET}/`,
        ),
      }),
      ["missing", "locks", "hashes", "reading"],
    );
    assert.deepEqual(await verdicts({}, { trailBucket: undefined } as never), missing);
    assert.deepEqual(await verdicts({ kms: client({}) }), ["signatures", "keys", "reading"]);
    assert.deepEqual(
      await verdicts({
        s3: denying((name, { Bucket }) => name === "GetObject" && Bucket === LOGS),
      }),
      missing,
    );
    assert.deepEqual(await verdicts({ s3: denying((name) => name === "HeadObject") }), [
      "locks",
      "hashes",
      "reading",
    ]);
  });

  it("are from the trail since the day before the first thing of the case, whatever is left of it", async () => {
    const days: string[] = [];
    const aws = everything();
    const s3 = {
      send: (command: { input: Record<string, string> }) => {
        const { Bucket, Prefix = "" } = command.input;
        if (Bucket === LOGS && Prefix !== "") {
          days.push(Prefix.split("/").slice(-4, -1).join("-"));
        }
        return aws.s3.send(command as never);
      },
    } as unknown as ReportAws["s3"];
    const ec2 = (StartTime: Date) =>
      client({
        DescribeSnapshots: () => ({ Snapshots: [{ ...SNAPSHOT, StartTime }] }),
        DescribeLockedSnapshots: () => ({}),
        DescribeVolumes: () => ({}),
        DescribeInstances: () => ({}),
      });
    const from = async (changes: Partial<ReportAws>) => {
      days.splice(0);
      const facts = await findCase({ ...aws, s3, ...changes }, search);
      const { said = "" } = caseOf(facts).checks.find(({ id }) => id === "reading") ?? {};
      assert.match(said, new RegExp(`log files from ${days[0]} on`));
      return days[0];
    };
    assert.equal(await from({}), "2026-11-19");
    assert.equal(await from({ ec2: ec2(new Date("2026-11-12T00:00:00Z")) }), "2026-11-11");
    const CreationDate = new Date("2026-11-10T00:00:00Z");
    const kms = client({
      DescribeKey: ({ KeyId }) => ({
        KeyMetadata: {
          KeyState: "Enabled",
          // The evidence key is the foundation's, and older than the case.
          CreationDate: KeyId === EVIDENCE_KEY ? new Date("2020-01-01T00:00:00Z") : CreationDate,
        },
      }),
    });
    assert.equal(await from({ kms }), "2026-11-09");
  });

  it("are of a case with more versions than a function takes arguments", async function () {
    this.timeout(120_000);
    const aws = everything();
    const many = Array.from({ length: 130_000 }, (_, index) => ({
      Key: `cases/${TICKET}/${index}`,
      VersionId: "v",
      LastModified: ASKED,
      Size: 1,
    }));
    const s3 = {
      send: (command: { constructor: { name: string }; input: Record<string, string> }) =>
        command.constructor.name === "ListObjectVersionsCommand" &&
        command.input["Prefix"] === `cases/${TICKET}/`
          ? Promise.resolve({ Versions: many })
          : command.input["Key"]?.startsWith("cases/")
            ? Promise.resolve({})
            : aws.s3.send(command as never),
    } as unknown as ReportAws["s3"];
    assert.ok((await findCase({ ...aws, s3 }, search)).versions.length > 130_000);
  }).timeout(20_000);

  it("are read up to so many bytes altogether: records first, and what was not is said once", async () => {
    const facts = factsOf();
    const { versions } = facts;
    const ofCase = new Case(TICKET);
    const prefixes = [ofCase.records, ofCase.signatures, ofCase.results];
    const of = (prefix: string) =>
      versions.reduce((sum, { key, size }) => sum + (key.startsWith(prefix) ? size : 0), 0);
    const first = of(ofCase.records) + of(ofCase.signatures);
    assert.ok(of(ofCase.diskHashes) > 1);
    const read = async (budget: ByteBudget) => {
      const reading = new Reading();
      const found = await findVersions(
        // Signed once: the length of a signature differs from one to the next.
        s3(facts),
        { bucket: BUCKET, ofCase, prefixes: [...prefixes].reverse(), budget },
        reading,
      );
      budget.tell(reading);
      const isWhole = (prefix: string) =>
        found.every(({ key, bytes }) => !key.startsWith(prefix) || bytes !== undefined);
      return {
        records: isWhole(ofCase.records) && isWhole(ofCase.signatures),
        hashes: isWhole(ofCase.diskHashes),
        told: found.every(({ retainedUntil }) => retainedUntil !== undefined),
        unread: reading.unread.map(({ what, why }) => `${what}: ${why}`),
      };
    };
    const { unread, ...some } = await read(new ByteBudget(first + 1));
    assert.deepEqual(some, { records: true, hashes: false, told: true });
    assert.equal(unread.length, 1);
    assert.match(
      String(unread[0]),
      /^The bytes of \d+ objects, the first of them cases\/\S+: A report reads \d+ of a case at most/,
    );
    assert.deepEqual(await read(new ByteBudget()), {
      records: true,
      hashes: true,
      told: true,
      unread: [],
    });
  });

  it("stay where one look-up of the history ends early, or one log file is none", async () => {
    const aws = everything();
    const cloudTrail = client({
      LookupEvents: ({ LookupAttributes, NextToken }) => {
        const [{ AttributeValue = "" } = {}] = LookupAttributes as unknown as {
          AttributeValue?: string;
        }[];
        if (NextToken !== undefined) {
          throw Object.assign(new Error("Rate exceeded"), { name: "ThrottlingException" });
        }
        return {
          Events: [{ EventId: `of ${AttributeValue}`, EventTime: ASKED, EventName: "Something" }],
          ...(AttributeValue === COPY ? { NextToken: "more" } : {}),
        };
      },
    });
    const s3 = {
      send: async (command: { constructor: { name: string }; input: Record<string, string> }) => {
        const { Bucket, Key = "", Prefix = "" } = command.input;
        if (Bucket === LOGS && Prefix.endsWith("/2026/11/20/")) {
          return { Contents: ["a", "b"].map((name) => ({ Key: `${Prefix}${name}.json.gz` })) };
        }
        return Key.endsWith("/a.json.gz")
          ? { Body: { transformToByteArray: () => Promise.resolve(Buffer.from("no gzip")) } }
          : aws.s3.send(command as never);
      },
    } as unknown as ReportAws["s3"];
    const { events, unread } = await findCase({ ...aws, s3, cloudTrail }, search);
    assert.deepEqual(
      events.map(({ about }) => about),
      [OPENING.key, COPY, "i-0123456789abcdef0", INCIDENT_KEY],
    );
    assert.deepEqual(
      unread.map(({ what }) => what),
      [
        "Every log file of the trail of 2026/11/20",
        `The account's event history of ${COPY}, all of it`,
      ],
    );
  });

  it("are no more looked for once the credentials have ended", async () => {
    const expired = () => {
      throw Object.assign(new Error("The security token included in the request is expired"), {
        name: "ExpiredToken",
      });
    };
    const aws = { ...everything(), kms: client({ GetPublicKey: expired, DescribeKey: expired }) };
    await assert.rejects(findCase(aws, search), /Log in first/);
  });

  it("say so where no log file of the trail is read, or none has anything of the case", async () => {
    const { unread } = await findCase(everything(), { ...search, trailBucket: undefined });
    assert.match(unread.map(({ why }) => why).join(), /not to be read/);
    const later = { ...search, askedAt: new Date("2026-11-19T00:00:00Z") };
    assert.match(
      (await findCase(everything(), later)).unread.map(({ why }) => why).join(),
      /have no event of this case/,
    );
  });
});

describe("the sessions of a case that is older than Session Manager's history", () => {
  const later = { ...search, askedAt: new Date("2027-01-15T00:00:00Z") };
  const streams = (...names: readonly (readonly [string, number])[]) =>
    client({
      DescribeLogStreams: ({ logGroupName }) => {
        assert.equal(logGroupName, "/clean-room/sessions/us-east-1a-1");
        return {
          logStreams: names.map(([logStreamName, at]) => ({
            logStreamName,
            creationTime: minute(at).getTime(),
          })),
        };
      },
    });

  it("are told by their recordings, but for those that it tells of and those of the slot's other rooms", async () => {
    const machine = "i-0123456789abcdef0";
    const facts = await findCase(
      {
        ...everything(),
        logs: streams(["earlier", -60], ["jane.doe-1", 30], ["jo-2", 40], ["later", 24 * 60]),
        ssm: client({
          DescribeSessions: () => ({ Sessions: [{ SessionId: "jo-2", StartDate: minute(40) }] }),
        }),
      },
      later,
    );
    const report = caseOf(facts);
    assert.deepEqual(report.recordings, [
      {
        session: "jane.doe-1",
        machine,
        begun: minute(30).toISOString(),
        source: { kind: "recording", id: "/clean-room/sessions/us-east-1a-1:jane.doe-1" },
      },
    ]);
    // Who had it is not known by that.
    assert.match(facts.unread.map(({ what }) => what).join(), /ended more than 30 days ago/);
    assert.ok(report.people.every(({ who }) => !who.includes("jane.doe-1")));
  });

  it("are not known where nobody may list recordings, and are asked for where Session Manager may have forgotten some", async () => {
    const asking = { ...everything(), logs: client({}) };
    const { recordings, unread } = await findCase(asking, later);
    assert.deepEqual(recordings, []);
    assert.ok(
      unread.some(({ what, why }) => /^The recordings in/.test(what) && /denies/.test(why)),
    );
    assert.deepEqual((await findCase(asking, search)).unread, []);
  });
});

describe("the events of a trail's log file", () => {
  it("are those of the case, in the vault", () => {
    const file = logFile(
      event(`records/${TICKET}/a.json`),
      event(`intake/222233334444/${TICKET}/memory.lime`, { errorCode: "AccessDenied" }),
      event(`cases/${TICKET}0/a`),
      event(`intake/222233334444/OTHER/${TICKET}/a`),
      event(`records/${TICKET}/b.json`, { requestParameters: { bucketName: "another", key: "a" } }),
      event("", { requestParameters: null }),
    );
    assert.deepEqual(
      eventsIn(file, { vaultBucket: BUCKET, ticket: TICKET }).map(({ about, refused }) => [
        about,
        refused,
      ]),
      [
        [`records/${TICKET}/a.json`, undefined],
        [`intake/222233334444/${TICKET}/memory.lime`, "AccessDenied"],
      ],
    );
  });

  it("have the version that was written, and deletions that name no object", () => {
    const file = logFile(
      event(`records/${TICKET}/a.json`, { responseElements: { "x-amz-version-id": "v-1" } }),
      event("", { eventName: "DeleteObjects", requestParameters: { bucketName: BUCKET } }),
      event("", { eventName: "DeleteObjects", requestParameters: { bucketName: "another" } }),
      event("", {
        eventName: "DeleteObjects",
        requestParameters: { bucketName: "an-access-point-s3alias", delete: "" },
        resources: [{ type: "AWS::S3::Object", ARNPrefix: `arn:aws:s3:::${BUCKET}/` }],
      }),
      event("", {
        eventName: "DeleteObjects",
        requestParameters: { bucketName: "another" },
        resources: [{ type: "AWS::S3::Bucket", ARN: `arn:aws:s3:::${BUCKET}-of-others` }],
      }),
      event("", { eventName: "ListObjects", requestParameters: { bucketName: BUCKET } }),
    );
    assert.deepEqual(
      eventsIn(file, { vaultBucket: BUCKET, ticket: TICKET }).map(({ name, about, version }) => [
        name,
        about,
        version,
      ]),
      [
        ["PutObject", `records/${TICKET}/a.json`, "v-1"],
        ["DeleteObjects", BUCKET, undefined],
        ["DeleteObjects", BUCKET, undefined],
      ],
    );
  });
});

describe("the vault, without Pulumi's state", () => {
  const trail = {
    Name: "clean-room-evidence",
    TrailARN: "arn:aws:cloudtrail:us-east-1:111122223333:trail/clean-room-evidence",
    S3BucketName: LOGS,
  };

  it("is the one that the trail of its events names", async () => {
    const cloudTrail = client({
      DescribeTrails: () => ({ trailList: [{ Name: "another" }, trail] }),
      GetEventSelectors: () => ({
        AdvancedEventSelectors: [
          {
            FieldSelectors: [
              { Field: "eventCategory", Equals: ["Data"] },
              { Field: "resources.ARN", StartsWith: [`arn:aws:s3:::${BUCKET}/`] },
            ],
          },
        ],
      }),
    });
    assert.deepEqual(await findFoundationInAws(cloudTrail, "us-east-1"), {
      vaultBucket: BUCKET,
      trailBucket: LOGS,
    });
  });

  it("is not known where there is no such trail, where it names none, or where AWS denies it", async () => {
    const told = (answers: Answers) =>
      assert.rejects(
        findFoundationInAws(client(answers), "us-east-1"),
        /The vault is not known:\n {2}- .*(has no foundation|names no vault|AWS denies it)/,
      );
    await told({ DescribeTrails: () => ({ trailList: [] }) });
    await told({ DescribeTrails: () => ({ trailList: [trail] }), GetEventSelectors: () => ({}) });
    await told({});
  });
});
