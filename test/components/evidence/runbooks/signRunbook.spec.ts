import assert from "node:assert/strict";
import { generateKeyPairSync, verify as verifies } from "node:crypto";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { readKeptCase } from "../../../../cli/verify/keptCase";
import { keptChecks } from "../../../../cli/verify/keptChecks";
import { fingerprint } from "../../../../cli/verify/publicKey";
import { Case } from "../../../../components/case";
import {
  RECORD_TO_PARAMETERS,
  recordCreated,
  signRunbook,
} from "../../../../components/evidence/runbooks/signRunbook";
import { matches, transformed } from "../../../support/eventBridge";
import { TICKET } from "../../../support/examples";
import { ATTACHED, OPENING } from "../../../cli/report/reportedCase";

const BUCKET = "vault-bucket-0a1b2c3";
const VERSION = "IYV3p45BT0ac8hjHg1houSdS1a.Mro8e";
const ARGS = {
  region: "us-east-1",
  bucket: BUCKET,
  signingKeyArn: "arn:aws:kms:us-east-1:111122223333:key/signing",
  roleArn: "arn:aws:iam::111122223333:role/clean-room/clean-room-record-signer-us-east-1",
  notification: "aws-operations@example.edu",
};

const created = (key: string, bucket = BUCKET) => ({
  "detail-type": "Object Created",
  source: "aws.s3",
  detail: { bucket: { name: bucket }, object: { key, "version-id": VERSION } },
});

/** The parameters that an execution is started with for a key; none where it cannot be. */
function startedWith(key: string): Record<string, string[]> | undefined {
  const event = created(key);
  assert.ok(matches(recordCreated(BUCKET), event));
  try {
    const input = JSON.parse(transformed(RECORD_TO_PARAMETERS, event)) as Record<string, string[]>;
    const { parameters } = signRunbook(ARGS);
    return Object.entries(parameters).every(([name, { allowedPattern }]) =>
      input[name]?.every((value) => new RegExp(allowedPattern).test(value)),
    )
      ? input
      : undefined;
  } catch {
    return undefined;
  }
}

describe("The runbook that signs a record", () => {
  it("starts for what arrives where the vault's records are, and for nothing else", () => {
    const pattern = recordCreated(BUCKET);
    assert.ok(matches(pattern, created(OPENING.key)));
    assert.ok(!matches(pattern, created(OPENING.key, `${BUCKET}-not`)));
    // Its own work starts nothing.
    assert.ok(!matches(pattern, created(new Case(TICKET).signatureOf(OPENING.key))));
    assert.ok(!matches(pattern, created(`cases/${TICKET}/a`)));
    assert.deepEqual(startedWith(OPENING.key), { Key: [OPENING.key], VersionId: [VERSION] });
  });

  for (const [what, key] of [
    ["a name that is no hash", `records/${TICKET}/notes.json`],
    ["no ticket", `records/${"0".repeat(64)}.json`],
    ["another ending", OPENING.key.replace(".json", ".sig")],
    ["a quotation mark", `records/x","VersionId":["${OPENING.key}`],
    ["a parameter of the account", "records/{{ssm:/clean-room/slots}}"],
  ] as const) {
    it(`is not started for ${what} among records: the alarms tell`, () => {
      assert.equal(startedWith(key), undefined);
    });
  }

  it("works as its own role, whoever starts it, and is started by hand without a version", () => {
    const { assumeRole, parameters } = signRunbook(ARGS);
    assert.equal(assumeRole, ARGS.roleArn);
    assert.match(parameters.VersionId.default, new RegExp(parameters.VersionId.allowedPattern));
    assert.doesNotMatch("{{global:DATE}}", new RegExp(parameters.VersionId.allowedPattern));
  });

  it("has no braces in its script that Automation would take for a variable", () => {
    const [{ inputs }] = signRunbook(ARGS).mainSteps as [
      ReturnType<typeof signRunbook>["mainSteps"][number],
    ];
    assert.doesNotMatch(inputs.Script, /\{\{|\}\}/);
  });
});

/**
 * A vault in a folder, and KMS with a private key in a file: what botocore sends is seen by the handler that the script
 * registers, as the header is its own.
 */
