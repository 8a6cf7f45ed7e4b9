// @ts-check

/** Supervision and notices, in Chinese. @type {Record<string, string>} */
export const handling = {
  "rule.supervision.no_reply": "催办不要求回复，请不要填回复期限。",
  "rule.supervision.due": "督办单要有回复期限，最多 {days} 天。",
  "rule.supervision.outcome": "这种督办不能这样了结。",
  "rule.supervision.drawn": "种子 {seed} 在同一时段已经抽过。",
  "rule.supervision.too_many": "时段内的案件超过 {max} 件，请缩小范围。",
  "rule.time.order": "结束时间应晚于开始时间。",
  "problem.supervision.not_yours": "您的岗位或单位不能这样做",
  "problem.supervision.not_yours.next": "请由 {posts} 岗位的人办理。",
  "problem.supervision.state": "这件督办已经不在这一步",
  "problem.supervision.state.next": "请刷新后再看。",
  "problem.supervision.case_state": "案件现在的状态不能这样做",
  "problem.supervision.case_state.next": "已结案的不能再催办，请刷新。",
  "problem.supervision.handler": "处置过这个案件的人不能复查",
  "problem.supervision.handler.next": "请由没有参与处置的人复查。",
};
