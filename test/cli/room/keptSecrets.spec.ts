import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { keepSecrets } from "../../../cli/room/keptSecrets";

const SETTINGS = "# By Jo.\nconfig:\n  aws:region: us-east-1\n";

describe("How the secrets of a room's stack are kept", () => {
  let folder: string;

  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "kept-secrets-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  async function kept(text: string, deployment: object | undefined) {
    const path = join(folder, "Pulumi.inc.yaml");
    writeFileSync(path, text);
    const said: string[] = [];
    let asked = 0;
    const exportStack = () => {
      asked += 1;
      return Promise.resolve({ version: 3, deployment });
    };
    await keepSecrets("inc", path, { exportStack }, { say: (line) => said.push(line) });
    return { text: readFileSync(path, "utf8"), said: said.join("\n"), asked };
  }

  const passphrase = { secrets_providers: { type: "passphrase", state: { salt: "v1:abc:def" } } };

  it("is put back where the file was written anew without it, in one sentence", async () => {
    const { text, said } = await kept(SETTINGS, passphrase);
    assert.equal(text, `encryptionsalt: v1:abc:def\n${SETTINGS}`);
    assert.match(said, /^Pulumi\.inc\.yaml did not say any more .* encryptionsalt: was put back/);
    assert.equal((await kept("", passphrase)).text, "encryptionsalt: v1:abc:def\n");
  });

  it("is put back of a stack whose secrets are under a key", async () => {
    const state = { url: "awskms://alias/x?region=us-east-1", encryptedkey: "AAAA" };
    const { text } = await kept(SETTINGS, { secrets_providers: { type: "cloud", state } });
    assert.equal(text, `secretsprovider: ${state.url}\nencryptedkey: AAAA\n${SETTINGS}`);
  });

  it("is left as it is where the file says it, and the engine is not asked then", async () => {
    const with_ = `encryptionsalt: v1:of:today\n${SETTINGS}`;
    assert.deepEqual(await kept(with_, passphrase), { text: with_, said: "", asked: 0 });
  });

  it("is nothing that a file says of a stack in Pulumi's service, or of one that was never deployed", async () => {
    for (const deployment of [
      undefined,
      {},
      { secrets_providers: { type: "service", state: {} } },
    ]) {
      assert.deepEqual(await kept(SETTINGS, deployment), { text: SETTINGS, said: "", asked: 1 });
    }
  });
});
