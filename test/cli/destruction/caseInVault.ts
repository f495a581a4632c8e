import { deploy } from "../../support/deployment";
import {
  answersOf,
  FOUNDATION_OUTPUTS,
  incidentConfig,
  STACK,
  TICKET,
} from "../../support/examples";

/** The closing record of a room without evidence: the key of its object, and its text. */
export async function closingRecord(): Promise<{ key: string; content: string }> {
  const room = await deploy(STACK, incidentConfig({ closing: true }), {
    answers: answersOf({ claims: { "us-east-1a-1": TICKET } }),
    foundation: FOUNDATION_OUTPUTS,
  });
  const { key, content } = room.named("closing-record").inputs as Record<"key" | "content", string>;
  return { key, content };
}
