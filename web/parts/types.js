// @ts-check

/**
 * Shapes that the API answers, as far as the pages read them.
 *
 * @typedef {{ id: string, name: string }} Named
 *
 * @typedef {object} CaseRow  A case in lists; after a step the feed sends only a part of it.
 * @property {string} id
 * @property {string} [number]
 * @property {string} [title]
 * @property {string} [address]
 * @property {string} [channel]
 * @property {string} [stage]
 * @property {string | null} [item]
 * @property {string} [grade]
 * @property {[number, number] | null} [position]
 * @property {Record<string, Named>} [area]
 * @property {boolean} [outside]
 * @property {Named | null} [unit]
 * @property {Named | null} [handler]
 * @property {Named} [checker] who was named to check it
 * @property {string} [filedAt]
 * @property {string | null} [due]
 * @property {string | null} [light] of the deadline: yellow or red where it is near or past
 * @property {string} [since]
 * @property {string | null} [closedAt]
 * @property {string | null} [verdict]
 * @property {number} [version]
 * @property {number} [reworks]
 * @property {number} [returns]
 * @property {string} [event]
 *
 * @typedef {object} CaseAction  What the caller may do with a case now.
 * @property {string} action
 * @property {string} name
 * @property {boolean} [leads] the case waits for it
 * @property {string[]} requires
 * @property {{ code: string, name: string }[]} [reasons]
 * @property {{ amount: number, measure: string } | null} [limitMax]
 * @property {FormField[]} [form]
 * @property {boolean} [checks] names who shall check
 * @property {string} why
 *
 * @typedef {object} NextStep  By what a case goes on, and who does it.
 * @property {string} action
 * @property {string} name
 * @property {{ code: string, name: string }[]} posts
 * @property {Named | null} unit
 *
 * @typedef {{ code: string, name: string, choices: string[], required: boolean }} FormField
 *
 * @typedef {object} CaseClock
 * @property {string} code
 * @property {string} name
 * @property {boolean} isDeadline
 * @property {string | null} startedAt
 * @property {string | null} due
 * @property {string | null} yellowAt
 * @property {string | null} redAt
 * @property {string | null} stoppedAt
 * @property {string | null} pausedAt
 * @property {string | null} [pauseEnd]
 * @property {string} state
 * @property {string} light
 *
 * @typedef {object} Proposal
 * @property {Named | null} [unit]
 * @property {string} [why]
 * @property {number} [confidence]
 * @property {string} [basis] `outside` where the place is in no area
 * @property {string} [reason]
 *
 * @typedef {object} SearchHit
 * @property {string} kind
 * @property {string} id
 * @property {string} code
 * @property {string} title
 * @property {[number, number][]} [titleMarks]
 * @property {string} [snippet]
 * @property {[number, number][]} [snippetMarks]
 *
 * @typedef {object} Resembling  A known problem that the machine holds for the same, or did.
 * @property {string} id
 * @property {string} state
 * @property {number} likeness
 * @property {string[]} reasons
 * @property {string} event
 * @property {string | null} case
 * @property {string} title
 * @property {string} address
 *
 * @typedef {object} Guess  One item that a text may speak of.
 * @property {string} item
 * @property {string} name
 * @property {number} confidence
 * @property {string} source
 * @property {string[]} reasons
 *
 * @typedef {object} SimilarCase
 * @property {string} number
 * @property {string} title
 * @property {string | null} item
 * @property {Named | null} unit
 *
 * @typedef {object} Choice  Why the machine chose as it did at filing.
 * @property {string | null} item
 * @property {boolean} sure
 * @property {boolean} overridden
 * @property {Guess[]} guesses
 *
 * @typedef {object} Proposals
 * @property {Choice | null} choice
 * @property {Guess[]} proposals
 * @property {SimilarCase[]} similar
 *
 * @typedef {object} ReplyHint
 * @property {boolean} answers
 * @property {boolean} complete
 * @property {boolean | null} inTime
 * @property {string[]} reasons
 *
 * @typedef {object} Order
 * @property {string} id
 * @property {Named | null} unit
 * @property {Named | null} staff
 * @property {string} state
 * @property {string} openedAt
 * @property {string | null} due
 * @property {string | null} [reportedAt]
 * @property {string | null} endedAt
 *
 * @typedef {object} Judgement  What a reporter says of the result.
 * @property {boolean} solved
 * @property {string} satisfaction
 * @property {string} words
 *
 * @typedef {object} CaseAlone
 * @property {CaseClock[]} [clocks]
 * @property {{ limit: { amount: number, measure: string }, at: string, staff: Named | null,
 *   reason: string | null } | null} [asked] an extension that waits for its decision
 * @property {string} [text]
 * @property {number} [signals]
 * @property {number} [people]
 * @property {number} [repeats]
 * @property {string | null} [locatedBy]
 * @property {number | null} [confidence]
 * @property {Resembling[]} [proposals]
 * @property {Judgement[]} [judgements]
 * @property {{ name: string, phone: string } | null} [reporter]
 * @property {Order[]} [orders]
 * @property {CaseAction[]} [actions]
 * @property {NextStep | null} [next]
 * @property {Proposal | null} [proposal]
 *
 * @typedef {CaseRow & CaseAlone} Case
 *
 * @typedef {object} Step
 * @property {number} sequence
 * @property {string} action
 * @property {string} from
 * @property {string} to
 * @property {string} at
 * @property {Named | null} staff
 * @property {Named | null} unit
 * @property {string} note
 * @property {string[]} evidence
 * @property {number} tookMilliseconds
 * @property {Record<string, string>} [answers] by the fields of the action's form
 *
 * @typedef {object} Session
 * @property {string} login
 * @property {Named} staff
 * @property {string[]} posts
 * @property {string[]} permissions
 * @property {Named | null} unit
 *
 * @typedef {object} DemonstrationLogin  The last four are empty in an old demonstration.
 * @property {string} login
 * @property {string} post
 * @property {string} postCode
 * @property {string} unit
 * @property {string} unitName
 * @property {boolean} isOfUnit there so that its unit's orders can be taken up
 *
 * @typedef {object} Texts  Names that packs give to codes.
 * @property {number} [offsetMinutes] of the city's time, east of UTC
 * @property {Record<string, string>} stages
 * @property {Record<string, string>} actions
 * @property {Record<string, string>} [fields] of the forms of actions
 * @property {Record<string, string>} items
 * @property {Record<string, string>} posts
 * @property {Record<string, string>} [kinds]
 * @property {Record<string, string>} [aspects]
 * @property {Record<string, string>} [deviceKinds]
 * @property {Record<string, string>} [hours]
 * @property {{ code: string, name: string, parent: string | null }[]} categories
 * @property {string | null} signOn the system that signs people on
 * @property {{ password: string, logins: DemonstrationLogin[] } | null} demonstration
 *
 * @typedef {object} Unit
 * @property {string} id
 * @property {string | null} parent
 * @property {string} kind
 * @property {string} code
 * @property {string} name
 *
 * @typedef {object} Area
 * @property {string} id
 * @property {string | null} parent
 * @property {string} level
 * @property {string} code
 * @property {string} name
 *
 * @typedef {object} Item
 * @property {string} code
 * @property {string} name
 * @property {string} category
 *
 * @typedef {object} Person
 * @property {string} id
 * @property {string} name
 * @property {Named | null} unit
 * @property {boolean} active
 *
 * @typedef {object} DeviceStream
 * @property {number} number
 * @property {string} measure
 * @property {string} title
 * @property {string} unit
 *
 * @typedef {object} DeviceFinding
 * @property {string} ailment
 * @property {string} name
 * @property {string} grade
 * @property {string} why
 * @property {string} remedy
 *
 * @typedef {object} DeviceRow
 * @property {string} id
 * @property {string} kindName
 * @property {string} code
 * @property {string} name
 * @property {string} address
 * @property {Record<string, Named>} [area]
 * @property {Named | null} owner
 * @property {string | null} lastSeen
 * @property {DeviceStream[]} streams
 * @property {DeviceFinding[]} [findings]
 *
 * @typedef {object} AlarmRow
 * @property {string} id
 * @property {string} ruleName
 * @property {string | null} device
 * @property {string | null} deviceName
 * @property {Record<string, Named>} [area]
 * @property {string} grade
 * @property {string} why
 * @property {string} openedAt
 * @property {string | null} clearedAt
 * @property {string | null} acknowledgedAt
 * @property {Named | null} acknowledgedBy
 * @property {string | null} verdict
 *
 * @typedef {object} Tally
 * @property {string} key
 * @property {string} [name]
 * @property {number} raised
 * @property {number} open
 * @property {number} acknowledged
 * @property {number} signalled
 * @property {number} confirmed
 * @property {number} notConfirmed
 * @property {number} [precision]
 *
 * @typedef {object} Guest  A device that sends and is not registered.
 * @property {string} device
 * @property {string} measure
 * @property {string} source
 * @property {string} firstSeen
 * @property {string} lastSeen
 * @property {number} count
 *
 * @typedef {{ reason: string, count: number, samples: { text: string }[] }} RefusalCount
 *
 * @typedef {{ field: string | null, rule: string, facts?: Record<string, string> }} Finding
 *
 * @typedef {object} ProblemDocument
 * @property {number} status
 * @property {string} code
 * @property {string} [request]
 * @property {Finding[]} [findings]
 * @property {Record<string, string>} [facts]
 */

export {};
