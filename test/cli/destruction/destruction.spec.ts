import assert from "node:assert/strict";

import {
  DescribeKeyCommand,
  type KeyMetadata,
  type KMSClient,
  NotFoundException,
} from "@aws-sdk/client-kms";

import { recordFile } from "../../../components/evidence/records/custodyRecord";
import { CUSTODY_RECORD } from "../../../components/evidence/records/recordSchema";
import { sha256 } from "../../../components/sha256";
import { CaseRecords } from "../../../cli/destruction/caseRecords";
import { destructionCommand, roomOfStack } from "../../../cli/destruction/destruction";
import { asText } from "../../../settings/parseSettings";
import { arnOf } from "../../support/deployment";
import { auditConfig, incidentConfig, STACK, TICKET } from "../../support/examples";
import { runCommand } from "../../../rehearsal/runCommand";
import { VaultInMemory } from "../../support/vaultInMemory";
import { closingRecord } from "./caseInVault";

// The calls and their answers have the SDK's types; the emulator's run shows that S3 and KMS take them.

const BUCKET = "vault-bucket";
const KEY = arnOf("incident-key");
const DATE = new Date("2026-11-28T03:12:00.000Z");
const TAGS = { notification: "ir@example.edu", "incident-response": `quarantine:${TICKET}` };

