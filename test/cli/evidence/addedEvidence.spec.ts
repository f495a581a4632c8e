import assert from "node:assert/strict";

import { parseDocument, type YAMLMap, type YAMLSeq } from "yaml";

import { addEvidence } from "../../../cli/evidence/addedEvidence";

const lines = (text: string) => parseDocument(text).contents as YAMLSeq<YAMLMap>;

describe("A line that is added to a room's evidence", () => {
  it("keeps its device unless another disk of the same workstation has it", () => {
    const file = lines(`
- { snapshot: snap-1, device: /dev/sdf, workstation: windows }
- { snapshot: snap-2, device: /dev/sdg }`);
    const handed = lines(`
- { snapshot: snap-3, device: /dev/sdf }
- { snapshot: snap-4, device: /dev/sdg }
- { snapshot: snap-5, device: /dev/sdf, workstation: windows }`).items;
    const told = addEvidence(file, handed).join("\n");
    assert.match(told, /snap-3 is added as \/dev\/sdf\./);
    assert.match(told, /snap-4 is added as \/dev\/sdh: another disk has \/dev\/sdg\./);
    assert.match(told, /snap-5 is added as \/dev\/sdg: another disk has \/dev\/sdf\./);
  });
});