const STAND_IN = `import json, os, subprocess
from botocore.exceptions import ClientError

account = json.loads(os.environ["ACCOUNT"])


class Body:
    def __init__(self, path):
        self.path = path

    def iter_chunks(self, size):
        with open(self.path, "rb") as file:
            while part := file.read(7):
                yield part


class Events:
    def register(self, name, handler):
        assert name == "before-call.s3.PutObject", name
        self.handler = handler


class Meta:
    events = Events()


class S3:
    meta = Meta()

    def get_object(self, Bucket, Key, VersionId=None):
        assert Bucket == account["bucket"], Bucket
        path = os.path.join(account["vault"], Key)
        if not os.path.exists(path):
            raise ClientError("NoSuchKey", "The specified key does not exist.")
        return {"Body": Body(path)}

    def put_object(self, Bucket, Key, Body, ContentType, ChecksumAlgorithm, Metadata):
        assert Bucket == account["bucket"], Bucket
        # Object Lock takes nothing without a checksum.
        assert ChecksumAlgorithm == "SHA256"
        assert all(type(value) is str for value in Metadata.values()), Metadata
        params = {"headers": {}}
        self.meta.events.handler(params=params, model=None)
        assert params["headers"] == {"If-None-Match": "*"}, params
        path = os.path.join(account["vault"], Key)
        if account.get("conflicts", 0) > 0:
            account["conflicts"] -= 1
            raise ClientError("ConditionalRequestConflict", "The conditional request cannot succeed")
        if os.path.exists(path):
            raise ClientError("PreconditionFailed", "At least one of the pre-conditions")
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(Body)


class Kms:
    def sign(self, KeyId, Message, MessageType, SigningAlgorithm):
        assert (KeyId, MessageType, SigningAlgorithm) == (account["key"], "DIGEST", "ECDSA_SHA_256")
        assert len(Message) == 32
        if account.get("disabled"):
            raise ClientError("DisabledException", f"{KeyId} is disabled.")
        made = subprocess.run(
            ["openssl", "pkeyutl", "-sign", "-inkey", account["private"]],
            input=Message, stdout=subprocess.PIPE, check=True,
        )
        return {"Signature": made.stdout}


def client(service):
    return {"s3": S3, "kms": Kms}[service]()
`;

const ERRORS = `class ClientError(Exception):
    def __init__(self, code, message):
        super().__init__(f"An error occurred ({code}): {message}")
        self.response = {"Error": {"Code": code}}
`;

