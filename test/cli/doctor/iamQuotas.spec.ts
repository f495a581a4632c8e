import assert from "node:assert/strict";

import { findIamQuotas } from "../../../cli/doctor/iamQuotas";

const ACCOUNT = "111122223333";

const look = async (send: () => Promise<object>) =>
  (await findIamQuotas({ send } as never, ACCOUNT)).map(
    ({ verdict, said }) => `${verdict}: ${said}`,
  );

const summary = (map: Readonly<Record<string, number>>) => () =>
  Promise.resolve({ SummaryMap: map });

describe("Quotas of IAM that a room needs room in", () => {
  it("are told with what is in use, and are to be mended where a room's roles do not fit", async () => {
    const most = { RolesQuota: 1000, InstanceProfilesQuota: 1000 };
    assert.deepEqual(await look(summary({ ...most, Roles: 997, InstanceProfiles: 20 })), [
      "good: Of 1000 roles in 111122223333 (quota L-FE177D64) 997 are in use; a room of one member account takes 3.",
      "good: Of 1000 instance profiles in 111122223333 (quota L-6E65F664) 20 are in use; a room of one member account takes 1.",
    ]);
    const full = await look(summary({ ...most, Roles: 998, InstanceProfiles: 1000 }));
    assert.match(full[0] ?? "", /^mend: .* --quota-code L-FE177D64 --desired-value 1001$/);
    assert.match(full[1] ?? "", /^mend: .* --quota-code L-6E65F664 --desired-value 1001$/);
  });

  it("are never told as good where IAM does not tell them", async () => {
    const denied = await look(() =>
      Promise.reject(Object.assign(new Error("no"), { name: "AccessDenied" })),
    );
    assert.deepEqual(
      denied.map((each) =>
        /^unknown: How many roles .* \(iam:GetAccountSummary\)\. The role for previews may/.test(
          each,
        ),
      ),
      [true],
    );
    for (const each of await look(summary({ Roles: 1 }))) {
      assert.match(each, /^unknown: How many .* IAM does not tell\.$/);
    }
  });
});
