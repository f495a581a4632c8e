import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { PutObjectCommandInput } from "@aws-sdk/client-s3";

import type { ReportAws } from "../../../cli/report/reportAws";
import { reportCommand } from "../../../cli/report/report";
import { fingerprint } from "../../../cli/verify/publicKey";
import { sha256 } from "../../../components/sha256";
import { runCommand } from "../../../rehearsal/runCommand";
import { TICKET } from "../../support/examples";
import { ASKED, factsOf } from "./reportedCase";

const { askedBy, signingKey, vaultBucket, versions } = factsOf();
const PUBLIC_KEY = signingKey?.publicKey ?? "";

type Input = Readonly<Record<string, string>>;

/** A client that answers some commands by their names, and denies the others. */
function client(answers: Readonly<Record<string, (input: Input) => object>>): never {
  return {
    send: ({ constructor, input }: { constructor: { name: string }; input: Input }) => {
      const answer = answers[constructor.name.replace(/Command$/, "")];
      return answer === undefined
        ? Promise.reject(Object.assign(new Error("no"), { name: "AccessDenied" }))
        : Promise.resolve(answer(input));
    },
  } as never;
}

/** An account that gives the vault's objects and the signing key, and nothing else. */
const AWS: ReportAws = {
  s3: client({
    ListObjectVersions: ({ Prefix = "" }) => ({
      Versions: versions
        .filter(({ key }) => key.startsWith(Prefix))
        .map(({ key, version, written }) => ({
          Key: key,
          VersionId: version,
          LastModified: written,
        })),
    }),
    HeadObject: () => ({}),
    GetObject: ({ Key }) => {
      const bytes = versions.find(({ key }) => key === Key)?.bytes;
      return { Body: { transformToByteArray: () => Promise.resolve(bytes) } };
    },
  }),
  kms: client({
    GetPublicKey: () => ({
      KeyId: signingKey?.arn,
      PublicKey: Buffer.from(PUBLIC_KEY.replace(/-----.*-----|\n/g, ""), "base64"),
    }),
  }),
  sts: client({ GetCallerIdentity: () => ({ Arn: askedBy }) }),
  ec2: client({}),
  logs: client({}),
  ssm: client({}),
  cloudTrail: client({}),
};

