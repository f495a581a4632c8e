import { answerOf, failureOf, lookUpFailure, NotLoggedIn } from "../components/aws/failure";
import { Refusal } from "../components/refusal";

/**
 * For the `catch` of a look-up that a command cannot do without.
 *
 * @param what What is looked up, as a sentence's subject.
 * @param absent What to say and to do where AWS says that it is not there.
 * @returns what throws the refusal about it, or NotLoggedIn.
 */
export function refuseLookUp(what: string, absent?: string): (error: unknown) => never {
  return (error) => {
    throw new Refusal("The command cannot go on", [lookUpFailure(what, error, absent)]);
  };
}

/**
 * For the `catch` of a request that was to change something.
 *
 * @param undone What was not done, as a sentence without a full stop.
 * @returns what throws the refusal about it, or NotLoggedIn.
 */
export function refuseAct(undone: string): (error: unknown) => never {
  return (error) => {
    const failure = failureOf(error);
    if (failure === "expired") {
      throw new NotLoggedIn(undone, error);
    }
    const why = {
      denied: "AWS denies it to these credentials. Have it allowed, or take another role. ",
      throttled: "AWS takes no more requests for the moment. Wait a minute, then run this again. ",
      absent: "AWS does not know what it is about. ",
      other: "",
    }[failure];
    throw new Refusal(undone, [`${why}${answerOf(error)}`]);
  };
}