describe("npx clean-room destruction", () => {
  let closing: { key: string; content: string };
  let vault: VaultInMemory;

  before(async () => {
    closing = await closingRecord();
  });

  beforeEach(() => {
    vault = new VaultInMemory(BUCKET);
    vault.objects.set(closing.key, closing.content);
  });

  /** KMS with these keys, by ARN. */
  function kms(keys: Readonly<Record<string, Partial<KeyMetadata>>>): KMSClient {
    const send = async (command: unknown) => {
      await Promise.resolve();
      assert.ok(command instanceof DescribeKeyCommand);
      const KeyMetadata = keys[command.input.KeyId ?? ""];
      if (KeyMetadata === undefined) {
        throw new NotFoundException({ message: "Key does not exist", $metadata: {} });
      }
      return { KeyMetadata };
    };
    return { send } as unknown as KMSClient;
  }

  function run(
    keys: Readonly<Record<string, Partial<KeyMetadata>>>,
    open = false,
    tagged: readonly string[] = [],
    forged: Parameters<typeof destructionCommand>[2] = undefined,
  ) {
    const records = new CaseRecords(vault.client, BUCKET, TICKET, TAGS);
    const room = { kms: kms(keys), records, taggedKeys: () => Promise.resolve(tagged), open };
    return runCommand(
      (output) => destructionCommand(() => Promise.resolve(room), output, forged),
      ...["--stack", STACK],
    );
  }

  const pending = { KeyState: "PendingDeletion", DeletionDate: DATE } as const;

  it("writes for when the key's deletion is scheduled, as a record of its schema", async () => {
    const { said, code } = await run({ [KEY]: pending });
    const [put] = vault.puts;
    const text = put?.Body as string;
    const { event, ticket, facts } = CUSTODY_RECORD.parse(JSON.parse(text));
    assert.deepEqual([event, ticket], ["destruction", TICKET]);
    assert.deepEqual(
      { ...facts, program: undefined },
      {
        program: undefined,
        key: KEY,
        state: "scheduled",
        deletionDate: "2026-11-28T03:12:00.000Z",
        closingRecords: [closing.key],
      },
    );
    assert.equal(put?.Key, `records/${TICKET}/${sha256(text)}.json`);
    assert.deepEqual(put?.Metadata, { event, ticket, sha256: sha256(text) });
    assert.equal(put?.IfNoneMatch, "*");
    assert.deepEqual(Object.fromEntries(new URLSearchParams(put?.Tagging)), TAGS);
    assert.deepEqual(said, [
      `${KEY}  is to be deleted at 2026-11-28T03:12:00.000Z; recorded: s3://${BUCKET}/${put?.Key}`,
    ]);
    assert.equal(code, 0);
  });

  it("writes nothing a second time, nor when the key is gone", async () => {
    await run({ [KEY]: pending });
    const again = await run({ [KEY]: pending });
    const [written] = vault.puts;
    const scheduled = again.told as { certified: boolean; deletionDate?: Date }[];
    assert.deepEqual(
      scheduled.map(({ certified, deletionDate }) => [certified, deletionDate instanceof Date]),
      [[true, true]],
    );
    assert.deepEqual(
      [again.said, again.code],
      [
        [
          `${KEY}  is to be deleted at 2026-11-28T03:12:00.000Z; recorded already: s3://${BUCKET}/${written?.Key}`,
        ],
        0,
      ],
    );
    const later = await run({});
    assert.deepEqual(
      [later.said, later.code],
      [[`${KEY}  KMS knows it no more; its end was recorded: s3://${BUCKET}/${written?.Key}`], 0],
    );
    assert.equal(vault.puts.length, 1);
  });

  it("writes another record where the deletion was cancelled and scheduled again", async () => {
    await run({ [KEY]: pending });
    await run({ [KEY]: { ...pending, DeletionDate: new Date("2026-12-05T03:12:00.000Z") } });
    assert.equal(new Set(vault.puts.map(({ Key }) => Key)).size, 2);
  });

  for (const state of ["Enabled", "Disabled"] as const) {
    it(`ends with 1 and writes nothing where the key is ${state}`, async () => {
      const { said, code } = await run({ [KEY]: { KeyState: state } });
      assert.deepEqual(said, [
        `${KEY}  is ${state}: its deletion is not scheduled, or was cancelled. Run pulumi destroy, then this again`,
      ]);
      assert.equal(code, 1);
      assert.deepEqual(vault.puts, []);
    });
  }

  it("does not advise to destroy a room that is open again", async () => {
    const { said, code } = await run({ [KEY]: { KeyState: "Enabled" } }, true);
    assert.deepEqual(said, [`${KEY}  is Enabled: the room is open again`]);
    assert.equal(code, 1);
  });

  it("believes no object that is not what its name says, and tells of it", async () => {
    await run({ [KEY]: pending });
    const [record] = vault.puts;
    const text = record?.Body as string;
    vault.objects.delete(record?.Key as string);
    const forged = `records/${TICKET}/${"0".repeat(64)}.json`;
    vault.objects.set(forged, text);
    const { said, code } = await run({ [KEY]: pending });
    assert.equal(
      said[0],
      `s3://${BUCKET}/${forged}  is not what its name says, and counts for nothing: look at its versions`,
    );
    assert.match(said[1] ?? "", /; recorded: s3:/);
    assert.equal(code, 1);
    // Nobody can delete it: closing, which does this, would never come to its end.
    const closed = await run({ [KEY]: pending }, false, [], "is told");
    assert.deepEqual([closed.said[0], closed.code], [said[0], 0]);

    vault.objects.set(closing.key, "{}");
    const without = await run({ [KEY]: pending });
    assert.match(without.said.join(), /and no closing record in force names it/);
    assert.equal(without.code, 1);
  });

  it("believes no record of another ticket, though its hash is right", async () => {
    const text = closing.content.replace(`"ticket": "${TICKET}"`, '"ticket": "INC-7"');
    assert.notEqual(text, closing.content);
    vault.objects.set(`records/${TICKET}/${sha256(text)}.json`, text);
    const { said, code } = await run({ [KEY]: pending });
    assert.match(said[0] ?? "", /is not what its name says/);
    assert.equal(code, 1);
  });

  it("tells of keys that carry the ticket and that no closing record names, and certifies nothing of them", async () => {
    const left = "arn:aws:kms:us-east-1:111122223333:key/left-over";
    const gone = "arn:aws:kms:us-east-1:111122223333:key/scheduled";
    const { said, code } = await run(
      { [KEY]: pending, [left]: { KeyState: "Enabled" }, [gone]: pending },
      false,
      [KEY, left, gone],
    );
    assert.equal(code, 1);
    const [first, second, third] = said;
    assert.match(first ?? "", new RegExp(`^${KEY}  is to be deleted .*; recorded: s3`));
    assert.match(second ?? "", new RegExp(`^${left}  is Enabled, and no closing record in force`));
    assert.match(
      third ?? "",
      new RegExp(`^${gone}  is to be deleted at .*, and no closing record in force names it`),
    );
    assert.equal(said.length, 3);
    assert.equal(vault.puts.length, 1);
  });

  it("tells of a key whose room was opened again: its closing is in force no more", async () => {
    const facts = {
      deployedBy: "arn:aws:sts::111122223333:assumed-role/incident-deployer/ir",
      program: { version: "0.1.0", policyPackVersion: "0.1.0" },
      key: KEY,
      closingRecords: [closing.key],
    };
    const reopening = recordFile("reopening", TICKET, facts);
    vault.objects.set(reopening.key, reopening.content);
    const { said, code } = await run({ [KEY]: pending });
    assert.match(said.join(), /and no closing record in force names it/);
    assert.equal(code, 1);
    assert.deepEqual(vault.puts, []);
  });

  it("knows a key by the record of its opening alone", async () => {
    const record = CUSTODY_RECORD.parse(JSON.parse(closing.content));
    assert.ok(record.event === "closing");
    const { deployedBy, program, existed } = record.facts;
    const { room } = existed;
    const opening = recordFile("opening", TICKET, { deployedBy, program, room });
    vault.objects.clear();
    vault.objects.set(opening.key, opening.content);
    const { said, code } = await run({ [KEY]: pending });
    assert.match(said.join(), new RegExp(`^${KEY}  is to be deleted at .*, and no closing record`));
    assert.equal(code, 1);
  });

  it("reads a thousand records some at a time: neither one after the other nor all at once", async () => {
    for (let each = 0; each < 1000; each += 1) {
      const text = `{"form": "clean-room/record/1", "each": ${each}}`;
      vault.objects.set(`records/${TICKET}/${sha256(text)}.json`, text);
    }
    const { code } = await run({ [KEY]: pending });
    assert.equal(code, 0);
    assert.ok(vault.readAtOnce >= 10 && vault.readAtOnce <= 32, `${vault.readAtOnce} at once`);
  });

  it("certifies nothing of a key that is gone without a record", async () => {
    const { said, code } = await run({});
    assert.match(said.join(), /KMS knows it no more, and no record says/);
    assert.equal(code, 1);
    assert.deepEqual(vault.puts, []);
  });

  it("knows every room of the ticket, and names all closing records of a key", async () => {
    const other = "arn:aws:kms:us-east-1:111122223333:key/earlier";
    for (const [from, to] of [
      [KEY, other],
      ['/ir"', '/later"'],
    ] as const) {
      const text = closing.content.replaceAll(from, to);
      assert.notEqual(text, closing.content);
      vault.objects.set(`records/${TICKET}/${sha256(text)}.json`, text);
    }
    const { code } = await run({
      [KEY]: pending,
      [other]: { ...pending, DeletionDate: new Date("2026-11-01T00:00:00Z") },
    });
    assert.equal(code, 0);
    const counts = vault.puts.map(({ Body }) => {
      const { facts } = CUSTODY_RECORD.parse(JSON.parse(Body as string));
      assert.ok("closingRecords" in facts);
      return [facts.key, facts.closingRecords.length];
    });
    assert.deepEqual(Object.fromEntries(counts), { [KEY]: 2, [other]: 1 });
  });

  it("is refused where the room was never closed; it names what it cannot read, other tickets' are none", async () => {
    vault.objects.clear();
    const early = '{"form": "clean-room/record/1"}';
    const name = `records/${TICKET}/${sha256(early)}.json`;
    vault.objects.set(name, early);
    vault.objects.set(`records/${TICKET}-2/${sha256(closing.content)}.json`, closing.content);
    await assert.rejects(
      run({ [KEY]: pending }),
      new RegExp(`no closing record of ${TICKET}:[^]*s3://${BUCKET}/${name} is of another form`),
    );
  });

  it("leaves a record alone that is there already, and is refused where its name holds something else", async () => {
    const records = new CaseRecords(vault.client, BUCKET, TICKET, TAGS);
    await records.write({ ...closing, metadata: {} });
    assert.deepEqual(vault.puts, []);
    await assert.rejects(
      records.write({ key: closing.key, content: "other", metadata: {} }),
      /holds something else than its name says/,
    );
    assert.equal(vault.objects.get(closing.key), closing.content);
  });
});

