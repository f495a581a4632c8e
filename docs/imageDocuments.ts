import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { groupDocuments } from "../components/image/documents";
import { AMI_FOLDER, readToolbox } from "../components/image/toolbox";

// The documents in ami/documents/ follow from ami/toolbox.yaml. `npm run docs` writes them; a test
// fails when they say something else.

for (const { group, data } of groupDocuments(readToolbox())) {
  writeFileSync(join(AMI_FOLDER, `documents/${group}.yaml`), data);
}
