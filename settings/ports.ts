import { z } from "zod";

import {
  type CustomPort,
  PORT_NAME,
  portsOpenedAt,
  TOOL_NAMES,
  type ToolName,
} from "../components/toolPorts";
import { ANY_OBJECT, listOf, oneOf, text, unique, whole } from "./forms";
import type { Mistake } from "./mistake";

/** The most ports one custom entry may span: wider ranges hide what they are for. */
export const MOST_PORTS = 16;

const customPort = z
  .strictObject(
    {
      name: text(PORT_NAME, "a name of lower-case letters, digits and hyphens").refine(
        (name) => !(TOOL_NAMES as string[]).includes(name),
        {
          error: "a name that is no tool's; name the tool in tools instead",
        },
      ),
      protocol: oneOf(["tcp", "udp"]),
      fromPort: whole(1, 65535, "a port number, 1 to 65535"),
      toPort: whole(1, 65535, "a port number, 1 to 65535"),
      initiator: oneOf(["room", "suspect", "either"]),
    },
    { error: "name, protocol, fromPort, toPort and initiator" },
  )
  .refine(
    ({ fromPort, toPort }) =>
      !Number.isInteger(fromPort) ||
      !Number.isInteger(toPort) ||
      (toPort >= fromPort && toPort - fromPort < MOST_PORTS),
    {
      error: `toPort not below fromPort, and at most ${MOST_PORTS} ports in one entry`,
      ...ANY_OBJECT,
    },
  );

/** Tools of the catalogue. */
export const toolNames = () =>
  unique(
    listOf(
      z.enum(TOOL_NAMES, { error: `a tool of the catalogue: ${TOOL_NAMES.join(", ")}` }),
      "a list of tools",
    ),
    "tool",
  );

/** Ports that no tool of the catalogue covers. */
export const customPorts = () =>
  unique(
    listOf(customPort, "a list of name, protocol, fromPort, toPort and initiator"),
    "name",
    "name",
  );

/** Whether all that makes a rule of a port is right. */
export function isPort({ protocol, fromPort, toPort, initiator }: Partial<CustomPort>): boolean {
  return [protocol, fromPort, toPort, initiator].every((field) => field !== undefined);
}

/** Ports named twice: EC2 refuses a second rule of the same ports and direction in mid-deployment. */
export function openedTwice(
  tools: readonly ToolName[] = [],
  customPorts: readonly CustomPort[] = [],
): Mistake[] {
  const mistakes: Mistake[] = [];
  const opened = new Map<string, string>();
  for (const port of portsOpenedAt("room", tools, customPorts)) {
    const ports = `${port.direction} ${port.protocol} ${port.fromPort}-${port.toPort}`;
    const first = opened.get(ports);
    if (first !== undefined) {
      const required = `${ports} opened once: ${first} opens it already`;
      mistakes.push({ key: "ports", found: port.name, required });
    }
    opened.set(ports, port.name);
  }
  return mistakes;
}
