import type { Disk } from "./caseReport";
import { type Html, html } from "./html";

/** What each step is called in the picture. */
const NAMES: Readonly<Record<Disk["steps"][number]["what"], string>> = {
  claimed: "source, claimed",
  "handed over": "handed over",
  preserved: "preserved copy",
  working: "working volume",
  hash: "SHA-256 of the disk",
};

const BOX = { width: 176, height: 58, gap: 26 };

/** Characters of an id that a box has room for. */
const ROOM = 24;

/** The way of a disk as a picture: a box a step, with the verdict in words and colour. */
export function diskPicture({ snapshot, steps }: Disk): Html {
  const width = steps.length * (BOX.width + BOX.gap) - BOX.gap + 4;
  const boxes = steps.map((step, index) => {
    const x = index * (BOX.width + BOX.gap) + 2;
    const id = step.id.length > ROOM ? `${step.id.slice(0, ROOM - 1)}…` : step.id;
    const arrow =
      index === 0
        ? undefined
        : html`<path class="way" d="M${x - BOX.gap} 31 H${x - 8}"></path
            ><path class="tip" d="M${x - 9} 26 L${x - 1} 31 L${x - 9} 36 Z"></path>`;
    return html`${arrow}<g class="${step.verdict}"
        ><title>${step.said.join("; ")}</title
        ><rect x="${x}" y="2" width="${BOX.width}" height="${BOX.height}" rx="6"></rect
        ><text class="name" x="${x + 9}" y="19">${NAMES[step.what]}</text
        ><text class="id" x="${x + 9}" y="36">${id}</text
        ><text class="word" x="${x + 9}" y="52">${step.verdict}</text></g
      >`;
  });
  return html`<svg
    viewBox="0 0 ${width} 62"
    width="${width}"
    height="62"
    role="img"
    aria-label="The way of the disk of ${snapshot}"
  >
    ${boxes}
  </svg>`;
}
