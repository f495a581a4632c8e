import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

import { AccountStore } from "../../rehearsal/account/accountStore";
import { AccountOnDisk } from "./accountOnDisk";

describe("the simulated account's file", () => {
  let account: AccountOnDisk;
  beforeEach(() => (account = new AccountOnDisk()));
  afterEach(() => account.remove());

  it("loses no change when several processes write at once", async () => {
    const module = require.resolve("../../rehearsal/account/accountStore");
    const script = `
      const { AccountStore } = require(${JSON.stringify(module)});
      const store = new AccountStore(${JSON.stringify(account.file)});
      const entry = (n) => ({ type: "t", id: process.pid + "-" + n, tags: {}, state: "", properties: {} });
      Promise.all([...Array(20).keys()].map((n) => store.change((a) => a.add(entry(n)))));
    `;
    const writer = () =>
      promisify(execFile)(process.execPath, ["-r", "./register.js", "-e", script], {
        cwd: join(__dirname, "../.."),
      });
    await Promise.all([writer(), writer()]);
    assert.equal(
      new Set(
        account.store
          .read()
          .ofType("t")
          .map(({ id }) => id),
      ).size,
      40,
    );
  });

  it("loses no change of two stores of one process", async () => {
    const other = new AccountStore(account.file);
    await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        (n % 2 === 0 ? other : account.store).change((state) => {
          state.add({ type: "t", id: String(n), tags: {}, state: "", properties: {} });
        }),
      ),
    );
    assert.equal(account.store.read().ofType("t").length, 20);
  });

  it("keeps nothing of a change that failed, and goes on", async () => {
    await assert.rejects(
      account.store.change((state) => {
        state.add({ type: "t", id: "1", tags: {}, state: "", properties: {} });
        throw new Error("no");
      }),
      /^Error: no$/,
    );
    assert.equal(await account.store.change((state) => state.ofType("t").length), 0);
    assert.deepEqual(readdirSync(account.folder), ["account.json"]);
  });
});
