import { LookupEventsCommand } from "@aws-sdk/client-cloudtrail";

import type { EventFact } from "./caseFacts";
import { asJson } from "./knownCase";
import type { Reading } from "./reading";
import type { ReportAws } from "./reportAws";

/**
 * What the account's event history has of things, one after the other: CloudTrail answers two such requests a second.
 * It reaches back 90 days; what only looks is left out. Where it ends early for one thing, what was found stays.
 *
 * Source: CloudTrail API reference, LookupEvents.
 *
 * @param ids Snapshots, volumes, machines and keys, as events name them.
 */
export async function findAccountEvents(
  cloudTrail: ReportAws["cloudTrail"],
  ids: readonly string[],
  reading: Reading,
): Promise<readonly EventFact[]> {
  const found = new Map<string, EventFact>();
  const find = async (id: string) => {
    let NextToken: string | undefined;
    do {
      const page = await cloudTrail.send(
        new LookupEventsCommand({
          LookupAttributes: [{ AttributeKey: "ResourceName", AttributeValue: id }],
          NextToken,
        }),
      );
      for (const event of page.Events ?? []) {
        const { EventId, EventTime, EventName = "", ReadOnly } = event;
        if (EventId !== undefined && EventTime !== undefined && ReadOnly !== "true") {
          found.set(EventId, {
            id: EventId,
            at: EventTime,
            name: EventName,
            ...detailsOf(event),
            about: id,
            from: "history",
          });
        }
      }
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
  };
  for (const id of ids) {
    await reading.of(
      { what: `The account's event history of ${id}, all of it`, opens: [] },
      undefined,
      () => find(id),
    );
  }
  return [...found.values()];
}

function detailsOf({
  Username = "somebody",
  CloudTrailEvent = "{}",
}: {
  readonly Username?: string | undefined;
  readonly CloudTrailEvent?: string | undefined;
}): Pick<EventFact, "who" | "refused"> {
  const { userIdentity, errorCode } = (asJson(Buffer.from(CloudTrailEvent)) ?? {}) as {
    readonly userIdentity?: { readonly arn?: string };
    readonly errorCode?: string;
  };
  return { who: userIdentity?.arn ?? Username, refused: errorCode };
}