describe("the report's files", () => {
  let folder: string;
  let file: string;
  let bundle: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "report-"));
    file = join(folder, "report.html");
    bundle = join(folder, "case");
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  let asked: number;
  let profiles: (string | undefined)[];
  let puts: PutObjectCommandInput[];
  let refused: string | undefined;
  let storer: string;

  /** Who may put reports; what an auditor may not. */
  const STORE = {
    s3: client({
      PutObject: (input) => {
        if (refused !== undefined) {
          throw Object.assign(new Error("no"), { name: refused });
        }
        puts.push(input as never);
        return {};
      },
    }),
    sts: client({ GetCallerIdentity: () => ({ Arn: storer }) }),
  };

  beforeEach(() => {
    profiles = [];
    puts = [];
    refused = undefined;
    storer = askedBy.replace("clean-room-auditor-us-east-1/jane.doe", "incident-deployer/jo");
  });

  const run = (...more: string[]) => {
    asked = 0;
    return runCommand(
      (output) =>
        reportCommand({
          aws: () => {
            asked += 1;
            return AWS;
          },
          storeAws: (_region, profile) => {
            profiles.push(profile);
            return STORE;
          },
          region: () => Promise.resolve("us-east-1"),
          now: () => ASKED,
          output,
        }),
      ...[TICKET, "--vault", vaultBucket, "--out", file, ...more],
    );
  };

  it("are written for nobody else to read, and what is to be told on another way is said", async () => {
    const { said } = await run("--bundle", bundle);
    assert.equal(asked, 1);
    for (const [path, mode] of [
      [file, 0o600],
      [bundle, 0o700],
      [join(bundle, "records"), 0o700],
      [join(bundle, "SHA256SUMS"), 0o600],
    ] as const) {
      assert.equal(statSync(path).mode & 0o777, mode, path);
    }
    assert.deepEqual(readdirSync(folder).sort(), ["case", "report.html"]);
    const words = said.join("\n");
    assert.ok(words.includes(sha256(readFileSync(join(bundle, "SHA256SUMS")))), words);
    assert.ok(words.includes(fingerprint(PUBLIC_KEY) ?? "none"), words);
  });

  it("write over nothing: that is said before AWS is asked, of all of them", async () => {
    writeFileSync(file, "of yesterday");
    mkdirSync(bundle);
    await assert.rejects(run("--bundle", bundle), (error: Error) => {
      assert.match(error.message, /report\.html is there already/);
      assert.match(error.message, /case is there already/);
      return true;
    });
    assert.equal(asked, 0);
    assert.equal(readFileSync(file, "utf8"), "of yesterday");
    assert.deepEqual(readdirSync(bundle), []);
  });

  it("follow no link, also of one that leads nowhere", async () => {
    const elsewhere = join(folder, "elsewhere");
    symlinkSync(elsewhere, file);
    await assert.rejects(run(), /report\.html is there already/);
    assert.equal(asked, 0);
    assert.equal(existsSync(elsewhere), false);
  });

  it("want a folder that is there, and a place each", async () => {
    await assert.rejects(run("--bundle", join(folder, "no", "case")), /case cannot be made: /);
    await assert.rejects(run("--bundle", file), /is named for two things/);
    assert.equal(asked, 0);
    assert.deepEqual(readdirSync(folder), []);
  });

  it("are stored in the vault by who may put them and reads no case: once, named after their bytes", async () => {
    const { told, said } = await run("--store-profile", "deployer");
    assert.deepEqual(profiles, ["deployer"]);
    const page = readFileSync(file, "utf8");
    const json = `${JSON.stringify(told[0], undefined, 2)}\n`;
    assert.deepEqual(
      puts.map(({ Bucket, Key, Body, IfNoneMatch, Metadata }) => [
        Bucket,
        Key,
        Body,
        IfNoneMatch,
        Metadata,
      ]),
      [
        [page, "html"],
        [json, "json"],
      ].map(([text = "", ending]) => [
        vaultBucket,
        `reports/${TICKET}/${sha256(text)}.${ending}`,
        text,
        "*",
        { sha256: sha256(text) },
      ]),
    );
    for (const { Key } of puts) {
      assert.ok(said.includes(`Stored: s3://${vaultBucket}/${Key}`), said.join("\n"));
    }
  });

  it("are stored with one's own credentials where no profile is named, and nowhere unasked", async () => {
    await run();
    assert.deepEqual([profiles, puts], [[], []]);
    rmSync(file);
    // What has this name has these bytes.
    refused = "PreconditionFailed";
    const { said } = await run("--store");
    assert.deepEqual(profiles, [undefined]);
    assert.match(said.join("\n"), /Stored: s3:/);
  });

  it("are there where the vault does not take them, and it is said who may put them", async () => {
    refused = "AccessDenied";
    await assert.rejects(run("--store"), (error: Error) => {
      assert.match(error.message, /was not stored; its files are written/);
      assert.match(error.message, /could not be put\. AWS answered/);
      assert.match(error.message, /Incident deployers may put it: --store-profile.*--out <file>/);
      return true;
    });
    assert.ok(existsSync(file));
    // Credentials that end here have looked everything up: it is not said that they ended before.
    rmSync(file);
    refused = "ExpiredToken";
    await assert.rejects(run("--store"), /was not stored; its files are written/);
  });

  it("are not looked for where who is to store them is of another account", async () => {
    storer = storer.replace("111122223333", "222233334444");
    await assert.rejects(run("--store"), /222233334444/);
    assert.equal(existsSync(file), false);
  });

  it("are not written over what came to be while AWS was asked", async () => {
    const late = reportCommand({
      aws: () => {
        mkdirSync(bundle);
        writeFileSync(join(bundle, "notes"), "of somebody else");
        return AWS;
      },
      storeAws: () => STORE,
      region: () => Promise.resolve("us-east-1"),
      now: () => ASKED,
      output: { say: () => undefined, tell: () => undefined },
    });
    await assert.rejects(
      runCommand(
        () => late,
        ...[TICKET, "--vault", vaultBucket, "--out", file, "--bundle", bundle],
      ),
      /The report was not written/,
    );
    assert.equal(readFileSync(join(bundle, "notes"), "utf8"), "of somebody else");
    // Nor is half of them in the way of the next try.
    assert.deepEqual(readdirSync(folder), ["case"]);
  });
});