describe("The stack that npx clean-room destruction looks at", () => {
  function look(config: Record<string, unknown>, audit: Record<string, unknown>) {
    const asked: object[] = [];
    const tagging = {
      send: ({ input }: { input: { TagFilters?: { Values?: string[] }[] } }) => {
        const [ticket] = input.TagFilters?.[0]?.Values ?? [];
        return Promise.resolve({ ResourceTagMappingList: [{ ResourceARN: `key of ${ticket}` }] });
      },
    };
    const room = roomOfStack(
      STACK,
      {
        projectSettings: () => Promise.resolve({ name: "clean-room", runtime: "nodejs" }),
        getAllConfig: () =>
          Promise.resolve(
            Object.fromEntries(
              Object.entries(asText(config)).map(([key, value]) => [key, { value }]),
            ),
          ),
        // Of a destroyed room's stack there are none.
        stackOutputs: (name) =>
          Promise.resolve(
            Object.fromEntries(
              Object.entries(name === config["clean-room:auditStack"] ? audit : {}).map(
                ([key, value]) => [key, { value, secret: false }],
              ),
            ),
          ),
      },
      ({ region }) => {
        asked.push({ region });
        return {
          sts: {
            send: () =>
              Promise.resolve({
                Arn: "arn:aws:sts::111122223333:assumed-role/incident-deployer/session",
              }),
          },
          kms: {} as KMSClient,
          s3: new VaultInMemory("vault-1").client,
          tagging: tagging as never,
        };
      },
    );
    return room.then(({ records, taggedKeys, open }) => ({ asked, records, taggedKeys, open }));
  }

  const config = incidentConfig({ auditStack: "example/clean-room/audit" });

  it("has its vault by the audit stack's outputs, and its Region by its own settings", async () => {
    const { asked, records, taggedKeys, open } = await look(config, { vaultBucket: "vault-1" });
    assert.deepEqual(await taggedKeys(), [`key of quarantine:${TICKET}`]);
    assert.equal(open, true);
    const closed = incidentConfig({ auditStack: "example/clean-room/audit", closing: true });
    assert.equal((await look(closed, { vaultBucket: "vault-1" })).open, false);
    assert.deepEqual(asked, [{ region: "us-east-1" }]);
    assert.equal(records.uri("records/x"), "s3://vault-1/records/x");
    assert.equal(records.ticket, TICKET);
    assert.deepEqual([...(await records.all()).records], []);
  });

  it("is refused when its audit stack has no vault, or it is no incident's", async () => {
    await assert.rejects(look(config, {}), /The stack example\/clean-room\/audit has no vault/);
    await assert.rejects(look(auditConfig(), {}), /Name an incident's stack/);
  });
});
