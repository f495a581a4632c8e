import assert from "node:assert/strict";

import { recordingOf } from "../../../cli/logs/logs";

describe("The recording of a session", () => {
  it("is asked for whole: by the request whose pages the AWS CLI follows", () => {
    const args = recordingOf("jo-0123", "us-east-1").join(" ");
    assert.match(args, /^logs filter-log-events --region us-east-1 /);
    assert.match(args, / --log-stream-names jo-0123 /);
    assert.doesNotMatch(args, /--no-paginate|--max-items|--limit/);
  });
});