describe("Its script, with a key of KMS's kind", () => {
  const ofCase = new Case(TICKET);
  const { privateKey, publicKey: pair } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const publicKey = pair.export({ type: "spki", format: "pem" }).toString();
  let folder: string;
  let vault: string;

  before(function () {
    for (const tool of ["python3", "openssl"]) {
      if (spawnSync(tool, ["version"]).error !== undefined) {
        console.log(`    not run: there is no ${tool}; install it (apt-get install ${tool})`);
        this.skip();
      }
    }
    folder = mkdtempSync(join(tmpdir(), "sign-runbook-"));
    mkdirSync(join(folder, "botocore"));
    writeFileSync(join(folder, "boto3.py"), STAND_IN);
    writeFileSync(join(folder, "botocore", "__init__.py"), "");
    writeFileSync(join(folder, "botocore", "exceptions.py"), ERRORS);
    writeFileSync(
      join(folder, "private.pem"),
      privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
      { mode: 0o600 },
    );
    const [step] = signRunbook(ARGS).mainSteps;
    assert.equal(step?.inputs.Handler, "sign");
    writeFileSync(join(folder, "runbook.py"), step?.inputs.Script ?? "");
  });

  beforeEach(() => {
    vault = join(folder, "vault");
    rmSync(vault, { recursive: true, force: true });
    put(OPENING.key, OPENING.content);
  });

  after(() => {
    if (folder !== undefined) {
      rmSync(folder, { recursive: true });
    }
  });

  function put(key: string, content: string): void {
    mkdirSync(dirname(join(vault, key)), { recursive: true });
    writeFileSync(join(vault, key), content);
  }

  /** Runs the step as Automation would, with the parameters in the places of their names. */
  function sign(key: string, account: object = {}): { out?: unknown; error: string } {
    const [step] = signRunbook(ARGS).mainSteps;
    const payload = JSON.stringify(step?.inputs.InputPayload)
      .replace("{{ Key }}", key)
      .replace("{{ VersionId }}", "");
    const code =
      "import json, sys, runbook, time; time.sleep = lambda _: None; print(json.dumps(runbook.sign(json.loads(sys.argv[1]), {})))";
    const { stdout, stderr, status } = spawnSync("python3", ["-B", "-c", code, payload], {
      cwd: folder,
      encoding: "utf8",
      env: {
        PATH: process.env["PATH"],
        ACCOUNT: JSON.stringify({
          bucket: BUCKET,
          vault,
          key: ARGS.signingKeyArn,
          private: join(folder, "private.pem"),
          ...account,
        }),
      },
    });
    return status === 0 ? { out: JSON.parse(stdout), error: stderr } : { error: stderr };
  }

  /** What verify says of the vault's records and signatures, taken away from AWS. */
  function signatures(of: { readonly publicKey: string } = { publicKey }): string {
    const away = mkdtempSync(join(folder, "away-"));
    for (const [kind, record] of [OPENING, ATTACHED].flatMap((each) => [
      ["records", each.key] as const,
      ["signatures", ofCase.signatureOf(each.key)] as const,
    ])) {
      if (existsSync(join(vault, record))) {
        mkdirSync(join(away, kind), { recursive: true });
        writeFileSync(
          join(away, kind, record.slice(record.lastIndexOf("/") + 1)),
          readFileSync(join(vault, record)),
        );
      }
    }
    const file = join(folder, "public.pem");
    writeFileSync(file, of.publicKey);
    const kept = readKeptCase(away, {
      ticket: TICKET,
      publicKey: [file],
      fingerprint: [fingerprint(of.publicKey) ?? ""],
    });
    const check = keptChecks(kept).find(({ id }) => id === "signatures");
    return [check?.verdict, ...(check?.findings ?? []).map(({ said }) => said)].join(": ");
  }

  it("signs what verify accepts, once: a replayed event changes nothing", () => {
    const signature = join(vault, ofCase.signatureOf(OPENING.key));
    assert.deepEqual(sign(OPENING.key).out, {
      signature: ofCase.signatureOf(OPENING.key),
      wasThere: "no",
    });
    const first = readFileSync(signature);
    assert.ok(verifies("sha256", Buffer.from(OPENING.content), publicKey, first));
    assert.equal(signatures(), "sound");
    assert.deepEqual(sign(OPENING.key).out, {
      signature: ofCase.signatureOf(OPENING.key),
      wasThere: "yes",
    });
    assert.deepEqual(readFileSync(signature), first);
  });

  it("tries again where another of it is at the same signature", () => {
    assert.notEqual(sign(OPENING.key, { conflicts: 2 }).out, undefined);
    rmSync(join(vault, "signatures"), { recursive: true });
    assert.match(sign(OPENING.key, { conflicts: 9 }).error, /ConditionalRequestConflict/);
  });

  it("signs no record whose bytes are not those of its name, and says so: the alarms tell", () => {
    put(OPENING.key, OPENING.content.replace("ticket", "tickeT"));
    const { error, out } = sign(OPENING.key);
    assert.equal(out, undefined);
    assert.match(
      error,
      /was not signed: its bytes have the SHA-256 [0-9a-f]{64}, which is not its/,
    );
    assert.equal(existsSync(join(vault, "signatures")), false);
  });

  it("fails with the command that has it signed later, whatever is in the way", () => {
    for (const error of [sign(OPENING.key, { disabled: true }).error, sign(ATTACHED.key).error]) {
      assert.match(
        error,
        /\(DisabledException|NoSuchKey\)[^]*aws ssm start-automation-execution --region us-east-1 --document-name clean-room-sign-record --parameters Key=records\/\S+\.json\n/,
      );
    }
    assert.notEqual(sign(OPENING.key).out, undefined);
  });

  it("makes verify tell a record without a signature, one of other bytes, and one by another key", () => {
    put(ATTACHED.key, ATTACHED.content);
    sign(OPENING.key);
    assert.equal(signatures(), `unverified: ${ATTACHED.key}: It is unsigned.`);
    const mine = join(vault, ofCase.signatureOf(OPENING.key));
    writeFileSync(join(vault, ofCase.signatureOf(ATTACHED.key)), readFileSync(mine));
    assert.match(signatures(), /^wrong: .*Its signature is not of these bytes by this key/);
    rmSync(join(vault, ofCase.signatureOf(ATTACHED.key)));
    sign(ATTACHED.key);
    assert.equal(signatures(), "sound");
    const other = generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey;
    assert.match(
      signatures({ publicKey: other.export({ type: "spki", format: "pem" }).toString() }),
      /^wrong: .*not of these bytes by this key/,
    );
    put(ATTACHED.key, ATTACHED.content.replace("ticket", "tickeT"));
    assert.match(signatures(), /^wrong: .*not of these bytes by this key/);
  });
});
