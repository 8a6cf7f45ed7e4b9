// @ts-check

/** Supervision and notices, in English. @type {Record<string, string>} */
export const handling = {
  "rule.supervision.no_reply": "A reminder wants no reply, so it has no due date.",
  "rule.supervision.due": "An order needs a due date for its reply, at most {days} days away.",
  "rule.supervision.outcome": "This cannot end so.",
  "rule.supervision.drawn": "The seed {seed} was drawn for that time before.",
  "rule.supervision.too_many": "There are more than {max} cases in that time; choose less.",
  "rule.time.order": "The end must come after the beginning.",
  "problem.supervision.not_yours": "Your post or unit may not do this",
  "problem.supervision.not_yours.next": "Ask somebody with the post {posts}.",
  "problem.supervision.state": "This supervision is no longer at that step",
  "problem.supervision.state.next": "Reload to see where it stands.",
  "problem.supervision.case_state": "The case does not stand where this can be done",
  "problem.supervision.case_state.next": "A closed case needs no reminder; reload.",
  "problem.supervision.handler": "Who handled the case may not check it",
  "problem.supervision.handler.next": "Ask somebody who had no part in it.",
};
