import type { CaseReport } from "./caseReport";
import { type Html, html } from "./html";

type Room = CaseReport["rooms"][number];

const BOX = { width: 200, height: 62, gap: 230 };

/** Pixels from a line of text to the next. */
const LINE = 22;

/** Lines of a kind that a picture has room for; the table below it has all. */
const MOST = 8;

/** Characters that a box has room for. */
const ROOM = 27;

/**
 * A room as a picture: the suspect, the workstation with its disks, and the vault, with what is open between them. Which
 * way a connection is begun, its tip says.
 */
export function roomPicture(room: Room, { disks, place }: CaseReport): Html {
  const { workstation = "no workstation", workstations = [], slot, suspect } = room;
  const machines = [{ name: "", instance: workstation }, ...workstations];
  const [group = "", ...cidrs] = suspect.split(", ");
  const ports = shown(room.ports.map(portOf), (more) => ({ words: more, way: undefined }));
  const attached = shown(
    disks.flatMap(({ steps, snapshot }) =>
      steps.flatMap(({ what, id, said }) => {
        return what !== "working"
          ? []
          : machines.flatMap(({ name, instance }) => {
              const device = said
                .join("\n")
                .split(`attached to ${instance} as `)[1]
                ?.split("\n")[0];
              const on = name === "" ? "" : ` on ${name}`;
              return device === undefined ? [] : `${device}${on} ${id} of ${snapshot}`;
            });
      }),
    ),
    (more) => more,
  );
  const tall = Math.max(BOX.height, ports.length * LINE + 8);
  const top = tall + 4;
  const disksHeight = attached.length === 0 ? 0 : attached.length * LINE + 30;
  const at = (column: number) => 2 + column * (BOX.width + BOX.gap);
  const [left, middle, right] = [at(0), at(1), at(2)];
  const width = right + BOX.width + 2;
  const wires = ports.map(({ words, way }, index) => {
    const y = 16 + index * LINE;
    const [from, to] = [left + BOX.width, middle];
    return html`<text class="id" x="${from + 14}" y="${y}">${words}</text>${
        way === undefined
          ? undefined
          : arrow(way === "to" ? to : from, way === "to" ? from : to, y + 5)
      }`;
  });
  return html`<svg
    viewBox="0 0 ${width} ${top + disksHeight}"
    width="${width}"
    height="${top + disksHeight}"
    role="img"
    aria-label="The room in ${slot}"
  >
    ${box(left, tall, "suspect", [group, cidrs.join(", ")])}${wires}${box(
      middle,
      tall,
      "workstation",
      [
        workstations.length === 0 ? workstation : `${workstation} +${workstations.length}`,
        `slot ${slot}`,
      ],
    )}
    <text class="id" x="${middle + BOX.width + 14}" y="28">results, written once</text>
    ${arrow(middle + BOX.width, right, 33)}${box(right, tall, "vault", [place.vault, place.region])}${
      attached.length === 0
        ? undefined
        : html`<path class="way" d="M${middle + 20} ${tall} V${top + 14}"></path
            ><text class="name" x="${middle + 34}" y="${top + 16}">disks, read only</text
            >${attached.map(
              (words, index) =>
                html`<text class="id" x="${middle + 34}" y="${top + 16 + (index + 1) * LINE}">
                  ${words}
                </text>`,
            )}`
    }
  </svg>`;
}

/** What of a port a wire says, and who begins: the workstation goes to the suspect, or is reached from there. */
function portOf(port: string): { readonly words: string; readonly way: "to" | "from" | undefined } {
  const [, words = port, way] = /^(.*) (to|from) \S+$/.exec(port) ?? [];
  return { words: short(words), way: way as "to" | "from" | undefined };
}

function shown<T>(all: readonly T[], more: (words: string) => T): readonly T[] {
  return all.length <= MOST
    ? all
    : [...all.slice(0, MOST - 1), more(`and ${all.length - MOST + 1} more`)];
}

function box(x: number, tall: number, name: string, lines: readonly string[]): Html {
  return html`<rect x="${x}" y="2" width="${BOX.width}" height="${tall - 2}" rx="6"></rect
    ><text class="name" x="${x + 9}" y="19">${name}</text>${lines.map(
      (line, index) =>
        html`<text class="id" x="${x + 9}" y="${36 + index * 17}"
          ><title>${line}</title>${short(line)}</text
        >`,
    )}`;
}

function arrow(from: number, to: number, y: number): Html {
  const back = to > from ? -8 : 8;
  return html`<path class="way" d="M${from} ${y} H${to + back}"></path
    ><path class="tip" d="M${to + back} ${y - 5} L${to} ${y} L${to + back} ${y + 5} Z"></path>`;
}

function short(text: string): string {
  return text.length > ROOM ? `${text.slice(0, ROOM - 1)}…` : text;
}
